// When the end of a run is looked for first.
import { expect, test } from 'vitest';
import { RecentDurations } from './recent-durations.ts';

test('the first poll is immediate when the last execution would have ended by now, and otherwise after 15 ms at most', () => {
  const durations = new RecentDurations();
  expect(durations.firstPollMs('daily', 500)).toBe(15);
  durations.record('daily', 2);
  expect(durations.firstPollMs('daily', 3)).toBe(0);
  expect(durations.firstPollMs('daily', 1)).toBe(1);
  expect(durations.firstPollMs('other', 500)).toBe(15);
  durations.record('daily', 60_000);
  expect(durations.firstPollMs('daily', 500)).toBe(15);
});

test('only the most recent workflows are remembered', () => {
  const durations = new RecentDurations();
  for (let number = 0; number <= 1000; number += 1) durations.record(`w${number}`, 0);
  expect(durations.firstPollMs('w0', 0)).toBe(15);
  expect(durations.firstPollMs('w1', 0)).toBe(0);
});
