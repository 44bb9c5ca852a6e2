// Runs of the list in words.
import { expect, test } from 'vitest';
import { runName, runsText } from './run-text.ts';

test('counts of runs are counted right', () => {
  expect([runsText(0), runsText(1), runsText(1, true), runsText(1234), runsText(1000, true)]).toEqual([
    '0 runs',
    '1 run',
    '1+ runs',
    '1,234 runs',
    '1,000+ runs',
  ]);
});

test('the name of a run may hold dots', () => {
  expect(runName({ id: 'greeting.a.b', workflow_id: 'greeting' })).toBe('a.b');
});
