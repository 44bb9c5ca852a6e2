// How often tabs ask, alone and together.
import { expect, test } from 'vitest';
import { grantedInterval, patience } from './pace.ts';

test('one tab gets what it wishes', () => {
  expect(grantedInterval(1000, [1000, 5000], 1)).toBe(1000);
});

test.each([
  [20, [1000]],
  [20, [1000, 2000, 5000]],
  [200, [1000, 1000]],
  [1, Array.from({ length: 30 }, () => 1000)],
])('%d tabs with the wishes %j ask at most 8 times a second together', (tabs, wishes) => {
  const perTab = wishes.reduce((sum, wish) => sum + 1000 / grantedInterval(wish, wishes, tabs), 0);
  expect(perTab * tabs).toBeLessThanOrEqual(8);
});

test('what does not change is asked for less often, to a sixth', () => {
  expect([0, 1, 2, 20].map((times) => patience(1000, times))).toEqual([1000, 1500, 2250, 6000]);
});
