// Whether there is a step where a rerun is asked to go on.
import { expect, test } from 'vitest';
import { definition } from '../../compiler/testing/compile.ts';
import { ApiProblem } from '../../problem.ts';
import { checkFrom, checkStart } from './from.ts';

const flow = (...ids: string[]) =>
  definition({ id: 'w', steps: ids.map((id) => ({ id, transform: '{{ $now() }}' })), output: 1 });
const refused = (work: () => void): unknown => {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const [problem] = error.problems ?? [];
    return [problem?.code, problem?.hint];
  }
};

test('where a later step is called start, "start" does not say what is meant', () => {
  expect(refused(() => checkStart(flow('a', 'b')))).toBeUndefined();
  expect(refused(() => checkStart(flow('start', 'b')))).toBeUndefined();
  expect(refused(() => checkStart(flow('a', 'start')))).toEqual([
    'start-is-a-step',
    'Name the first step, a, to run all of it again, or rename the step start.',
  ]);
});

const now = flow('fetch', 'tell');
const then = flow('fetch', 'judge');
const from = (
  step: string | undefined,
  status: 'succeeded' | 'failed' | 'aborted' | 'timed_out' = 'failed',
) => refused(() => checkFrom(step, { id: 'w.1', status }, now, then));

test('a step of the workflow as it was or as it is may be named', () => {
  expect(['fetch', 'tell', 'judge'].map((step) => from(step))).toEqual([undefined, undefined, undefined]);
  expect(from('fetcj')).toEqual(['unknown-step', 'Did you mean fetch?']);
  expect(from('strat')).toEqual(['unknown-step', 'Did you mean start?']);
});

test('without a step a rerun goes on where the run has failed, was stopped or took too long', () => {
  for (const status of ['failed', 'aborted', 'timed_out'] as const)
    expect(from(undefined, status), status).toBeUndefined();
  expect(from(undefined, 'succeeded')).toEqual(['nothing-failed', 'Name a step in "from", or "start".']);
  expect(from('fetch', 'succeeded')).toBeUndefined();
});
