// What is said of mistakes in a workflow around its steps, each whole: its place, its words, what would be right, what mends it.
import { expect, test } from 'vitest';
import { told } from '../testing/compile.ts';

const steps = [{ id: 'r', return: '{{ inputs }}' }];
const inputs = { webhook: { type: 'object' }, q: { type: 'string' } };
const q = { q: 'a' };
const triggered = (...triggers: unknown[]) => ({
  id: 'w',
  inputs: { q: { type: 'string' } },
  steps,
  triggers,
});
const hooked = (...triggers: unknown[]) => ({ id: 'w', inputs, steps, triggers });
const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

test.each<[string, unknown, readonly string[]]>([
  [
    'a list',
    [1],
    [
      'the workflow: A workflow must be a JSON object, not a list [wrong-type]\n    It looks like {"id": "my_workflow", "steps": [ … ]}.',
    ],
  ],
  [
    'null',
    null,
    [
      'the workflow: A workflow must be a JSON object, not null [wrong-type]\n    It looks like {"id": "my_workflow", "steps": [ … ]}.',
    ],
  ],
  [
    'a text',
    'x',
    [
      'the workflow: A workflow must be a JSON object, not a string ("x") [wrong-type]\n    It looks like {"id": "my_workflow", "steps": [ … ]}.',
    ],
  ],
  [
    'a definition',
    { States: {} },
    [
      'the workflow: This is a definition in Amazon States Language, which workflows are compiled to [wrong-type]\n    It looks like {"id": "my_workflow", "steps": [ … ]}.',
    ],
  ],
  [
    'no steps',
    { id: 'w' },
    [
      'the workflow: A workflow needs "steps" [missing-key]\n    steps is a list: "steps": [{"id": "first", "action": "…"}].',
    ],
  ],
  [
    'parts of the wrong kind',
    { steps: 5, on_failure: {}, triggers: 'x', inputs: [] },
    [
      'the workflow: "id" is missing here [missing-key]',
      '/steps: steps must be a list, not a number (5) [wrong-type]',
      '/on_failure: on_failure must be a list, not an object [wrong-type]',
      '/triggers: triggers must be a list, not a string ("x") [wrong-type]',
      '/inputs: inputs must be an object, not a list [wrong-type]',
    ],
  ],
  [
    'parts without anything',
    { id: 'w', steps: [], on_failure: [] },
    [
      '/steps: A workflow needs at least one step [no-steps]',
      '/on_failure: on_failure needs at least one step [no-steps]',
    ],
  ],
  [
    'steps that are none',
    { id: 'w', steps: [5, null, [], 'x', true] },
    [
      '/steps/0: A step must be an object, not a number (5) [wrong-type]',
      '/steps/1: A step must be an object, not null [wrong-type]',
      '/steps/2: A step must be an object, not a list [wrong-type]',
      '/steps/3: A step must be an object, not a string ("x") [wrong-type]',
      '/steps/4: A step must be an object, not a boolean (true) [wrong-type]',
    ],
  ],
  [
    'keys',
    {
      id: 'W',
      nme: 'x',
      step: [],
      description: 5,
      timeout_seconds: 0,
      type: 'fast',
      concurrency: { limit: 0, when: 1 },
      steps,
    },
    [
      '/id: "W" cannot be an id [invalid-id]\n    Lower-case letters, digits, _ and -, beginning with a letter, at most 48.',
      '/nme: There is no key "nme" here [unknown-key]\n    Did you mean name? Keys: id, name, description, inputs, output, timeout_seconds, type, concurrency, triggers, steps, on_failure.\n    key -> name',
      '/step: There is no key "step" here [unknown-key]\n    Did you mean steps? Keys: id, name, description, inputs, output, timeout_seconds, type, concurrency, triggers, steps, on_failure.\n    key -> steps',
      '/description: description must be a string, not a number (5) [wrong-type]',
      '/timeout_seconds: timeout_seconds must be at least 1, not 0 [invalid-value]',
      '/type: type cannot be "fast" [invalid-value]\n    Possible values: "standard", "express".',
      '/concurrency/limit: limit must be at least 1, not 0 [invalid-value]',
      '/concurrency/when: There is no key "when" here [unknown-key]\n    Keys: limit, when_reached.',
    ],
  ],
  [
    'inputs',
    {
      id: 'w',
      inputs: {
        'a b': {},
        c: { type: 'text' },
        d: { type: 'integer', default: 'x' },
        e: 5,
        f: { defalt: 1 },
        g: { type: 'string', default: null },
        h: { required: 'no' },
      },
      steps,
    },
    [
      '/inputs/a b: "a b" cannot name an input [invalid-id]\n    Letters, digits, _ and -, beginning with a letter or _, at most 64.',
      '/inputs/c/type: type cannot be "text" [invalid-value]\n    Possible values: "string", "number", "integer", "boolean", "object", "array".',
      '/inputs/d/default: The default "x" is a string, the input an integer [default-mismatch]\n    Change one of the two, "type" or "default".',
      '/inputs/e: e must be an object, not a number (5) [wrong-type]\n    An input is declared by an object: {"type": "string"}.',
      '/inputs/f/defalt: There is no key "defalt" here [unknown-key]\n    Did you mean default? Keys: type, description, default, required.\n    key -> default',
      '/inputs/h/required: required must be a boolean, not a string ("no") [wrong-type]',
    ],
  ],
  [
    'inputs that nothing uses',
    { id: 'w', inputs: { a: {}, 'b-c': {} }, steps: [{ id: 'r', return: 1 }] },
    [
      '/inputs/a: Nothing uses the input a [unused-input]\n    Use it as {{ inputs.a }}, or remove it.',
      '/inputs/b-c: Nothing uses the input b-c [unused-input]\n    Use it as {{ inputs.`b-c` }}, or remove it.',
    ],
  ],
  [
    'triggers that are none',
    triggered(5, null, {}, { shedule: 'x' }, { schedule: 'rate(1 hour)', webhook: {} }),
    [
      '/triggers/0: A trigger must be an object, not a number (5) [wrong-type]',
      '/triggers/1: A trigger must be an object, not null [wrong-type]',
      '/triggers/2: Nothing says what starts the workflow [no-trigger-kind]\n    Write {"schedule": "rate(1 hour)"} or {"webhook": {"verify": "github"}}, each a trigger of its own.',
      '/triggers/3: Nothing says what starts the workflow [no-trigger-kind]\n    Did you mean schedule instead of shedule?\n    key /triggers/3/shedule -> schedule',
      '/triggers/4: A trigger has schedule or webhook, not both [no-trigger-kind]\n    Write {"schedule": "rate(1 hour)"} or {"webhook": {"verify": "github"}}, each a trigger of its own.',
    ],
  ],
  [
    'schedules',
    triggered(
      { schedule: 'every hour', input: q },
      { schedule: 'cron(0 9 * * * *)', input: q },
      { schedule: 5, input: q },
      { schedule: 'cron(0 0 31 2 ? *)', input: q },
      { schedule: 'cron(0 0 31 2 ? *)', timezone: 'Europe/Berlin', input: q },
      { schedule: 'at(1969-12-31T23:59:59)', input: q },
      { schedule: 'at(2027-03-28T02:30:00)', timezone: 'Europe/Berlin', input: q },
      { schedule: 'cron(0 9 ? * 2 *)', input: q },
    ),
    [
      '/triggers/0/schedule: "every hour" is not a schedule [invalid-schedule]\n    rate(5 minutes), cron(minutes hours day-of-month month day-of-week year) with ? for one of the two days, as cron(0 9 ? * MON-FRI *), or at(2026-03-01T09:00:00).',
      '/triggers/1/schedule: "cron(0 9 * * * *)" is not a schedule: of day-of-month and day-of-week exactly one has to be ? [invalid-schedule]\n    rate(5 minutes), cron(minutes hours day-of-month month day-of-week year) with ? for one of the two days, as cron(0 9 ? * MON-FRI *), or at(2026-03-01T09:00:00).',
      '/triggers/2/schedule: schedule must be a string, not a number (5) [wrong-type]',
      '/triggers/3/schedule: "cron(0 0 31 2 ? *)" is never due [invalid-schedule]\n    No day, or none between start_date and end_date, fits all of its fields.',
      '/triggers/4/schedule: "cron(0 0 31 2 ? *)" is never due [invalid-schedule]\n    No day, or none between start_date and end_date, fits all of its fields, or the clocks of Europe/Berlin skip the time.',
      '/triggers/5/schedule: "at(1969-12-31T23:59:59)" is never due [invalid-schedule]\n    That time has passed. Choose one in the future.',
      '/triggers/6/schedule: "at(2027-03-28T02:30:00)" is never due [invalid-schedule]\n    The clocks of Europe/Berlin skip that time: they are put forward over it. Choose one an hour later.',
      '/triggers/7/schedule: The day of the week 2 is MON here: EventBridge counts from 1, Sunday, and other crons from 1, Monday [weekday-number]\n    Write names, which are the same everywhere: MON, or TUE where that is meant.',
    ],
  ],
  [
    'times of schedules',
    triggered(
      { schedule: 'rate(1 hour)', timezone: 'Nowhere', input: q },
      { schedule: 'rate(1 hour)', start_date: 'x', end_date: 5, input: q },
      {
        schedule: 'rate(1 hour)',
        start_date: '2026-01-02T00:00:00Z',
        end_date: '2026-01-02T01:00:00+01:00',
        input: q,
      },
      { schedule: 'at(2030-01-01T00:00:00)', start_date: '2026-01-01T00:00:00Z', input: q },
    ),
    [
      '/triggers/0/timezone: There is no time zone "Nowhere" [invalid-schedule]\n    A name of the IANA database: "Europe/Berlin", "America/New_York", "UTC".',
      '/triggers/1/start_date: "x" is not a date and time [invalid-schedule]\n    ISO 8601 with an offset: "2026-03-01T09:00:00Z" or "2026-03-01T09:00:00+01:00".',
      '/triggers/1/end_date: end_date must be a string, not a number (5) [wrong-type]',
      '/triggers/2/end_date: end_date is not after start_date: nothing would ever be due [invalid-schedule]',
      '/triggers/3/start_date: start_date is for rate and cron: at(…) is due once, whatever it says [no-effect]\n    Leave it out.\n    removes /triggers/3/start_date',
    ],
  ],
  [
    'keys of a schedule',
    triggered({ schedule: 'rate(1 hour)', timezon: 'UTC', input: q }),
    [
      '/triggers/0/timezon: There is no key "timezon" here [unknown-key]\n    Did you mean timezone? Keys: schedule, timezone, start_date, end_date, flexible_window_minutes, input, enabled.\n    key -> timezone',
    ],
  ],
  [
    'the input of a schedule',
    triggered(
      { schedule: 'rate(1 hour)' },
      { schedule: 'rate(1 hour)', input: { q: 5, z: 1 } },
      { schedule: 'rate(1 hour)', input: 5 },
    ),
    [
      '/triggers/0: The input `q` is missing [trigger-input]\n    of type string',
      '/triggers/1/input/q: The input `q` must be of type string, but it is the number 5 [trigger-input]',
      '/triggers/1/input/z: The workflow has no input `z` [trigger-input]\n    did you mean `q`?',
      '/triggers/2: The input `q` is missing [trigger-input]\n    of type string',
      '/triggers/2/input: input must be an object, not a number (5) [wrong-type]',
    ],
  ],
  [
    'webhooks',
    hooked(
      ...[
        {},
        { verify: 'gitlab' },
        5,
        { verify: 'hmac' },
        { verify: 'github', nam: 'x' },
        { verify: 'github', name: 'A b' },
      ].map((webhook) => ({ webhook, input: q })),
    ),
    [
      '/triggers/0/webhook: "verify" is missing here [missing-key]\n    Possible values: "github", "notion", "slack", "stripe", "zoom", "standard_webhooks", "hmac", "token".',
      '/triggers/1/webhook/verify: verify cannot be "gitlab" [invalid-value]\n    Possible values: "github", "notion", "slack", "stripe", "zoom", "standard_webhooks", "hmac", "token".',
      '/triggers/2/webhook: webhook must be an object, not a number (5) [wrong-type]\n    It looks like {"verify": "github"}.',
      '/triggers/3/webhook: "header" is missing here [missing-key]',
      '/triggers/4/webhook/nam: There is no key "nam" here [unknown-key]\n    Did you mean name? Keys: verify, name, connection, headers.\n    key -> name',
      '/triggers/5/webhook: Two webhooks have the address /hooks/w [duplicate-webhook]\n    The other one is at /triggers/4. Give one of them another "name".',
      '/triggers/5/webhook/name: "A b" cannot be a name [invalid-id]\n    Lower-case letters, digits, _ and -, beginning with a letter or a digit, at most 64.',
    ],
  ],
  [
    'addresses of webhooks',
    hooked(...['github', 'slack', 'notion'].map((verify) => ({ webhook: { verify }, input: q }))),
    [
      '/triggers/1/webhook: Two webhooks have the address /hooks/w [duplicate-webhook]\n    The other one is at /triggers/0. Give one of them another "name".',
      '/triggers/2/webhook: Two webhooks have the address /hooks/w [duplicate-webhook]\n    The other one is at /triggers/1. Give one of them another "name".',
    ],
  ],
  [
    'the input of a webhook',
    {
      ...hooked({ webhook: { verify: 'github' }, input: { ...q, webhook: 1 } }),
      inputs: { ...inputs, webhook: { type: 'string' } },
    },
    [
      '/triggers/0: A webhook passes its delivery as the input webhook, which the workflow declares as string [trigger-input]\n    Declare it: "inputs": {"webhook": {"type": "object"}}; steps read {{ inputs.webhook.body }}.\n    value /inputs/webhook/type -> object',
      '/triggers/0/input/webhook: The input webhook is what the webhook delivers: the trigger cannot give it [trigger-input]\n    Leave it out.',
    ],
  ],
  [
    'no input for a webhook',
    triggered({ webhook: { verify: 'github' }, input: q }),
    [
      '/triggers/0: A webhook passes its delivery as the input webhook, which the workflow does not declare [trigger-input]\n    Declare it: "inputs": {"webhook": {"type": "object"}}; steps read {{ inputs.webhook.body }}.\n    adds /inputs/webhook {"type":"object"}',
    ],
  ],
  [
    'a document that is too deep',
    { id: 'w', steps: [{ id: 'r', return: deep(70) }] },
    [
      '/steps/0/return/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0: A workflow can be at most 64 levels deep [too-deep]\n    Pass deeply nested data as an input.',
    ],
  ],
  ['one that is just not', { id: 'w', steps: [{ id: 'r', return: deep(61) }] }, []],
  [
    'a key that no object can have',
    JSON.parse('{"id":"w","steps":[{"id":"r","return":[{"__proto__":1}]}]}'),
    ['/steps/0/return/0/__proto__: A workflow cannot contain the key __proto__ [forbidden-key]'],
  ],
  [
    'an older document: links',
    {
      id: 'w',
      steps: [
        { id: 'a', type: 'gmail', action: 'list_messages', next_step: 'c' },
        { id: 'b', type: 'gmail', action: 'list_messages', next_step: 'd' },
        { id: 'c', type: 'gmail', action: 'list_messages', next_step: '' },
      ],
    },
    ['/steps/1/next_step: There is no step "d" [next-step-unknown]\n    Did you mean a? Steps: a, b, c.'],
  ],
  [
    'an older document: several first steps',
    {
      id: 'w',
      steps: [
        { id: 'a', type: 'gmail', action: 'list_messages', next_step: 'c' },
        { type: 'gmail', action: 'list_messages', next_step: 'c' },
        { id: 'c', type: 'gmail', action: 'list_messages', next_step: '' },
      ],
    },
    [
      '/steps: No step leads to a, at /steps/1: only one step can be the first [several-first-steps]\n    Name each other step in the next_step of the step before it.',
      '/steps/1: "id" is missing here [missing-key]',
    ],
  ],
  [
    'an older document: a cycle',
    {
      id: 'w',
      steps: [
        { id: 'a', type: 'gmail', action: 'list_messages', next_step: 'b' },
        { id: 'b', type: 'gmail', action: 'list_messages', next_step: 'a' },
        { id: 'c', type: 'gmail', action: 'list_messages', next_step: 'c' },
      ],
    },
    [
      '/steps/1/next_step: The steps form a cycle: b leads back to a [next-step-cycle]\n    The last step has no next_step.',
      '/steps/2: No step leads to c [step-unreachable]\n    Name it in the next_step of the step before it, or remove it.',
    ],
  ],
  [
    'an older document: no list of steps',
    { id: 'w', variables: { 'a b': 1 }, steps: {} },
    ['/steps: steps must be a list, not an object [wrong-type]'],
  ],
  [
    'an older document: no steps',
    { id: 'w', variables: { 'a b': 1 } },
    [
      'the workflow: A workflow needs "steps" [missing-key]\n    steps is a list: "steps": [{"id": "first", "action": "…"}].',
    ],
  ],
  [
    'an older document: a step without an action',
    { id: 'w', variables: [], steps: [{ id: 'a', type: 'gmail', name: 'n', query: 'q' }] },
    [
      '/steps/0: Nothing says what this step does [no-step-kind]\n    A step has one of the keys action, set, transform, wait, return, fail, switch, parallel, for_each, agent, workflow, approval.',
    ],
  ],
  [
    'an older document: places',
    {
      id: 'w',
      steps: [
        {
          id: 'b',
          type: 'github',
          action: 'create_issue',
          title: 5,
          repo_name: '{{ steps.nowhere }} é {{a_output}} {{steps.x}}',
        },
        { id: 'a', type: 'github', action: 'create_issue', params: { titel: 'x' }, next_step: 'b' },
      ],
    },
    [
      '/steps/0/title: title must be a string, not 5 [invalid-parameter]',
      '/steps/0/repo_name, column 10: There is no step nowhere [unknown-reference]\n    Steps before this one: a.',
      '/steps/0/repo_name, column 44: There is no step x [unknown-reference]\n    Did you mean a? Steps before this one: a.',
      '/steps/1/params: github.create_issue needs the parameter repo_name [missing-parameter]\n    repo_name: The repository, owner/name',
      '/steps/1/params: github.create_issue needs the parameter title [missing-parameter]\n    title: The title',
      '/steps/1/params/titel: github.create_issue has no parameter "titel" [unknown-parameter]\n    Parameters: repo_name, title, body, labels.',
    ],
  ],
])('%s', (_, document, expected) => {
  expect(told(document)).toEqual(expected);
});
