// Why a delivery is refused, as it is kept; the sender is told the same of most of it.
import { S3Client } from '@aws-sdk/client-s3';
import { beforeEach, expect, test } from 'vitest';
import { connectionReader } from '../connections/connections.ts';
import { SystemsManagerError } from '../connections/systems-manager.ts';
import { workflowStore } from '../stores/workflows.ts';
import { receiveWebhook } from './receive-webhook.ts';
import type { Refusal } from './refused-deliveries.ts';

const document = {
  workflow: {
    id: 'w',
    triggers: [
      { webhook: { verify: 'github' } },
      { webhook: { name: 'off', verify: 'github' }, enabled: false },
      { webhook: { name: 'pages', verify: 'notion' } },
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
const readers = () => connectionReader(async () => parameter());

let kept: Refusal[] = [];
let tokens: (readonly string[])[] = [];
beforeEach(() => {
  kept = [];
  tokens = [];
  parameter = () => '{"secret":"s3cr3t"}';
  Object.assign(process.env, { CONNECTIONS_PATH: '/p/connections', WORKFLOWS_BUCKET: 'workflows' });
});
const fromGithub = { 'x-github-delivery': 'd-1', 'x-hub-signature-256': 'sha256=00' };
const receive = (id: string, headers: Record<string, string> = fromGithub, body = '{}') =>
  receiveWebhook(
    id,
    { headers, body: Buffer.from(body) },
    {
      ...{ store: workflowStore(s3, 'workflows'), connections: readers() },
      refusals: { record: async (refusal) => void kept.push(refusal) },
      keepToken: async (...token) => void tokens.push(token),
    },
  );

test.each([
  ['w', 'wrong_signature'],
  ['w.off', 'disabled'],
  ['w.other', 'unknown'],
])('a delivery to %s is kept with its id, as %s', async (hook, reason) => {
  await expect(receive(hook)).rejects.toMatchObject({ type: 'delivery-refused' });
  expect(kept).toEqual([{ hook, reason, delivery: 'd-1' }]);
});

test('while AWS does not give the secret the sender is to try again, and nothing is refused', async () => {
  parameter = () => {
    throw new SystemsManagerError('ThrottlingException');
  };
  await expect(receive('w')).rejects.toMatchObject({ type: 'unavailable', headers: { 'retry-after': '1' } });
  expect(kept).toEqual([]);
});

const token = '{"verification_token":"secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl"}';

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
