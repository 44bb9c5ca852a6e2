// Which visits have which error, read from histories with branches.
import { expect, test } from 'vitest';
import { executionLogOf } from './log.ts';
import { facts } from './testing/history.ts';
import { entered, exited, failedTask, history } from './testing/rows.ts';
import { visitsOf } from './visits.ts';

test('a failed parallel has the error of the branch that failed, not of one between two tries', () => {
  const events = history(
    ['ExecutionStarted', 0],
    ['ParallelStateEntered', 0, entered('both')],
    ['ParallelStateStarted', 2],
    ['TaskStateEntered', 3, entered('a')],
    ['TaskStateEntered', 3, entered('b')],
    ['TaskFailed', 4, { taskFailedEventDetails: { error: 'RateLimited', resource: '', resourceType: '' } }],
    ['TaskFailed', 5, failedTask],
    ['TaskStateAborted', 7],
    ['TaskStateAborted', 7],
    ['ParallelStateFailed', 7],
    ['ParallelStateExited', 10, exited('both', null)],
  );
  expect(visitsOf(events).map(({ state, error }) => [state, error?.name])).toEqual([
    ['both', 'NotFound'],
    ['a', 'RateLimited'],
    ['b', 'NotFound'],
  ]);
});

test('a Fail state and all that it made fail have the error that a Catch took, and only these', () => {
  const caught = { Error: 'E1', Cause: 'one' };
  const events = history(
    ['ExecutionStarted', 0],
    ['ParallelStateEntered', 0, entered('outer')],
    ['ParallelStateStarted', 2],
    ['ParallelStateEntered', 3, entered('inner')],
    ['ParallelStateStarted', 4],
    ['TaskStateEntered', 5, entered('slow')],
    ['FailStateEntered', 5, entered('stop')],
    ['TaskStateAborted', 7],
    ['ParallelStateFailed', 7],
    ['ParallelStateFailed', 9],
    ['ParallelStateExited', 10, exited('outer', caught)],
    ['FailStateEntered', 11, entered('last')],
  );
  expect(visitsOf(events).map(({ state, error }) => [state, error?.name, error?.message])).toEqual([
    ['outer', 'E1', 'one'],
    ['inner', 'E1', 'one'],
    ['slow', undefined, undefined],
    ['stop', 'E1', 'one'],
    ['last', undefined, undefined],
  ]);
});

test('what failed in nested branches ended with them, not with the run', () => {
  const events = history(
    ['ExecutionStarted', 0],
    ['ParallelStateEntered', 0, entered('outer')],
    ['ParallelStateStarted', 2],
    ['ParallelStateEntered', 3, entered('inner')],
    ['ParallelStateStarted', 4],
    ['FailStateEntered', 5, entered('stop')],
    ['ParallelStateFailed', 6],
    ['ParallelStateFailed', 7],
    ['ParallelStateExited', 8, exited('outer', { Error: 'E1', Cause: 'one' })],
    ['PassStateEntered', 9, entered('after')],
    ['PassStateExited', 10, exited('after', 1)],
    ['ExecutionSucceeded', 11],
  );
  expect(
    executionLogOf(facts, events).steps.map(({ id, status, ended_at }) => [id, status, ended_at]),
  ).toEqual([
    ['outer', 'caught', '1970-01-01T00:00:08.000Z'],
    ['inner', 'failed', '1970-01-01T00:00:08.000Z'],
    ['stop', 'failed', '1970-01-01T00:00:08.000Z'],
    ['after', 'succeeded', '1970-01-01T00:00:10.000Z'],
  ]);
});
