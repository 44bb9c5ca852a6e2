// The crash test in short, as `npm test` has time for it; `npm run crash-test` kills 200 times.
import { expect, test } from 'vitest';
import { crashTest } from './crash-test.ts';

test('10 kills in a mixed load lose nothing and repeat nothing', { timeout: 300_000 }, async () => {
  const { wrong, kills, executions } = await crashTest({ kills: 10, seed: 7, starts: 4 });
  expect(wrong).toEqual([]);
  expect(kills).toBe(10);
  expect(Object.values(executions).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(20);
});
