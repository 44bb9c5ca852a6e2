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
beforeEach(() => {
  kept = [];
  parameter = () => '{"secret":"s3cr3t"}';
  Object.assign(process.env, { CONNECTIONS_PATH: '/p/connections', WORKFLOWS_BUCKET: 'workflows' });
});
const receive = (id: string) =>
  receiveWebhook(
    id,
    { headers: { 'x-github-delivery': 'd-1', 'x-hub-signature-256': 'sha256=00' }, body: Buffer.from('{}') },
    {
      ...{ store: workflowStore(s3, 'workflows'), connections: readers() },
      refusals: { record: async (refusal) => void kept.push(refusal) },
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
