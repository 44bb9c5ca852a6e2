// Which waits are refused on saving: those that could never be waited for, each at its place.
import { expect, test } from 'vitest';
import { problems } from '../testing/compile.ts';

const inputs = {
  n: { type: 'integer' },
  x: { type: 'number' },
  t: { type: 'string' },
  b: { type: 'boolean' },
};
const told = (wait: unknown) =>
  problems({ id: 'w', inputs, steps: [{ id: 'a', wait }] }).map(
    ({ pointer, message, hint }) => `${pointer}: ${message}${hint ? ` (${hint})` : ''}`,
  );

const ROUND = '$round(…) gives a whole number, $max([0, …]) none below 0.';
const LONG = 'For longer, or for a day to come, use {"until": …}.';
const NUMBER = '$number(…) reads a number from a text.';
const range = (given: unknown, hint: string) =>
  `A wait has 0 to 99999999 whole seconds, not ${given} (${hint})`;

test.each([
  [-1, range(-1, ROUND)],
  [100_000_000, range(100_000_000, LONG)],
  [2.5, 'seconds must be a whole number or an expression, not a number (2.5)'],
  [null, 'seconds must be a whole number or an expression, not null'],
  ['5', `"5" is not a number of seconds (${LONG})`],
  ['{{ 2.5 }}', range(2.5, ROUND)],
  ['{{ -1 }}', range(-1, ROUND)],
  ['{{ 10 / 4 }}', range(2.5, ROUND)],
  ['{{ (60 - 61) }}', range(-1, ROUND)],
  ['{{ 1e9 }}', range(1_000_000_000, LONG)],
  ['{{ "90" }}', `seconds must be an integer; this expression gives a string (${NUMBER})`],
  ['{{ inputs.t }}', `seconds must be an integer; this expression gives a string (${NUMBER})`],
  ['{{ inputs.n }}0', `seconds must be an integer; this expression gives a string (${NUMBER})`],
  [
    '{{ inputs.b }}',
    'seconds must be an integer; this expression gives a boolean (It is a number such as 90.)',
  ],
])('seconds of %j are refused at their place', (seconds, message) => {
  expect(told({ seconds })).toEqual([`/steps/0/wait/seconds: ${message}`]);
});

test.each([
  0,
  99_999_999,
  '{{ inputs.n }}',
  '{{ inputs.x }}',
  '{{ inputs.n / 2 }}',
  '{{ 60 * 60 }}',
  '{{ -0 }}',
])('seconds of %j are taken', (seconds) => {
  expect(told({ seconds })).toEqual([]);
});

const TIME = 'RFC 3339 with its offset: "2026-03-01T09:00:00Z", "2026-03-01T09:00:00+01:00".';

test.each([
  ['soon', `"soon" is not a time (${TIME})`],
  ['{{ "2026-03-01" }}', `"2026-03-01" is not a time (${TIME})`],
  [
    '{{ inputs.n }}',
    'until must be a string; this expression gives an integer (A time is text: $fromMillis(…).)',
  ],
])('a time %j is refused at its place', (until, message) => {
  expect(told({ until })).toEqual([`/steps/0/wait/until: ${message}`]);
});

test.each(['2026-03-01T09:00:00Z', '{{ "2026-03-01T09:00:00+01:00" }}', '{{ inputs.t }}', '{{ $now() }}'])(
  'a time %j is taken',
  (until) => {
    expect(told({ until })).toEqual([]);
  },
);

test('of keys of both shapes, and of none, the wait as a whole is refused', () => {
  const whole = 'wait must be an ISO 8601 duration, {"seconds": …} or {"until": …}, not an object';
  expect(told({})).toEqual([`/steps/0/wait: ${whole}`]);
  expect(told({ seconds: 1, until: '2026-03-01T09:00:00Z' })).toEqual([`/steps/0/wait: ${whole}`]);
  expect(told({ seconds: 1, unit: 'h' })).toEqual([
    expect.stringMatching(/^\/steps\/0\/wait\/unit: There is no key "unit" here/),
  ]);
});
