// What a delivery starts, and why one is refused, as it is kept; the sender is told the same of most of it.
import { createHmac } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import {
  ExecutionAlreadyExists,
  SFNClient,
  StateMachineDeleting,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ProviderServer, startProviderServer } from '../../test/support/provider-server.ts';
import { connectionReader } from '../connections/connections.ts';
import { SystemsManagerError } from '../connections/systems-manager.ts';
import { workflowStore } from '../stores/workflows.ts';
import { type ReceiveDependencies, receiveWebhook } from './receive-webhook.ts';
import type { Refusal } from './refused-deliveries.ts';

const document = {
  workflow: {
    id: 'w',
    triggers: [
      { webhook: { verify: 'github' } },
      { webhook: { name: 'off', verify: 'github' }, enabled: false },
      { webhook: { name: 'pages', verify: 'notion' } },
      { schedule: 'rate(1 hour)' },
      { webhook: { name: 'slack', verify: 'slack' }, input: { channel: 'c', webhook: 'hidden' } },
    ],
    steps: [{ id: 'a', transform: 1 }],
  },
  ...{ version: 1, created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z' },
  ...{ updated_by: 'ada', state_machine_version_arn: 'arn:1' },
};
const s3 = new S3Client({ region: 'us-east-1' });
s3.middlewareStack.add(
  () => async () => {
    const Body = { transformToString: async () => JSON.stringify(document) };
    return { response: undefined, output: { $metadata: {}, Body, ETag: '"1"', LastModified: new Date(0) } };
  },
  { step: 'initialize' },
);
/** The value of the connection's parameter; undefined when there is none. */
let parameter: () => string | undefined;
/** The parameters that were read. */
let read: string[] = [];
const readers = () =>
  connectionReader(async (name) => {
    read.push(name);
    return parameter();
  });
/** What was started; it fails with the error. */
let started: object[] = [];
let failure: Error | undefined;
const sfn = new SFNClient({ region: 'us-east-1' });
sfn.middlewareStack.add(
  () =>
    async ({ input }) => {
      started.push(input);
      if (failure) throw failure;
      return { response: undefined, output: { $metadata: {} } };
    },
  { step: 'initialize' },
);
/** Where the parameters are that no test puts in its place. */
let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

let kept: Refusal[] = [];
let tokens: (readonly string[])[] = [];
/** What the function's log is told. */
let told: (readonly [string, object])[] = [];
beforeEach(() => {
  [kept, tokens, read, started, failure, told] = [[], [], [], [], undefined, []];
  parameter = () => '{"secret":"s3cr3t"}';
  Object.assign(process.env, { CONNECTIONS_PATH: '/p/connections', WORKFLOWS_BUCKET: 'workflows' });
});
const fromGithub = { 'x-github-delivery': 'd-1', 'x-hub-signature-256': 'sha256=00' };
/** As GitHub signs it. */
const signed = (body = '{}') => ({
  ...fromGithub,
  'x-hub-signature-256': `sha256=${createHmac('sha256', 's3cr3t').update(body).digest('hex')}`,
});
const NOW = 1_767_225_600;
const slack = (body: string, time = String(NOW)) => ({
  'x-slack-request-timestamp': time,
  'x-slack-signature': `v0=${createHmac('sha256', 's3cr3t').update(`v0:${time}:${body}`).digest('hex')}`,
});
/** Tokens are kept where the product keeps them. */
const asItIs = {};
const receive = (
  id: string,
  headers: Record<string, string> = fromGithub,
  body = '{}',
  more: Partial<Parameters<typeof receiveWebhook>[1]> & ReceiveDependencies = {},
) =>
  receiveWebhook(
    id,
    { headers, body: Buffer.from(body), ...more },
    {
      ...{ store: workflowStore(s3, 'workflows'), connections: readers(), sfn },
      ...{ now: () => new Date(NOW * 1000 + 999), log: { warn: (...one) => void told.push(one) } },
      refusals: { record: async (refusal) => void kept.push(refusal) },
      ...(more !== asItIs && { keepToken: async (...token) => void tokens.push(token) }),
      ...more,
    },
  );

const nameOfRun = expect.stringMatching(/^hook-[0-9a-f]{64}$/);
const idOfRun = expect.stringMatching(/^w\.hook-[0-9a-f]{64}$/);

test.each([
  ['its input is what was sent', 'w', signed, {}, false],
  ['beside the input of the trigger', 'w.slack', slack, { channel: 'c' }, true],
])('a genuine delivery starts the version that is in force: %s', async (_, id, sign, input, isEmpty) => {
  expect(await receive(id, sign('{"a":1}'), '{"a":1}')).toEqual({
    executionId: idOfRun,
    wantsEmptyAnswer: isEmpty,
  });
  const headers = id === 'w' ? { 'x-github-delivery': 'd-1' } : {};
  const webhook = { delivery: id === 'w' ? 'd-1' : null, headers, body: { a: 1 } };
  expect(started).toEqual([{ stateMachineArn: 'arn:1', name: nameOfRun, input: expect.any(String) }]);
  expect(started.map((one) => 'input' in one && JSON.parse(String(one.input)))).toEqual([
    { ...input, webhook },
  ]);
  expect([read, kept, told]).toEqual([['/p/connections/webhook/w'], [], []]);
});

test('a delivery that has started one already is answered as the first was', async () => {
  const first = await receive('w', signed());
  failure = new ExecutionAlreadyExists({ message: '', $metadata: {} });
  expect(await receive('w', signed())).toEqual(first);
  expect(started[1]).toEqual(started[0]);
});

test('what Step Functions refuses for another reason is not said to be received', async () => {
  failure = new Error('busy');
  await expect(receive('w', signed())).rejects.toThrow('busy');
  expect(kept).toEqual([]);
});

const late = String(NOW - 301);
const unreadable = { isText: true, body: Buffer.from('{"a":"\u{fffd}"}') };
const large = Buffer.from(JSON.stringify('x'.repeat(262_143)));
test.each<[string, string, Record<string, string>, Parameters<typeof receive>[3], string]>([
  ['a wrong signature', 'w', fromGithub, {}, 'wrong_signature'],
  ['no signature', 'w.slack', {}, {}, 'wrong_signature'],
  ['a wrong signature at a wrong time', 'w.slack', { ...slack('[]', late) }, {}, 'wrong_signature'],
  ['the right signature at a wrong time', 'w.slack', slack('{}', late), {}, 'too_late'],
  ['a webhook that is off', 'w.off', signed(), {}, 'disabled'],
  ['a webhook that is off, and a wrong signature', 'w.off', fromGithub, {}, 'disabled'],
  ['an unknown webhook', 'w.other', signed(), {}, 'unknown'],
  ['an unknown webhook, and a wrong signature', 'w.other', fromGithub, {}, 'unknown'],
  ['characters that are none', 'w', fromGithub, unreadable, 'not_utf8'],
  ['bytes that are no text', 'w', fromGithub, { body: Buffer.from([0xff]) }, 'wrong_signature'],
  ['U+FFFD in bytes', 'w', fromGithub, { ...unreadable, isText: false }, 'wrong_signature'],
])('a delivery with %s is kept with its id, and starts nothing', async (_, hook, headers, more, reason) => {
  const type = reason === 'not_utf8' ? 'delivery-not-utf8' : 'delivery-refused';
  await expect(receive(hook, headers, '{}', more)).rejects.toMatchObject({ type });
  const delivery = headers['x-github-delivery'] ?? null;
  expect([kept, started]).toEqual([[{ hook, reason, delivery }], []]);
  expect(read).toHaveLength(1);
});

test('a delivery that a signature fits is refused for what it holds, and one that is too large before it is read', async () => {
  const json = '{"a":1e999}';
  await expect(receive('w', signed(json), json)).rejects.toMatchObject({ type: 'invalid-json' });
  const whole = large.subarray(0, 262_144).toString();
  await expect(receive('w', signed(whole), whole)).rejects.toMatchObject({ type: 'body-too-large' });
  expect(read).toHaveLength(2);
  await expect(receive('w', fromGithub, large.toString())).rejects.toMatchObject({ type: 'body-too-large' });
  expect(read).toHaveLength(2);
  expect([kept.map(({ reason }) => reason), started]).toEqual([
    ['invalid_json', 'too_large', 'too_large'],
    [],
  ]);
});

test.each([StateMachineDoesNotExist, StateMachineDeleting])(
  'a workflow that is deleted meanwhile has no webhook: %o',
  async (Gone) => {
    failure = new Gone({ message: '', $metadata: {} });
    await expect(receive('w', signed())).rejects.toMatchObject({ type: 'delivery-refused' });
    expect(kept).toEqual([{ hook: 'w', reason: 'unknown', delivery: 'd-1' }]);
  },
);

test('the function’s log says why, also when that cannot be kept, which the sender is not told', async () => {
  const record = () => Promise.reject(new Error('S3 is gone'));
  const refused = receive('w.off', fromGithub, '{}', { refusals: { record } });
  await expect(refused).rejects.toMatchObject({
    type: 'delivery-refused',
    message: 'The delivery was not accepted',
  });
  expect(told).toEqual([
    ['A delivery was refused', { webhook: 'w.off', why: 'the webhook is not enabled' }],
    ['That a delivery was refused could not be kept', { webhook: 'w.off', error: new Error('S3 is gone') }],
  ]);
});

test('while AWS does not give the secret the sender is to try again, and nothing is refused', async () => {
  parameter = () => {
    throw new SystemsManagerError('ThrottlingException');
  };
  await expect(receive('w')).rejects.toMatchObject({ type: 'unavailable', headers: { 'retry-after': '1' } });
  expect(kept).toEqual([]);
});

const token = '{"verification_token":"secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl"}';

test('a token is kept in a parameter of the webhook, the newest one; what cannot be kept is to be sent again', async () => {
  parameter = () => undefined;
  const name = '/ai-orchestra/test/connection-tokens/webhook/w.pages';
  for (const sent of ['secret_0123456789ab', 'secret_ba9876543210']) {
    await receive('w.pages', {}, JSON.stringify({ verification_token: sent }), asItIs);
    expect(server.stored.get(name)).toBe(sent);
  }
  // Nothing listens there.
  process.env['AWS_ENDPOINT_URL_SSM'] = 'http://127.0.0.1:1';
  await expect(receive('w.pages', {}, token, asItIs)).rejects.toMatchObject({ type: 'unavailable' });
  delete process.env['AWS_ENDPOINT_URL_SSM'];
});

test('the token that Notion sends first is kept and answered while there is no secret, and starts nothing', async () => {
  parameter = () => undefined;
  expect(await receive('w.pages', {}, token)).toEqual({
    contentType: 'text/plain; charset=utf-8',
    text: '',
  });
  expect(tokens).toEqual([['w.pages', 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl']]);
  expect(kept).toEqual([]);
});

test.each<[string, string, Record<string, string>, string, string | undefined, string]>([
  ['there is a secret', 'w.pages', {}, token, '{"secret":"s3cr3t"}', 'wrong_signature'],
  ['it is signed', 'w.pages', { 'x-notion-signature': 'sha256=00' }, token, undefined, 'no_secret'],
  ['another service sends', 'w', {}, token, undefined, 'no_secret'],
  ['there is no such webhook', 'w.other', {}, token, undefined, 'unknown'],
  ['it is no token', 'w.pages', {}, '{"verification_token":"a b"}', undefined, 'no_secret'],
  ['it is no JSON', 'w.pages', {}, 'verification_token', undefined, 'no_secret'],
])(
  'a verification token is refused as any other delivery when %s',
  async (_, hook, headers, body, secret, reason) => {
    parameter = () => secret;
    await expect(receive(hook, headers, body)).rejects.toMatchObject({ type: 'delivery-refused' });
    expect([tokens, kept.map((one) => one.reason)]).toEqual([[], [reason]]);
  },
);
