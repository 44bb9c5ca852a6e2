// Workflows of the type `express`: what is refused in them, how long their runs may take; and `concurrency`, which is data.
import { expect, test } from 'vitest';
import { codes, definition, problems, result } from '../testing/compile.ts';

const express = (rest: object, ...steps: object[]) => ({
  id: 'w',
  type: 'express',
  steps: steps.length > 0 ? steps : [{ id: 'a', transform: 1 }],
  ...rest,
});
const action = { id: 'a', action: 'gmail.list_messages' };
const each = (rest: object) => ({ id: 'each', for_each: [1, 2], steps: [action], ...rest });
const refused = (pointer: string) => [`not-in-express ${pointer}`];

test.each([
  [{}, 25],
  [{ timeout_seconds: 10 }, 10],
  [{ timeout_seconds: 25 }, 25],
])('the time limit of a run with %j is %i seconds', (rest, seconds) => {
  expect(definition(express(rest)).TimeoutSeconds).toBe(seconds);
});

test('a standard workflow has the time limit that it says, or none', () => {
  for (const type of [undefined, 'standard']) {
    const own = { type, ...(type === undefined && { timeout_seconds: 60 }) };
    expect(definition(express(own)).TimeoutSeconds).toBe(type === undefined ? 60 : undefined);
  }
});

test.each([
  ['a longer time limit', { timeout_seconds: 26 }, [], '/timeout_seconds'],
  ['a wait as long as the run', {}, [{ id: 'p', wait: 'PT25S' }], '/steps/0/wait'],
  ['a wait in seconds', { timeout_seconds: 5 }, [{ id: 'p', wait: { seconds: 5 } }], '/steps/0/wait/seconds'],
  [
    'a step that may take longer',
    { timeout_seconds: 5 },
    [{ ...action, timeout_seconds: 6 }],
    '/steps/0/timeout_seconds',
  ],
  ['a loop that may take longer', {}, [each({ timeout_seconds: 26 })], '/steps/0/timeout_seconds'],
  ['an approval', {}, [{ id: 'p', approval: { message: 'Go?' }, timeout_seconds: 60 }], '/steps/0/approval'],
  ['a distributed loop', {}, [each({ mode: 'distributed' })], '/steps/0/mode'],
  ['a loop too wide to be inline', {}, [each({ max_concurrency: 41 })], '/steps/0/max_concurrency'],
  ['what stands in a step', {}, [each({ steps: [{ id: 'p', wait: 'PT1M' }] })], '/steps/0/steps/0/wait'],
])('%s is refused at its place', (_, rest, steps, pointer) => {
  expect(codes(express(rest, ...steps))).toEqual(refused(pointer));
  // The same is right in a standard workflow.
  expect(codes({ ...express(rest, ...steps), type: 'standard' })).toEqual([]);
});

test('what fits into the run is not refused, nor what only a run can tell', () => {
  const steps = [
    { id: 'p', wait: 'PT24S' },
    { id: 'q', wait: { seconds: '{{ inputs.n }}' } },
    { id: 'r', wait: { until: '2020-01-01T00:00:00Z' } },
    { ...action, timeout_seconds: 25 },
    each({ steps: [{ ...action, id: 'b' }], max_concurrency: 40, mode: 'inline' }),
  ];
  expect(codes(express({ inputs: { n: { type: 'integer' } } }, ...steps))).toEqual([]);
});

test('in on_failure the same is refused', () => {
  expect(codes(express({ on_failure: [{ id: 'p', wait: 'PT1M' }] }))).toEqual(refused('/on_failure/0/wait'));
});

test('every trigger is refused at its place, also one with a mistake', () => {
  const triggers = [
    { schedule: 'rate(1 hour)' },
    { webhook: { verify: 'github' } },
    { schedule: 'every hour', enabled: false },
  ];
  const inputs = { webhook: { type: 'object', required: false } };
  const found = codes(express({ triggers, inputs, output: '{{ inputs.webhook }}' }));
  expect(found).toEqual([
    'not-in-express /triggers/0',
    'not-in-express /triggers/1',
    'not-in-express /triggers/2',
    'invalid-schedule /triggers/2/schedule',
  ]);
});

test('a long list is gone through inline: an Express run has no limit of events', () => {
  const numbers = Array.from({ length: 9000 }, (_, n) => n);
  const made = JSON.stringify(definition(express({}, each({ for_each: numbers }))));
  expect([made.includes('INLINE'), made.includes('DISTRIBUTED')]).toEqual([true, false]);
  const computed = express({ inputs: { l: { type: 'array' } } }, each({ for_each: '{{ inputs.l }}' }));
  expect(JSON.stringify(definition(computed))).not.toContain('$error');
});

test('a type that there is not is told with those that there are', () => {
  expect(problems(express({ type: 'fast' }))).toEqual([
    {
      code: 'invalid-value',
      pointer: '/type',
      message: 'type cannot be "fast"',
      hint: 'Possible values: "standard", "express".',
    },
  ]);
});

test('concurrency is kept as it is and changes nothing of what is compiled', () => {
  const plain = { id: 'w', steps: [{ id: 'a', transform: 1 }] };
  for (const concurrency of [{ limit: 1 }, { limit: 3, when_reached: 'skip' }]) {
    const compiled = result({ ...plain, concurrency });
    expect(compiled).toMatchObject({ ok: true, workflow: { concurrency }, definition: definition(plain) });
  }
});

test.each([
  [5, 'wrong-type /concurrency'],
  [{}, 'missing-key /concurrency'],
  [{ limit: 0 }, 'invalid-value /concurrency/limit'],
  [{ limit: 1.5 }, 'wrong-type /concurrency/limit'],
  [{ limit: 1, when_reached: 'drop' }, 'invalid-value /concurrency/when_reached'],
])('concurrency cannot be %j', (concurrency, problem) => {
  expect(codes({ id: 'w', concurrency, steps: [{ id: 'a', transform: 1 }] })).toEqual([problem]);
});

test('a misspelt key of concurrency is told with those that there are', () => {
  const document = {
    id: 'w',
    concurrency: { limit: 1, when_reach: 'skip' },
    steps: [{ id: 'a', transform: 1 }],
  };
  expect(problems(document)).toEqual([
    {
      code: 'unknown-key',
      pointer: '/concurrency/when_reach',
      message: 'There is no key "when_reach" here',
      hint: 'Did you mean when_reached? Keys: limit, when_reached.',
      fix: { pointer: '/concurrency/when_reach', replaces: 'key', with: 'when_reached' },
    },
  ]);
});
