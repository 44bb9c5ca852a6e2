// Conditional requests, buckets, what lies on disk, and what is not served.
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CreateBucketCommand,
  GetBucketVersioningCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  ListBucketsCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createS3 } from './s3.ts';
import { failure, md5, startS3 } from './testing/s3.ts';

const local = await startS3();
const { put, get, remove, send, client, server, directory, s3 } = local;
let bucket: string;

beforeEach(async () => {
  bucket = await local.newBucket();
});

afterAll(() => local.close());

describe('conditions', () => {
  test('If-None-Match: * creates once', async () => {
    await put('k', 'first', { IfNoneMatch: '*' });
    await expect(put('k', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject({
      ...failure('PreconditionFailed', 412),
      Condition: 'If-None-Match',
    });
    expect((await get('k')).text).toBe('first');
    await expect(put('k', 'x', { IfNoneMatch: '"0"' })).rejects.toMatchObject(failure('NotImplemented', 501));
  });

  test('If-Match replaces only what was read', async () => {
    const { ETag = '' } = await put('k', 'first');
    await put('k', 'second', { IfMatch: ETag });
    await expect(put('k', 'third', { IfMatch: ETag })).rejects.toMatchObject({
      ...failure('PreconditionFailed', 412),
      Condition: 'If-Match',
    });
    await expect(put('no', 'x', { IfMatch: ETag })).rejects.toMatchObject(failure('NoSuchKey', 404));
    expect((await get('k')).text).toBe('second');
  });

  test.each(['IfNoneMatch', 'IfMatch'] as const)(
    'of forty writers at once with %s exactly one wins',
    async (condition) => {
      const value = condition === 'IfMatch' ? (await put('k', 'start')).ETag : '*';
      const results = await Promise.allSettled(
        Array.from({ length: 40 }, (_, index) => put('k', `writer ${index}`, { [condition]: value })),
      );
      const winners = results.flatMap((result, index) => (result.status === 'fulfilled' ? [index] : []));
      expect(winners).toHaveLength(1);
      expect((await get('k')).text).toBe(`writer ${winners[0]}`);
      const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.name] : []));
      expect(new Set(reasons)).toEqual(new Set(['PreconditionFailed']));
    },
  );

  test('If-Match deletes only what was read', async () => {
    await put('k', 'first');
    await expect(remove('k', { IfMatch: '"0"' })).rejects.toMatchObject(failure('PreconditionFailed', 412));
    await remove('k', { IfMatch: md5('first') });
    await expect(remove('k', { IfMatch: '*' })).rejects.toMatchObject(failure('PreconditionFailed', 412));
  });

  test('of reads', async () => {
    const { ETag = '' } = await put('k', 'content');
    expect((await get('k', { IfMatch: ETag })).text).toBe('content');
    await expect(get('k', { IfMatch: '"0"' })).rejects.toMatchObject(failure('PreconditionFailed', 412));
    await expect(get('k', { IfNoneMatch: ETag })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    expect((await get('k', { IfNoneMatch: '"0"' })).text).toBe('content');
    await expect(get('k', { IfModifiedSince: new Date(Date.now() + 60_000) })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    await expect(get('k', { IfUnmodifiedSince: new Date(0) })).rejects.toMatchObject(
      failure('PreconditionFailed', 412),
    );
  });
});

describe('buckets', () => {
  test('are made, found and listed', async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'made-by-name1' }));
    await client.send(new CreateBucketCommand({ Bucket: 'made-by-name1' }));
    await client.send(new HeadBucketCommand({ Bucket: 'made-by-name1' }));
    await expect(client.send(new HeadBucketCommand({ Bucket: 'no-such-bucket' }))).rejects.toMatchObject(
      failure('NotFound', 404),
    );
    const { Buckets } = await client.send(new ListBucketsCommand({}));
    expect(Buckets?.map((entry) => entry.Name)).toContain('made-by-name1');
  });

  test.each(['..', 'UPPER', 'a', '.objects', 'a..b', 'x_y'])('are not named %j', async (name) => {
    await expect(s3.createBucket(name)).rejects.toMatchObject({ name: 'InvalidBucketName' });
  });

  test('can be made with versioning, and keep it', async () => {
    await s3.createBucket('versioned', { versioned: true });
    await s3.createBucket('versioned');
    expect(await client.send(new GetBucketVersioningCommand({ Bucket: 'versioned' }))).toMatchObject({
      Status: 'Enabled',
    });
    expect((await client.send(new GetBucketVersioningCommand({ Bucket: bucket }))).Status).toBeUndefined();
  });

  test('answer under their own host name too', async () => {
    await put('a/b', 'content');
    expect(await send('GET', '/a/b', { host: `${bucket}.localhost:4566` })).toEqual({
      status: 200,
      body: 'content',
    });
  });
});

describe('on disk', () => {
  test('an object lies at its plain path, as long as it exists', async () => {
    const file = path.join(directory, bucket, 'executions/x/y.json');
    await put('executions/x/y.json', 'one');
    expect(s3.objectPath(bucket, 'executions/x/y.json')).toBe(file);
    expect(await readFile(file, 'utf8')).toBe('one');
    await put('executions/x/y.json', 'two');
    expect(await readFile(file, 'utf8')).toBe('two');
    await remove('executions/x/y.json');
    expect(s3.objectPath(bucket, 'executions/x/y.json')).toBeUndefined();
    expect(await readdir(path.join(directory, bucket))).toEqual([]);
  });

  test('a key that no path can have lies elsewhere', async () => {
    for (const key of ['a', 'a/b', '../x', 'dir/']) await put(key);
    for (const key of ['a', 'a/b', '../x', 'dir/']) {
      const file = s3.objectPath(bucket, key) ?? '';
      expect(path.relative(directory, file)).not.toMatch(/^\.\.(\/|$)/);
      expect(await readFile(file, 'utf8')).toBe(key);
    }
  });

  test('replaced contents do not pile up', async () => {
    const contents = () => readdir(path.join(directory, '.objects', 'content'));
    await put('k', 'one');
    const before = (await contents()).length;
    for (const content of ['two', 'three', 'four']) await put('k', content);
    await expect(put('k', 'five', { IfMatch: '"0"' })).rejects.toThrow();
    expect(await contents()).toHaveLength(before);
  });

  test('everything survives a restart, and what a crash left over is swept', async () => {
    const own = await mkdtemp(path.join(tmpdir(), 's3-own-'));
    const first = createS3({ directory: own });
    await first.createBucket('bkt', { versioned: true });
    server.add(first);
    local.use('bkt');
    const { VersionId = '' } = await put('k', 'one', { Metadata: { a: '1' } });
    await put('k', 'two');
    // As after kill -9: no close, a content without a version, a view that was not made.
    const orphan = path.join(own, '.objects', 'content', 'orphan');
    await writeFile(orphan, 'never committed');
    await rm(path.join(own, 'bkt', 'k'));
    const second = createS3({ directory: own });
    server.add(second);
    expect((await get('k')).text).toBe('two');
    expect(await get('k', { VersionId })).toMatchObject({ text: 'one', Metadata: { a: '1' } });
    expect(second.objectPath('bkt', 'k')).toBe(path.join(own, 'bkt', 'k'));
    await expect.poll(() => existsSync(orphan)).toBe(false);
    server.add(s3);
    await second.close();
    await first.close();
    await rm(own, { recursive: true });
  });
});

test('what is not served answers NotImplemented and says what', async () => {
  await put('k');
  await expect(client.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: 'k' }))).rejects.toMatchObject({
    ...failure('NotImplemented', 501),
    message: expect.stringMatching(/: GET with \?tagging$/),
  });
  await expect(put('k', 'x', { Tagging: 'a=b' })).rejects.toMatchObject(failure('NotImplemented', 501));
  expect((await send('POST', `/${bucket}/k?uploads`)).status).toBe(501);
  expect((await send('GET', `/${bucket}/%ff`)).body).toContain('<Code>InvalidURI</Code>');
  expect((await send('POST', `/${bucket}?delete`, {}, '<Delete')).body).toContain(
    '<Code>MalformedXML</Code>',
  );
});
