// Documents in S3 when the condition of a write does not hold, over real HTTP.
import { createServer } from 'node:http';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { close, listen } from '../../local/shared/http-server.ts';
import { type DocumentStore, documentStore } from './document-store.ts';

/** What the next request is answered with. */
let answer = { status: 200, code: '' };
const asked: string[] = [];
const server = createServer((request, response) => {
  const { 'if-match': match, 'if-none-match': noneMatch } = request.headers;
  asked.push(`${request.method} ${match === undefined ? `unless ${noneMatch}` : `if ${match}`}`);
  request.resume().on('end', () => {
    response.writeHead(answer.status, { etag: '"2"', 'content-type': 'application/xml' });
    if (request.method === 'GET') response.end('{"a":1}');
    else response.end(answer.code && `<Error><Code>${answer.code}</Code><Message>m</Message></Error>`);
  });
});
let store: DocumentStore<{ a: number }>;
beforeAll(async () => {
  const client = new S3Client({
    endpoint: await listen(server, 0),
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
  store = documentStore({ bucket: 'bucket', folder: 'f', schema: z.object({ a: z.int() }) }, client);
});
afterAll(() => close(server));

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
test.each([
  [412, 'PreconditionFailed'],
  [409, 'ConditionalRequestConflict'],
  [404, 'NoSuchKey'],
])('%d %s: the condition did not hold, and nothing was written', async (status, code) => {
  answer = { status, code };
  expect(await store.write('x', { a: 1 }, { etag: '"1"' })).toBeUndefined();
  expect(await store.write('x', { a: 1 }, { absent: true })).toBeUndefined();
  expect(await store.delete('x', '"1"')).toBe(false);
  expect(asked.splice(0)).toEqual(['PUT if "1"', 'PUT unless *', 'DELETE if "1"']);
});

test.each([
  [404, 'NoSuchBucket'],
  [403, 'AccessDenied'],
  [400, 'InvalidRequest'],
  [500, 'InternalError'],
])('%d %s is an error', async (status, code) => {
  answer = { status, code };
  await expect(store.write('x', { a: 1 }, { absent: true })).rejects.toMatchObject({ name: code });
  await expect(store.delete('x', '"1"')).rejects.toMatchObject({ name: code });
});

test('what was written has the new ETag', async () => {
  answer = { status: 200, code: '' };
  expect(await store.write('x', { a: 1 }, { etag: '"1"' })).toBe('"2"');
});

test('of what is read again, what was read last is known longest', async () => {
  answer = { status: 200, code: '' };
  const read = async (id: string | number) => (await store.read(`${id}`))?.document;
  const first = await read('used');
  expect(first).toEqual({ a: 1 });
  for (let other = 0; other < 99; other += 1) await read(other);
  expect(await read('used')).toBe(first);
  const unused = await read(0);
  for (let other = 100; other < 198; other += 1) await read(other);
  expect(await read('used')).toBe(first);
  await read('one more');
  expect(await read(0)).not.toBe(unused);
});
