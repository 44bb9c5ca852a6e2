// The markers of open approvals, in S3: what asks again while its marker is taken away stays marked.
import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startS3 } from '../../local/s3/testing/s3.ts';
import { type ApprovalRecord, approvalRecord } from './approval-record.ts';
import { type ApprovalStore, approvalStore } from './approvals.ts';

let bench: Awaited<ReturnType<typeof startS3>>;
let bucket: string;
let store: ApprovalStore;
beforeAll(async () => {
  bench = await startS3();
});
beforeEach(async () => {
  bucket = await bench.newBucket();
  store = approvalStore(bench.client, bucket);
});
afterAll(() => bench.close());

const id = 'mail.run.ask';
const waiting: ApprovalRecord = approvalRecord.parse({
  ...{ message: 'Go?', role: 'editor', on_timeout: 'fail', execution_arn: 'arn:1', task_token: 'token' },
  ...{ requested_at: '2026-01-01T00:00:00.000Z', expires_at: '2026-01-02T00:00:00.000Z' },
  ...{ decision: null, closed_at: null },
});
const closed = { ...waiting, task_token: null, closed_at: '2026-01-01T12:00:00.000Z' };
const openIds = async () => (await store.openIds({ limit: 10 })).ids;

test('an approval is open from its marker on, before and after its record is written', async () => {
  await store.markOpen(id);
  expect(await openIds()).toEqual([id]);
  await store.write(id, waiting, { absent: true });
  await store.markOpen(id);
  expect(await openIds()).toEqual([id]);
  expect((await store.read(id))?.document).toEqual(waiting);
});

test('its marker goes once nothing waits, and with a record that was never written', async () => {
  await store.unmarkOpen(id);
  await store.markOpen(id);
  await store.unmarkOpen(id);
  expect(await openIds()).toEqual([]);
  await store.write(id, closed, { absent: true });
  await store.markOpen(id);
  await store.unmarkOpen(id);
  expect(await openIds()).toEqual([]);
});

test('the marker of one that waits stays', async () => {
  await store.write(id, waiting, { absent: true });
  await store.markOpen(id);
  await store.unmarkOpen(id);
  expect(await openIds()).toEqual([id]);
});

test('the open ones of one run are told apart from those of others', async () => {
  for (const one of ['mail.run.ask', 'mail.run.ask.1', 'mail.run2.ask', 'mails.run.ask'])
    await store.markOpen(one);
  await bench.put('approvals/opening/mail.run.ask.json', '{}');
  expect(await store.openIds({ limit: 10, startingWith: 'mail.run.' })).toEqual({
    ids: ['mail.run.ask.1', 'mail.run.ask'],
    next: undefined,
  });
  const all = await store.openIds({ limit: 3 });
  expect(all.ids).toEqual(['mail.run.ask.1', 'mail.run.ask', 'mail.run2.ask']);
  expect(await store.openIds({ limit: 3, after: all.next })).toEqual({
    ids: ['mails.run.ask'],
    next: undefined,
  });
});

test('one that asks again just before its marker is deleted stays marked', async () => {
  await store.write(id, closed, { absent: true });
  await store.markOpen(id);
  const { client } = bench;
  const overtaken = {
    async send(command: Parameters<typeof client.send>[0]) {
      if (command instanceof DeleteObjectCommand) await store.markOpen(id);
      return client.send(command);
    },
    // The wrapper passes a command on and gives back what came: it has the client's own overloads.
  } as unknown as Pick<S3Client, 'send'>;
  await approvalStore(overtaken, bucket).unmarkOpen(id);
  expect(await openIds()).toEqual([id]);
});
