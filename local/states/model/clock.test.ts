// The system clock: no callback comes early, whatever Node's timers do.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from './clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a timer that comes early is set again', () => {
  const fired: number[] = [];
  const at = Date.now() + 1000;
  systemClock.schedule(at, () => fired.push(Date.now() - at));
  vi.setSystemTime(Date.now() - 2); // the timer will be two milliseconds early
  vi.advanceTimersByTime(1000);
  expect(fired).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(fired).toEqual([0]);
});

test('a time in the past is due at once, and a cancelled callback never comes', () => {
  const fired: string[] = [];
  systemClock.schedule(Date.now() - 5, () => fired.push('past'));
  const cancel = systemClock.schedule(Date.now() + 10, () => fired.push('cancelled'));
  vi.advanceTimersByTime(0);
  cancel();
  vi.advanceTimersByTime(20);
  expect(fired).toEqual(['past']);
});

test('a wait longer than a timer of Node can be ends at its time', () => {
  const days = 30 * 24 * 60 * 60 * 1000;
  const fired: number[] = [];
  const at = Date.now() + days;
  systemClock.schedule(at, () => fired.push(Date.now() - at));
  vi.advanceTimersByTime(days - 1);
  expect(fired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(fired).toEqual([0]);
});
