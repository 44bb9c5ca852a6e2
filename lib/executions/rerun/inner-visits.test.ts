// Whether an iteration has ended, also one that a rerun had carried over.
import { expect, test } from 'vitest';
import type { States } from '../../compiler/asl/definition.ts';
import type { Visit } from '../visit.ts';
import { type IterationVisits, isFinished, outputOf } from './inner-visits.ts';

const visit = (state: string, more: Partial<Visit> = {}): Visit => ({
  ...{ state, type: 'Pass', enteredAt: '2026-03-01T00:00:00.000Z', exitedAt: '2026-03-01T00:00:01.000Z' },
  ...{ within: undefined, index: [3], after: undefined, attempts: 0, failed: false, exitedWith: '7' },
  ...more,
});
const flow: States = {
  StartAt: 'a',
  States: {
    a: { Type: 'Pass', Output: 1, Next: 'b' },
    b: { Type: 'Pass', Output: 1, End: true },
    c: { Type: 'Succeed' },
  },
};
const iteration = (visits: readonly Visit[], ended?: { readonly output: unknown }): IterationVisits => ({
  ...{ index: 3, visits, ...(ended && { ended }) },
  scope: {
    run: { inside: () => [], visits: [], iterations: new Map() },
    ...{ prefix: [], targets: new Set() },
  },
});
const gives = (...visits: Visit[]) => outputOf(flow, iteration(visits));
const { exitedAt: _, ...open } = visit('b');

test('it has when the state that ends its flow was left, or that which gives what was carried over', () => {
  expect(gives(visit('a'), visit('b'))).toEqual({ output: 7 });
  expect(gives(visit('c'))).toEqual({ output: 7 });
  expect(gives(visit('each.rerun.1'))).toEqual({ output: 7 });
  expect(gives(visit('each.rerun.1', { type: 'Choice' }))).toBeUndefined();
  expect(gives(visit('a'))).toBeUndefined();
  expect(gives(visit('a'), open)).toBeUndefined();
  expect(gives()).toBeUndefined();
  expect(outputOf(flow, iteration([], { output: null }))).toEqual({ output: null });
});

test('one that gave its own failure is not finished', () => {
  const failure = (index: number) => JSON.stringify({ error: { name: 'Bad', message: 'x', index } });
  const isDone = (exitedWith: string) => isFinished(flow, iteration([visit('b', { exitedWith })]));
  expect([isDone('7'), isDone(failure(3)), isDone(failure(4))]).toEqual([true, false, true]);
  expect(isFinished(flow, iteration([visit('a')]))).toBe(false);
});
