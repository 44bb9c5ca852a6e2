// The record of a call: one try claims it, and what S3 does not do is told in the words of actions.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { startS3 } from '../../local/s3/testing/s3.ts';
import { callRecords } from './call-records.ts';

let bench: Awaited<ReturnType<typeof startS3>>;
beforeAll(async () => {
  bench = await startS3();
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_S3: bench.endpoint,
  });
});
beforeEach(async () => {
  process.env['LOGS_BUCKET'] = await bench.newBucket();
});
afterAll(() => bench.close());

const schema = z.object({ try_id: z.string() });
const KEY = '0123456789abcdef0123456789abcdef';

test('the first try has the record, also when it asks again after a lost answer', async () => {
  const records = callRecords(schema);
  expect(await records.read(KEY)).toBeUndefined();
  const etag = await records.claim(KEY, { try_id: 'one' });
  expect(etag).toMatch(/^".+"$/);
  expect(await records.claim(KEY, { try_id: 'one' })).toBe(etag);
  expect(await records.claim(KEY, { try_id: 'two' })).toBeUndefined();
  expect(await records.read(KEY)).toMatchObject({ document: { try_id: 'one' }, etag });
});

test('a record is replaced and released only as it was read', async () => {
  const records = callRecords(schema);
  const first = (await records.claim(KEY, { try_id: 'one' })) ?? '';
  const second = (await records.replace(KEY, { try_id: 'two' }, first)) ?? '';
  expect(await records.replace(KEY, { try_id: 'two' }, first)).toBe(second);
  expect(await records.replace(KEY, { try_id: 'three' }, first)).toBeUndefined();
  await records.release(KEY, first);
  expect(await records.read(KEY)).toMatchObject({ document: { try_id: 'two' }, etag: second });
  await records.release(KEY, second);
  expect(await records.read(KEY)).toBeUndefined();
});

test('a bucket that is not set is a mistake of the deployment, one that does not answer may be there later', async () => {
  process.env['LOGS_BUCKET'] = 'no-such-bucket';
  await expect(callRecords(schema).read(KEY)).rejects.toMatchObject({
    name: 'ProviderUnavailable',
    message: expect.stringMatching(/^The record of the call could not be kept in S3: NoSuchBucket$/),
  });
  delete process.env['LOGS_BUCKET'];
  await expect(callRecords(schema).read(KEY)).rejects.toMatchObject({
    name: 'ConfigurationError',
  });
});
