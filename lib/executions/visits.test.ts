// Histories with loops and branches, read as Step Functions numbers their events.
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { entered, exited, failedTask, history, type Row } from './testing/rows.ts';
import { isRunning } from './visit.ts';
import { visitsOf } from './visits.ts';

const iteration = (index: number): Partial<HistoryEvent> => ({
  mapIterationStartedEventDetails: { name: 'each', index },
});

const summaries = (events: HistoryEvent[]) =>
  visitsOf(events).map(({ state, index, output, exitedAt, failed, error, within }) => ({
    state,
    index: index.join('.'),
    within: within?.state,
    ...(exitedAt === undefined ? {} : { output }),
    ...(failed ? { failed } : {}),
    ...(error ? { error: error.name } : {}),
  }));

test('a nested loop: the end of a loop follows the last event of an iteration', () => {
  const events = history(
    ['ExecutionStarted', 0],
    ['MapStateEntered', 0, entered('each')],
    ['MapStateStarted', 2],
    ['MapIterationStarted', 3, iteration(0)],
    ['MapStateEntered', 4, entered('inner')],
    ['MapStateStarted', 5],
    ['MapIterationStarted', 6, iteration(0)],
    ['MapIterationStarted', 6, iteration(1)],
    ['PassStateEntered', 7, entered('a')],
    ['PassStateEntered', 8, entered('a')],
    ['PassStateExited', 10, exited('a', 'second')],
    ['MapIterationSucceeded', 11],
    ['PassStateExited', 9, exited('a', 'first')],
    ['MapIterationSucceeded', 13],
    ['MapStateSucceeded', 14],
    ['MapStateExited', 15, exited('inner', ['first', 'second'])],
    ['PassStateEntered', 16, entered('after')],
    ['PassStateExited', 17, exited('after', 1)],
    ['MapIterationSucceeded', 18],
    ['MapStateSucceeded', 19],
    ['MapStateExited', 20, exited('each', [1])],
    ['PassStateEntered', 21, entered('last')],
    ['PassStateExited', 22, exited('last', 2)],
  );
  expect(summaries(events)).toEqual([
    { state: 'each', index: '', within: undefined, output: [1] },
    { state: 'inner', index: '0', within: 'each', output: ['first', 'second'] },
    { state: 'a', index: '0.0', within: 'inner', output: 'first' },
    { state: 'a', index: '0.1', within: 'inner', output: 'second' },
    { state: 'after', index: '0', within: 'each', output: 1 },
    { state: 'last', index: '', within: undefined, output: 2 },
  ]);
});

test('branches: the end of the step follows the last event of a branch, whose error it has', () => {
  const events = history(
    ['ExecutionStarted', 0],
    ['ParallelStateEntered', 0, entered('both')],
    ['ParallelStateStarted', 2],
    ['TaskStateEntered', 3, entered('left')],
    ['ParallelStateEntered', 3, entered('right')],
    ['ParallelStateStarted', 5],
    ['PassStateEntered', 6, entered('deep')],
    ['PassStateExited', 7, exited('deep', 1)],
    ['ParallelStateSucceeded', 8],
    ['ParallelStateExited', 9, exited('right', { only: 1 })],
    [
      'TaskFailed',
      4,
      {
        taskFailedEventDetails: {
          resourceType: 'lambda',
          resource: 'invoke',
          error: 'NotFound',
          cause: 'no',
        },
      },
    ],
    ['ParallelStateFailed', 11],
    ['ParallelStateExited', 12, exited('both', { error: { name: 'NotFound', message: 'no' } })],
    ['PassStateEntered', 13, entered('last')],
    ['PassStateExited', 14, exited('last', 2)],
  );
  expect(summaries(events)).toEqual([
    {
      state: 'both',
      index: '',
      within: undefined,
      output: { error: { name: 'NotFound', message: 'no' } },
      failed: true,
      error: 'NotFound',
    },
    { state: 'left', index: '', within: 'both', error: 'NotFound' },
    { state: 'right', index: '', within: 'both', output: { only: 1 } },
    { state: 'deep', index: '', within: 'right', output: 1 },
    { state: 'last', index: '', within: undefined, output: 2 },
  ]);
});

test('a branch that ends with a parallel step does not end that step twice', () => {
  const events = history(
    ['ExecutionStarted', 0],
    ['ParallelStateEntered', 0, entered('outer')],
    ['ParallelStateStarted', 2],
    ['ParallelStateEntered', 3, entered('inner')],
    ['ParallelStateStarted', 4],
    ['PassStateEntered', 5, entered('a')],
    ['PassStateExited', 6, exited('a', 1)],
    ['ParallelStateSucceeded', 7],
    ['ParallelStateExited', 8, exited('inner', { l: 1 })],
    ['ParallelStateSucceeded', 9],
    ['ParallelStateExited', 10, exited('outer', { m: { l: 1 } })],
  );
  expect(summaries(events)).toEqual([
    { state: 'outer', index: '', within: undefined, output: { m: { l: 1 } } },
    { state: 'inner', index: '', within: 'outer', output: { l: 1 } },
    { state: 'a', index: '', within: 'inner', output: 1 },
  ]);
});

test('states that a failure stops are aborted by events after it, which do not name them', () => {
  const events = history(
    ['ExecutionStarted', 0],
    ['ParallelStateEntered', 0, entered('both')],
    ['ParallelStateStarted', 2],
    ['TaskStateEntered', 3, entered('fails')],
    ['TaskStateEntered', 3, entered('slow')],
    ['MapStateEntered', 3, entered('each')],
    ['MapStateStarted', 6],
    ['MapIterationStarted', 7, iteration(0)],
    ['WaitStateEntered', 8, entered('pause')],
    ['TaskFailed', 4, { taskFailedEventDetails: { error: 'NotFound', resource: '', resourceType: '' } }],
    ['TaskStateAborted', 10],
    ['TaskStateAborted', 10],
    ['MapStateAborted', 10],
    ['MapIterationAborted', 10],
    ['WaitStateAborted', 10],
    ['ParallelStateFailed', 10],
    ['ParallelStateExited', 16, exited('both', null)],
    ['TaskStateEntered', 17, entered('after')],
  );
  expect(visitsOf(events).map(({ state, abortedAt, error }) => [state, abortedAt, error?.name])).toEqual([
    ['both', undefined, 'NotFound'],
    ['fails', '1970-01-01T00:00:10.000Z', 'NotFound'],
    ['slow', '1970-01-01T00:00:11.000Z', undefined],
    ['each', '1970-01-01T00:00:12.000Z', undefined],
    ['pause', '1970-01-01T00:00:14.000Z', undefined],
    ['after', undefined, undefined],
  ]);
});

test('an iteration that fails stops the others, and is not aborted itself', () => {
  const events = history(
    ['ExecutionStarted', 0],
    ['MapStateEntered', 0, entered('each')],
    ['MapStateStarted', 2],
    ['MapIterationStarted', 3, iteration(0)],
    ['MapIterationStarted', 3, iteration(1)],
    ['TaskStateEntered', 4, entered('a')],
    ['TaskStateEntered', 5, entered('a')],
    ['TaskFailed', 7, { taskFailedEventDetails: { error: 'NotFound', resource: '', resourceType: '' } }],
    ['MapIterationAborted', 8],
    ['TaskStateAborted', 8],
    ['MapIterationFailed', 8],
    ['MapStateFailed', 8],
    ['ExecutionFailed', 12],
  );
  expect(
    visitsOf(events).map(({ state, index, abortedAt, failed }) => [state, index, abortedAt, failed]),
  ).toEqual([
    ['each', [], undefined, true],
    ['a', [0], '1970-01-01T00:00:09.000Z', false],
    ['a', [1], undefined, false],
  ]);
});

test('a parallel within a parallel: the failure of the inner one is that of the outer one too', () => {
  const events = history(
    ['ExecutionStarted', 0],
    ['ParallelStateEntered', 0, entered('outer')],
    ['ParallelStateStarted', 2],
    ['ParallelStateEntered', 3, entered('inner')],
    ['ParallelStateStarted', 4],
    ['TaskStateEntered', 5, entered('a')],
    ['TaskFailed', 6, { taskFailedEventDetails: { error: 'NotFound', resource: '', resourceType: '' } }],
    ['TaskStateAborted', 7],
    ['ParallelStateFailed', 7],
    ['ParallelStateFailed', 9],
    ['ParallelStateExited', 10, exited('outer', null)],
    ['PassStateEntered', 11, entered('after')],
  );
  expect(
    visitsOf(events).map(({ state, failed, exitedAt }) => [state, failed, exitedAt !== undefined]),
  ).toEqual([
    ['outer', true, true],
    ['inner', true, false],
    ['a', false, false],
    ['after', false, false],
  ]);
});

test('a redrive continues what failed and what that stopped, in loops and branches', () => {
  const events = history(
    ['ExecutionStarted', 0],
    ['ParallelStateEntered', 0, entered('both')],
    ['ParallelStateStarted', 2],
    ['WaitStateEntered', 3, entered('pause')],
    ['MapStateEntered', 3, entered('each')],
    ['MapStateStarted', 5],
    ['MapIterationStarted', 6, iteration(0)],
    ['TaskStateEntered', 7, entered('a')],
    ['TaskFailed', 8, failedTask],
    ['MapIterationFailed', 9, { mapIterationFailedEventDetails: { name: 'each', index: 0 } }],
    ['MapStateFailed', 9],
    ['WaitStateAborted', 11],
    ['ParallelStateFailed', 11],
    ['ExecutionFailed', 13],
    ['ExecutionRedriven', 14],
    ['TaskScheduled', 8],
  );
  const open = (told: HistoryEvent[]) => visitsOf(told).map((visit) => [visit.state, isRunning(visit)]);
  expect(open(events)).toEqual([
    ['both', true],
    ['pause', true],
    ['each', true],
    ['a', true],
  ]);
  const again = history(
    ['TaskFailed', 16, failedTask],
    ['MapIterationFailed', 17, { mapIterationFailedEventDetails: { name: 'each', index: 0 } }],
    ['MapStateFailed', 17],
    ['WaitStateAborted', 19],
    ['ParallelStateFailed', 19],
  ).map((event, index) => ({ ...event, id: 17 + index }));
  expect(visitsOf([...events, ...again])).toMatchObject([
    { state: 'both', failed: true },
    { state: 'pause', abortedAt: '1970-01-01T00:00:03.000Z' },
    { state: 'each', failed: true },
    { state: 'a', failedAt: '1970-01-01T00:00:01.000Z' },
  ]);
});

test('a retried loop: what failed in the attempt before has ended, also after a redrive', () => {
  const attempt = (previous: number, first: number): Row[] => [
    ['MapStateStarted', previous],
    ['MapIterationStarted', first, iteration(0)],
    ['ParallelStateEntered', first + 1, entered('inner')],
    ['ParallelStateStarted', first + 2],
    ['TaskStateEntered', first + 3, entered('a')],
    ['TaskFailed', first + 4, failedTask],
    ['TaskStateAborted', first + 5],
    ['ParallelStateFailed', first + 5],
    ['MapIterationFailed', first + 5, { mapIterationFailedEventDetails: { name: 'each', index: 0 } }],
  ];
  const first: Row[] = [['ExecutionStarted', 0], ['MapStateEntered', 0, entered('each')], ...attempt(2, 3)];
  const summaries = (...more: Row[]) =>
    visitsOf(history(...first, ...more)).map((visit) => [visit.state, isRunning(visit), visit.failedAt]);
  const ended = [
    ['inner', false, '1970-01-01T00:00:10.000Z'],
    ['a', false, '1970-01-01T00:00:10.000Z'],
  ];
  expect(summaries()).toEqual([['each', true, undefined], ...ended]);
  expect(summaries(...attempt(8, 12).slice(0, 5))).toEqual([
    ['each', true, undefined],
    ...ended,
    ['inner', true, undefined],
    ['a', true, undefined],
  ]);
  expect(
    summaries(...attempt(8, 12), ['MapStateFailed', 17], ['ExecutionFailed', 21], ['ExecutionRedriven', 22]),
  ).toEqual([['each', true, undefined], ...ended, ['inner', true, undefined], ['a', true, undefined]]);
});

test('attempts that waited for a rate limit are one visit, with all attempts, from the first one on', () => {
  const attempt = (previous: number, first: number): Row[] => [
    ['TaskStateEntered', previous, entered('ask')],
    ['TaskScheduled', first, { taskScheduledEventDetails: scheduled }],
    ['TaskFailed', first + 1, failedTask],
    ['TaskScheduled', first + 2, { taskScheduledEventDetails: scheduled }],
  ];
  const scheduled = { resource: 'invoke', resourceType: 'lambda', region: 'us-east-1', parameters: '{}' };
  const answered = { resource: 'invoke', resourceType: 'lambda', output: '{"Payload":"hello"}' };
  const events = history(
    ['ExecutionStarted', 0],
    ['PassStateEntered', 0, entered('before')],
    ['PassStateExited', 2, exited('before', 0)],
    ...attempt(3, 4),
    ['TaskFailed', 7, failedTask],
    ['TaskStateExited', 8, exited('ask', 60)],
    ['WaitStateEntered', 9, entered('ask.retry_after')],
    ['WaitStateExited', 10, exited('ask.retry_after', 60)],
    ...attempt(11, 12),
    ['TaskSucceeded', 15, { taskSucceededEventDetails: answered }],
    ['TaskStateExited', 16, exited('ask', 'hello')],
  );
  expect(
    visitsOf(events).map(({ state, attempts, enteredAt, exitedAt, output, error, after }) => [
      ...[state, attempts, enteredAt.slice(14, 19), exitedAt?.slice(14, 19), output, error, after?.state],
    ]),
  ).toEqual([
    ['before', 0, '00:01', '00:02', 0, undefined, undefined],
    ['ask', 4, '00:03', '00:16', 'hello', undefined, 'before'],
  ]);
});
