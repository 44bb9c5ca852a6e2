// What a time limit makes of the times within it, and of what fails because of it.
import jsonata from 'jsonata';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { definition } from '../testing/compile.ts';
import { deadline, NEVER_AFTER_DEADLINE, timeoutSeconds, waitSeconds, waitTimestamp } from './deadline.ts';
import type { Template } from './definition.ts';

const given = (timestamp: Template, until: number) => {
  const code = String(waitTimestamp(timestamp, [deadline('slow', 60)])).replace(/^\{%|%\}$/g, '');
  return jsonata(code).evaluate(undefined, { until_slow: until });
};
const NOON = Date.UTC(2030, 0, 1, 12);
beforeEach(() => {
  vi.useFakeTimers({ now: NOON, toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

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

/** @param left milliseconds until each of the deadlines */
const evaluated = (template: Template, ...left: number[]) => {
  const untils = left.map((ms, index): [string, number] => [`until_d${index}`, NOON + ms]);
  return jsonata(String(template).slice(3, -3)).evaluate(undefined, Object.fromEntries(untils));
};
const outer = (count: number) => Array.from({ length: count }, (_, index) => deadline(`d${index}`, 60));

test.each([
  [[10_500], 11],
  [[10_000], 10],
  [[1], 1],
  [[100_000], 30],
  [[50_000, 7000], 7],
  [[7000, 50_000], 7],
])('a Task has no longer than until the first deadline, in whole seconds: %j', async (left, seconds) => {
  expect(await evaluated(timeoutSeconds(30, outer(left.length)), ...left)).toBe(seconds);
});

test('a Task is not called after a deadline, and is told which one', async () => {
  const after = (...left: number[]) => evaluated(timeoutSeconds(30, outer(2)), ...left);
  const message = (id: string) => `The step ${id} ran into its time limit of 60 seconds`;
  await expect(after(0, 5000)).rejects.toMatchObject({ message: message('d0') });
  await expect(after(5000, -1)).rejects.toMatchObject({ message: message('d1') });
  expect(timeoutSeconds(30, [])).toBe(30);
});

test.each([
  [10_500, 11],
  [60_000, 20],
  [0, 0],
  [-5000, 0],
])('a wait of 20 seconds, %i ms before the deadline, has %i', async (left, seconds) => {
  expect(await evaluated(waitSeconds('{% 20 %}', outer(1)), left)).toBe(seconds);
  expect(waitSeconds(20, [])).toBe(20);
});

test('a step that runs into its time limit fails with the name of a timeout, and is not tried again', () => {
  const retry = { max_attempts: 2 };
  const inner = { id: 'b', wait: { seconds: '{{ inputs.n }}' } };
  const { States } = definition({
    ...{ id: 'w', inputs: { n: { type: 'integer' } } },
    steps: [{ id: 'd', parallel: { a: [inner] }, timeout_seconds: 60, retry }],
  });
  expect(States['d.timer']).toMatchObject({
    Assign: { until_d: '{% $millis() + 60000 %}' },
    Next: 'd',
  });
  const late = 'States.QueryEvaluationError';
  expect(States['d']).toMatchObject({
    Retry: [
      { ErrorEquals: [late], MaxAttempts: 0 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 1 },
    ],
    Catch: [{ ErrorEquals: [late], Next: 'd.late' }],
  });
  expect(NEVER_AFTER_DEADLINE).toEqual({ ErrorEquals: [late], MaxAttempts: 0 });
  expect(States['d.late']).toEqual({
    ...{ Type: 'Fail', Error: '{% $late_d.name %}', Cause: '{% $late_d.cause %}' },
  });
});

test('what is within two time limits keeps to both, whatever kind of step has them', () => {
  const read = { id: 'read', action: 'gmail.list_messages' };
  const around = (inner: object): object[] => [
    { parallel: { only: [inner] } },
    { for_each: [1], steps: [inner] },
    { switch: [{ when: true, steps: [inner] }] },
  ];
  const limited = (id: string, inner: object) =>
    around(inner).map((step) => ({ id, timeout_seconds: 60, ...step }));
  for (const step of limited('near', read).flatMap((near) => limited('far', near))) {
    const text = JSON.stringify(definition({ id: 'w', steps: [step] }));
    const [, seconds = ''] = /"TimeoutSeconds":"([^"]*near[^"]*)"/.exec(text.replaceAll('\\"', "'")) ?? [];
    expect(seconds).toContain('$until_far');
    expect(seconds).toContain('$until_near');
  }
});

test.each<[string, object]>([
  ['branches', { parallel: { only: [{ id: 'in', transform: 1 }] } }],
  ['a loop', { for_each: [1], steps: [{ id: 'in', transform: 1 }] }],
  ['cases', { switch: [{ when: true, steps: [{ id: 'in', transform: 1 }] }] }],
])('what ran into its time limit is not tried again, and what failed otherwise is: %s', (_, step) => {
  const limited = { id: 'd', timeout_seconds: 60, retry: { max_attempts: 3 }, ...step };
  expect(definition({ id: 'w', steps: [limited] }).States['d']).toMatchObject({
    Retry: [NEVER_AFTER_DEADLINE, { ErrorEquals: ['States.ALL'], MaxAttempts: 2 }],
  });
});
