// The states of a loop's iterations, from what the log has of them.
import { expect, test } from 'vitest';
import type { StepLog } from '../schemas/execution-log.ts';
import { iterationsOf } from './iterations-log.ts';
import { stepSummaries } from './step-summaries.ts';

function step(id: string, more: Partial<StepLog> = {}): StepLog {
  return {
    id,
    action: 'transform',
    status: 'succeeded',
    attempts: 1,
    started_at: '2026-03-01T00:00:00.000Z',
    ended_at: '2026-03-01T00:00:01.000Z',
    input: null,
    output: null,
    error: null,
    usage: null,
    ...more,
  };
}

const statesOf = (...steps: readonly StepLog[]) => stepSummaries(steps, { step: 'each' })[0]?.iterations;
const within = (index: number, status: StepLog['status']) =>
  step('check', { loop: 'each', index: [index], status });

test.each<StepLog['status']>(['failed', 'aborted', 'caught', 'running'])(
  'of a loop that is %s the items that were not reached are told',
  (status) => {
    const loop = step('each', { action: 'for_each', status, items: 10 });
    expect(statesOf(loop, within(0, 'succeeded'), within(1, 'succeeded'), within(3, 'failed'))).toEqual({
      total: 10,
      succeeded: 2,
      failed: 1,
      states: [
        ['succeeded', 2],
        ['pending', 1],
        ['failed', 1],
        ['pending', 6],
      ],
    });
  },
);

test('a rerun whose own loop had fewer items has those that were carried too', () => {
  const loop = step('each', { action: 'for_each', items: 1 });
  expect(statesOf(loop, within(0, 'succeeded'), within(1, 'succeeded'))).toMatchObject({
    total: 2,
    states: [['succeeded', 2]],
  });
});

test('of a large loop that has succeeded every caught failure has its place, however many there are', () => {
  const isCaught = (index: number) => index % 3 === 0 || index > 990;
  const results = Array.from({ length: 1000 }, (_, index) =>
    isCaught(index) ? { error: { name: 'Bad', message: 'so', index } } : index,
  );
  const run = { arn: 'arn', total: 1000, succeeded: 1000, failed: 0, iterations: [] };
  const iterations = iterationsOf(run, { output: results });
  expect([iterations.failures.length, iterations.further_failures?.slice(-3)]).toEqual([
    100,
    [
      [984, 1],
      [987, 1],
      [990, 10],
    ],
  ]);
  const states = statesOf(step('each', { action: 'for_each', iterations }))?.states ?? [];
  const each = states.flatMap(([status, count]) => Array<unknown>(count).fill(status));
  expect(each).toEqual(results.map((_, index) => (isCaught(index) ? 'caught' : 'succeeded')));
  // Where some are not known, nothing is said of those that have no place.
  const unknown = { ...iterations, failed: iterations.failed + 1 };
  expect(statesOf(step('each', { action: 'for_each', iterations: unknown }))?.states.slice(0, 3)).toEqual([
    ['caught', 1],
    [null, 2],
    ['caught', 1],
  ]);
});

test('of a distributed loop that was stopped those that never began are counted', () => {
  const run = { arn: 'arn', total: 7, succeeded: 2, failed: 1, left: 3, iterations: [] };
  const iterations = iterationsOf(run, {});
  expect(statesOf(step('each', { action: 'for_each', status: 'aborted', iterations }))).toEqual({
    total: 7,
    succeeded: 2,
    failed: 1,
    pending: 3,
    states: [[null, 7]],
  });
});

const MOST_SAID = ['failed', 'running', 'aborted', 'caught', 'succeeded'] as const;
test.each(MOST_SAID.flatMap((first, at) => MOST_SAID.slice(at).map((second) => [first, second] as const)))(
  'an iteration with a step that is %s and one that is %s is the first of them, in any order',
  (first, second) => {
    const loop = step('each', { action: 'for_each', status: 'running', items: 1 });
    for (const pair of [
      [first, second],
      [second, first],
    ] as const)
      expect(statesOf(loop, ...pair.map((status) => within(0, status)))?.states).toEqual([[first, 1]]);
  },
);

test('an iteration whose steps were all skipped has succeeded', () => {
  const loop = step('each', { action: 'for_each', items: 1 });
  expect(statesOf(loop, within(0, 'skipped'))?.states).toEqual([['succeeded', 1]]);
});

test.each<[string, object, string[]]>([
  ['a step', { step: 'deep' }, ['0.1', '1.0', '1.1']],
  ['a loop', { loop: 'inner' }, ['0.1', '1.0', '1.1']],
  ['how many loops they are in', { depth: 1 }, ['0', '1']],
  ['no loop', { depth: 0 }, ['']],
  ['an iteration, with those of loops within it', { index: '1' }, ['1', '1.0', '1.1']],
  ['the iteration of a loop within one', { index: '1.0' }, ['1.0']],
  ['an iteration in which nothing began', { index: '2' }, []],
  ['a status', { status: 'failed' }, ['1.1']],
  ['several', { step: 'deep', index: '0' }, ['0.1']],
])('steps are chosen by %s', (_, filter, found) => {
  const outer = (index: number) => step('inner', { action: 'for_each', loop: 'outer', index: [index] });
  const deep = (index: number[], more: Partial<StepLog> = {}) =>
    step('deep', { loop: 'inner', index, ...more });
  const steps = [
    step('outer', { action: 'for_each' }),
    ...[outer(0), deep([0, 1])],
    ...[outer(1), deep([1, 0]), deep([1, 1], { status: 'failed' })],
  ];
  expect(stepSummaries(steps, filter).map(({ index = [] }) => index.join('.'))).toEqual(found);
});
