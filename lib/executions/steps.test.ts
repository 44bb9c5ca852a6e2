// One step of a log, and a page of them.
import { expect, test } from 'vitest';
import type { StepLog } from '../schemas/execution-log.ts';
import { findStep, stepsPage } from './steps.ts';

const step = (id: string, output: unknown, index?: number[]): StepLog => ({
  ...{ id, action: 'transform', status: 'succeeded', attempts: 1, input: null, output },
  ...{ started_at: '2026-03-01T00:00:00.000Z', ended_at: '2026-03-01T00:00:01.000Z' },
  ...{ error: null, usage: null },
  ...(index && { loop: 'each', index }),
});
const log = { execution_id: 'w.1' };
const steps = [step('a', 'first'), step('a', 'again'), step('b', 'one', [0, 1]), step('b', 'other', [1, 0])];

test.each([
  ['a', undefined, 'again'],
  ['b', '0.1', 'one'],
  ['b', '1.0', 'other'],
])('of the step %s in %s the latest try is found', (id, index, output) => {
  expect(findStep(log, steps, id, index).output).toBe(output);
});

test.each([
  ['c', undefined, 'The execution w.1 did not begin the step c'],
  ['b', undefined, 'The execution w.1 did not begin the step b'],
  ['a', '0', 'The execution w.1 did not begin the step a in the iteration 0'],
])('the step %s in %s was not begun', (id, index, message) => {
  expect(() => findStep(log, steps, id, index)).toThrow(message);
});

test('a page goes on where the one before ended, and the last has no cursor', () => {
  const outputs: string[] = [];
  let cursor: string | null | undefined;
  for (let pages = 0; cursor !== null; pages += 1) {
    const page = stepsPage(steps, {}, { limit: 2, cursor: cursor ?? undefined });
    expect([page.total, page.items.length, pages < 2]).toEqual([4, 2, true]);
    outputs.push(...page.items.map(({ id, index = [] }) => `${id}${index.join('.')}`));
    cursor = page.nextCursor;
  }
  expect(outputs).toEqual(['a', 'a', 'b0.1', 'b1.0']);
});
