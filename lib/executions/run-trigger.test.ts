// What a run's name and input tell of what started it.
import { beforeAll, expect, test, vi } from 'vitest';
import { STARTED_BY, VALUES_OF } from '../workflow-format/triggers.ts';
import { givenInput, repeatableName, rerunName, startedName, triggerOf } from './run-trigger.ts';

const PARENT = 'arn:aws:states:us-east-1:000000000000:execution:ai-orchestra-local-parent:one';

beforeAll(() => {
  vi.stubEnv(
    'STATE_MACHINE_ARN_PREFIX',
    'arn:aws:states:us-east-1:000000000000:stateMachine:ai-orchestra-local-',
  );
});

test.each([
  ['a person', startedName('ada'), '{}', { type: 'api', user: 'ada' }],
  [
    'a person with a key',
    repeatableName('key', 'ada@example.com'),
    '{}',
    { type: 'api', user: 'ada@example.com' },
  ],
  ['a rerun', rerunName(undefined, 'ada'), '{}', { type: 'rerun', user: 'ada' }],
  ['a rerun with a key', rerunName('key', 'ada'), '{}', { type: 'rerun', user: 'ada' }],
  ['a schedule', 'schedule-d32c5kddcf5bb8c3', '{}', { type: 'schedule' }],
  [
    'a delivery',
    'hook-00',
    '{"webhook":{"delivery":"d1","headers":{},"body":1}}',
    { type: 'webhook', delivery: 'd1' },
  ],
  [
    'a step of another workflow',
    '5e1f7a3c',
    `{"a":1,"${STARTED_BY}":"${PARENT}"}`,
    { type: 'workflow', execution_id: 'parent.one' },
  ],
  // A person may send that too.
  [
    'a person whose input says otherwise',
    startedName('ada'),
    `{"${STARTED_BY}":"${PARENT}"}`,
    { type: 'api', user: 'ada' },
  ],
  ['something that is no execution', '5e1f7a3c', `{"${STARTED_BY}":"x"}`, null],
  ['nothing that is known', '5e1f7a3c', undefined, null],
])('a run that was started by %s', (_, name, input, trigger) => {
  expect(triggerOf(name, input)).toEqual(trigger);
});

test.each([
  ['', '_'],
  ['Ж', '_'],
  ['https://issuer.example#a b', 'https___issuer.example_a_b'],
  ['a.b+c=d@e-f_g', 'a.b+c=d@e-f_g'],
])('the user %j is in the name of a run as Step Functions allows, and never missing: %s', (user, named) => {
  expect(triggerOf(startedName(user), '{}')).toEqual({ type: 'api', user: named });
  expect(triggerOf(repeatableName('key', user), '{}')).toEqual({ type: 'api', user: named });
  expect(triggerOf(rerunName('key', user), '{}')).toEqual({ type: 'rerun', user: named });
});

test('a name has at most the eighty characters that Step Functions allows', () => {
  const user = 'a'.repeat(100);
  expect(
    [startedName(user), rerunName(undefined, user), rerunName('key', user)].map(({ length }) => length),
  ).toEqual([80, 80, 80]);
});

test.each([
  [`{"a":1,"${STARTED_BY}":"${PARENT}"}`, '{"a":1}'],
  [`{"${STARTED_BY}":"${PARENT}","a":90071992547409931}`, '{"a":90071992547409931}'],
  [`{"${STARTED_BY}":"${PARENT}"}`, '{}'],
  [`{"a":1,"${STARTED_BY}":"${PARENT}","${VALUES_OF}":"${PARENT}"}`, '{"a":1}'],
  [`{"${STARTED_BY}":"${PARENT}","${VALUES_OF}":"${PARENT}","a":1}`, '{"a":1}'],
  // A workflow that watches Step Functions has such fields among its own.
  [`{"x":{"${STARTED_BY}":"mine","y":1}}`, `{"x":{"${STARTED_BY}":"mine","y":1}}`],
  [`{"x":[{"${VALUES_OF}":"mine"}],"${STARTED_BY}":"${PARENT}"}`, `{"x":[{"${VALUES_OF}":"mine"}]}`],
  [`{"${STARTED_BY}":`, `{"${STARTED_BY}":`],
  [JSON.stringify({ a: `,"${STARTED_BY}":"x"` }), JSON.stringify({ a: `,"${STARTED_BY}":"x"` })],
])('of the input %s the run was given %s', (text, given) => {
  expect(givenInput(text)).toBe(given);
});
