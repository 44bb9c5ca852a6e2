// Times and durations as people read them, also on a machine whose clock is wrong.
import { afterEach, expect, test, vi } from 'vitest';
import { compareClock, durationText, relativeText, serverNow, timeIn, timeTexts } from './time-text.ts';

afterEach(() => {
  vi.useRealTimers();
  compareClock(new Date().toUTCString());
});

test.each([
  [-5, '0 ms'],
  [41, '41 ms'],
  [999, '999 ms'],
  [1300, '1.3 s'],
  [12_400, '12 s'],
  [59_949, '60 s'],
  [59_950, '1 min'],
  [250_000, '4 min 10 s'],
  [3_599_600, '1 h'],
  [7_500_000, '2 h 5 min'],
  [273_600_000, '3 d 4 h'],
])('%d ms are %s', (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text);
});

test.each([
  [0, 'just now'],
  [-59_000, '59 s ago'],
  [-180_000, '3 min ago'],
  [7_200_000, 'in 2 h'],
  [-6 * 86_400_000, '6 d ago'],
  [-7 * 86_400_000, undefined],
])('%d ms from now is %s', (distance, text) => {
  expect(relativeText(1e12 + distance, 1e12)).toBe(text);
});

test('a time is told in its zone and in UTC', () => {
  expect(timeTexts(Date.UTC(2026, 10, 30, 10, 17, 42), 'Europe/Berlin')).toEqual({
    local: '30 Nov 2026, 11:17:42 CET',
    utc: '2026-11-30 10:17:42 UTC',
  });
});

test('a clock that is an hour wrong is set right by the server, one that is right is left alone', () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 30, 10) });
  compareClock('Mon, 30 Nov 2026 11:00:00 GMT');
  expect(serverNow()).toBe(Date.UTC(2026, 10, 30, 11));
  compareClock(null);
  expect(serverNow()).toBe(Date.UTC(2026, 10, 30, 11));
  compareClock('Mon, 30 Nov 2026 10:00:02 GMT');
  expect(serverNow()).toBe(Date.UTC(2026, 10, 30, 10));
});

test('a time is said with its zone', () => {
  expect(timeIn('2026-12-07T08:00:00.000Z', 'Europe/Berlin')).toBe('Mon, 7 Dec 2026, 09:00 CET');
  expect(timeIn('2026-12-07T08:00:00.000Z', 'UTC')).toBe('Mon, 7 Dec 2026, 08:00 UTC');
});
