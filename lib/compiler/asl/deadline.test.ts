// What waits until a time limit around them.
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { deadline, waitTimestamp } from './deadline.ts';
import type { Template } from './definition.ts';

const given = (timestamp: Template, until: number) => {
  const code = String(waitTimestamp(timestamp, [deadline('slow', 60)])).replace(/^\{%|%\}$/g, '');
  return jsonata(code).evaluate(undefined, { until_slow: until });
};
const NOON = Date.UTC(2030, 0, 1, 12);

test.each([
  [NOON, '2030-01-01T12:00:00.000Z'],
  [NOON + 1, '2030-01-01T12:00:01.000Z'],
  [NOON + 999, '2030-01-01T12:00:01.000Z'],
])('a wait that a deadline cuts short ends in no second before it: %i', async (until, wanted) => {
  expect(await given('2031-01-01T00:00:00Z', until)).toBe(wanted);
});

test('a time before the deadline is waited for', async () => {
  expect(await given('2030-01-01T11:00:00Z', NOON)).toBe('2030-01-01T11:00:00.000Z');
});

test('without a deadline the time is as it was written', () => {
  expect(waitTimestamp('2031-01-01T00:00:00Z', [])).toBe('2031-01-01T00:00:00Z');
});
