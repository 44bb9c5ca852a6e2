import { expect, test } from 'vitest';
import {
  counts,
  countsText,
  drawnStretches,
  firstToShow,
  type LoopStates,
  nextWith,
  statusAt,
} from './loop-states.ts';

const loop = {
  total: 20,
  states: [
    ['succeeded', 7],
    ['failed', 1],
    ['succeeded', 8],
    ['failed', 2],
    [null, 2],
  ] satisfies [string | null, number][],
} as Parameters<typeof drawnStretches>[0];

test('the state of each iteration, and the next that failed, going round', () => {
  expect([statusAt(loop, 6), statusAt(loop, 7), statusAt(loop, 19), statusAt(loop, 20)]).toEqual([
    'succeeded',
    'failed',
    null,
    null,
  ]);
  expect([-1, 7, 16, 17, 19].map((after) => nextWith(loop, 'failed', after))).toEqual([7, 16, 17, 7, 7]);
  expect(nextWith(loop, 'running', 0)).toBeUndefined();
  expect(firstToShow(loop)).toBe(7);
  const states = (...all: string[]) =>
    ({ states: all.map((status) => [status, 1]) }) as unknown as typeof loop;
  expect([
    firstToShow(states('succeeded', 'caught', 'running', 'failed')),
    firstToShow(states('succeeded', 'caught', 'running')),
    firstToShow(states('succeeded', 'caught')),
    firstToShow(states('succeeded', 'succeeded')),
    firstToShow(states()),
  ]).toEqual([3, 2, 1, 0, 0]);
});

test('of 10,000 iterations that alternate, each place shows what matters most in it', () => {
  const states = Array.from({ length: 10_000 }, (_, index): [string, number] => [
    index === 4_321 ? 'failed' : index % 2 === 0 ? 'succeeded' : 'caught',
    1,
  ]);
  const drawn = drawnStretches({ total: 10_000, states } as typeof loop);
  expect(drawn.length).toBeLessThanOrEqual(400);
  expect(drawn.reduce((sum, { length }) => sum + length, 0)).toBe(10_000);
  const failed = drawn.filter(({ status }) => status === 'failed');
  expect(failed).toEqual([{ status: 'failed', start: 4_300, length: 25 }]);
});

test('one that failed among 10,000 is seen', () => {
  const states = [
    ['succeeded', 9_000],
    ['failed', 1],
    ['succeeded', 999],
  ];
  const drawn = drawnStretches({ total: 10_000, states } as typeof loop);
  expect(drawn).toEqual([
    { status: 'succeeded', start: 0, length: 9_000 },
    { status: 'failed', start: 9_000, length: 25 },
    { status: 'succeeded', start: 9_025, length: 975 },
  ]);
});

test('where not every iteration is known by itself, the counts are those of all', () => {
  const states = [
    ['caught', 1],
    [null, 9_999],
  ] as const;
  const some = { total: 10_000, succeeded: 9_897, failed: 103, states } as unknown as Parameters<
    typeof counts
  >[0];
  expect(counts(some)).toEqual([
    ['succeeded', 9_897],
    ['failed', 103],
  ]);
  const all = {
    succeeded: 2,
    failed: 1,
    states: [
      ['succeeded', 1],
      ['caught', 1],
      ['succeeded', 1],
    ],
  };
  expect(counts(all as Parameters<typeof counts>[0])).toEqual([
    ['succeeded', 2],
    ['caught', 1],
  ]);
});

test('items that were not reached, or stopped, are among the counts', () => {
  const failed = { total: 10, succeeded: 2, failed: 1, states: [] as LoopStates['states'] };
  const states: LoopStates['states'] = [
    ['succeeded', 2],
    ['failed', 1],
    ['pending', 7],
  ];
  expect(countsText({ ...failed, states })).toBe(
    '10 items, numbered from 0: 2 succeeded, 1 failed, 7 not begun',
  );
  expect(countsText({ ...failed, pending: 4, states: [[null, 10]] })).toBe(
    '10 items, numbered from 0: 2 succeeded, 1 failed, 3 stopped, 4 not begun',
  );
});
