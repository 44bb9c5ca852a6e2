// Triggers: what is accepted, and where each mistake is reported.
import { expect, test } from 'vitest';
import { codes, problems, result } from '../testing/compile.ts';

const workflow = (triggers: unknown, inputs: object = { webhook: { type: 'object' } }) => ({
  id: 'w',
  inputs,
  triggers,
  steps: [{ id: 'a', transform: 1 }],
});

test('triggers are part of the workflow that is saved, and change nothing of its definition', () => {
  const triggers = [
    {
      schedule: 'cron(0 9 ? * MON *)',
      timezone: 'Europe/Berlin',
      flexible_window_minutes: 15,
      enabled: false,
    },
    { schedule: 'rate(1 hour)', start_date: '2026-03-01T09:00:00+01:00', end_date: '2026-03-02T00:00:00Z' },
    { webhook: { verify: 'github' } },
    {
      webhook: {
        verify: 'hmac',
        name: 'slack',
        connection: 'team',
        header: 'X-Slack-Signature',
        prefix: 'v0=',
        encoding: 'hex',
        timestamp: { header: 'X-Slack-Request-Timestamp', tolerance_seconds: 60 },
        signed: 'v0:{timestamp}:{body}',
        delivery_header: 'X-Id',
        headers: ['X-Slack-Retry-Num'],
      },
    },
    { webhook: { verify: 'token', name: 'shop', header: 'X-Token' } },
  ];
  const inputs = { webhook: { type: 'object', default: {} } };
  const compiled = result(workflow(triggers, inputs));
  expect(compiled).toMatchObject({ ok: true, workflow: { triggers }, warnings: [] });
  const without = result(workflow([], inputs));
  expect(compiled.ok && without.ok && compiled.definition).toEqual(without.ok && without.definition);
});

test.each<[string, unknown, string[]]>([
  ['no list', {}, ['wrong-type /triggers']],
  ['too many', Array(21).fill({ schedule: 'rate(1 hour)' }), ['invalid-value /triggers']],
  ['no object', ['rate(1 hour)'], ['wrong-type /triggers/0']],
  ['nothing that starts', [{ enabled: true }], ['no-trigger-kind /triggers/0']],
  ['both', [{ schedule: 'rate(1 hour)', webhook: { verify: 'github' } }], ['no-trigger-kind /triggers/0']],
  ['a key too many', [{ schedule: 'rate(1 hour)', cron: 1 }], ['unknown-key /triggers/0/cron']],
  [
    'several mistakes at once',
    [
      { schedule: 'cron(99 9 ? * MON *)', timezone: 'Mars/X', cron: 1, input: { m: 1 } },
      { webhook: { verify: 'github', secret: 1 }, input: { m: 1 } },
    ],
    [
      'invalid-schedule /triggers/0/schedule',
      'invalid-schedule /triggers/0/timezone',
      'unknown-key /triggers/0/cron',
      'trigger-input /triggers/0/input/m',
      'unknown-key /triggers/1/webhook/secret',
      'trigger-input /triggers/1/input/m',
    ],
  ],
  ['no text', [{ schedule: 5 }], ['wrong-type /triggers/0/schedule']],
  [
    'one minute too long',
    [{ schedule: 'rate(1 hour)', flexible_window_minutes: 1441 }],
    ['invalid-value /triggers/0/flexible_window_minutes'],
  ],
  [
    'an end before the start',
    [{ schedule: 'rate(1 hour)', start_date: '2026-03-02T00:00:00Z', end_date: '2026-03-01T23:00:00-01:00' }],
    ['invalid-schedule /triggers/0/end_date'],
  ],
  [
    'an offset for a zone',
    [{ schedule: 'rate(1 hour)', timezone: '+01:00' }],
    ['invalid-schedule /triggers/0/timezone'],
  ],
  ['a webhook that verifies nothing', [{ webhook: {} }], ['missing-key /triggers/0/webhook']],
  ['another way to verify', [{ webhook: { verify: 'none' } }], ['invalid-value /triggers/0/webhook/verify']],
  ['hmac without its header', [{ webhook: { verify: 'hmac' } }], ['missing-key /triggers/0/webhook']],
  [
    'a webhook and its trigger with mistakes',
    [{ webhook: { verify: 'github', secret: 'x' }, timezone: 'UTC' }],
    ['unknown-key /triggers/0/webhook/secret', 'unknown-key /triggers/0/timezone'],
  ],
  [
    'a header that proves who sends',
    [{ webhook: { verify: 'github', headers: ['x-a', 'Authorization'] } }],
    ['invalid-value /triggers/0/webhook/headers/1'],
  ],
  [
    'a name for a path',
    [{ webhook: { verify: 'github', name: '../x' } }],
    ['invalid-id /triggers/0/webhook/name'],
  ],
  [
    'an input for the delivery',
    [{ webhook: { verify: 'github' }, input: { webhook: {} } }],
    ['trigger-input /triggers/0/input/webhook'],
  ],
  [
    'a large input',
    [{ schedule: 'rate(1 hour)', input: { webhook: { text: 'x'.repeat(262_144) } } }],
    ['literal-too-large /triggers/0/input'],
  ],
])('%s', (_, triggers, expected) => {
  expect(codes(workflow(triggers, { webhook: { type: 'object', required: false } }))).toEqual(expected);
});

test('the input has what the workflow needs, of the right type, in plain values', () => {
  const inputs = { city: { type: 'string' }, days: { type: 'integer', default: 1 } };
  expect(codes(workflow([{ schedule: 'rate(1 day)' }], inputs))).toEqual(['trigger-input /triggers/0']);
  expect(codes(workflow([{ schedule: 'rate(1 day)', input: { city: 5, town: 'x' } }], inputs))).toEqual([
    'trigger-input /triggers/0/input/city',
    'trigger-input /triggers/0/input/town',
  ]);
  expect(codes(workflow([{ schedule: 'rate(1 day)', input: { city: 'in {{ 1 }}' } }], inputs))).toEqual([
    'trigger-input /triggers/0/input/city',
  ]);
  const hook = [{ webhook: { verify: 'github' }, input: { city: 'x' } }];
  expect(codes(workflow(hook, inputs))).toEqual(['trigger-input /triggers/0']);
  expect(codes(workflow(hook, { ...inputs, webhook: { type: 'string' } }))).toEqual([
    'trigger-input /triggers/0',
  ]);
  expect(codes(workflow(hook, { ...inputs, webhook: {} }))).toEqual([]);
});

test('a document in the older format may have triggers too', () => {
  const older = {
    id: 'w',
    variables: { city: 'Paris' },
    triggers: [{ schedule: 'rate(1 day)', input: { city: 'Rome' } }],
    steps: [{ id: 'a', type: 'gmail', action: 'list_messages' }],
  };
  expect(result(older)).toMatchObject({ ok: true, workflow: { triggers: older.triggers } });
});

test.each([
  ['0 9 * * MON', 'it has 5 fields, not six; the sixth is the year'],
  ['0 9 * * MON *', 'of day-of-month and day-of-week exactly one has to be ?'],
  ['99 9 ? * MON *', 'minutes cannot be 99: 0 to 59'],
  [
    '0 9 ? * MO *',
    'day-of-week cannot be MO: 1 (Sunday) to 7, SUN to SAT, 6L for the last, or 2#1 for the first',
  ],
  ['0 9 32 * ? *', 'day-of-month cannot be 32: 1 to 31, L, or 15W for the nearest weekday'],
])('cron(%s) is told what is wrong with it', (fields, why) => {
  const schedule = `cron(${fields})`;
  expect(problems(workflow([{ schedule, input: { webhook: {} } }])).map(({ message }) => message)).toEqual([
    `"${schedule}" is not a schedule: ${why}`,
  ]);
});

test('an input has as many bytes as that of an execution may have, and not one more', () => {
  const of = (bytes: number) => {
    const text = 'é'.repeat(10) + 'x'.repeat(bytes - 20 - '{"text":""}'.length);
    return codes(workflow([{ schedule: 'rate(1 hour)', input: { text } }], { text: { type: 'string' } }));
  };
  expect(of(262_144)).toEqual([]);
  expect(of(262_145)).toEqual(['literal-too-large /triggers/0/input']);
});
