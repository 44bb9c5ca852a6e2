// S3 over real HTTP, through the SDK's own client where it can say it.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAwsServer } from '../aws-server.ts';
import { createS3, type S3 } from './s3.ts';

let directory: string;
let s3: S3;
let endpoint: string;
let client: S3Client;
const server = createAwsServer();
let number = 0;
let bucket: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 's3-'));
  s3 = createS3({ directory });
  server.add(s3);
  endpoint = await server.listen(0);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new S3Client({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
});

afterAll(async () => {
  client.destroy();
  await server.close();
  await s3.close();
  await rm(directory, { recursive: true });
});

beforeEach(async () => {
  bucket = `bucket-${number++}`;
  await s3.createBucket(bucket);
});

const put = (
  Key: string,
  Body: PutObjectCommandInput['Body'] = Key,
  more: Partial<PutObjectCommandInput> = {},
) => client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more }));

async function get(Key: string, more: Partial<GetObjectCommandInput> = {}) {
  const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key, ...more }));
  return { ...answer, text: (await answer.Body?.transformToString()) ?? '' };
}

const list = (more: Partial<ListObjectsV2CommandInput> = {}) =>
  client.send(new ListObjectsV2Command({ Bucket: bucket, ...more }));

const remove = (Key: string, more: { VersionId?: string; IfMatch?: string } = {}) =>
  client.send(new DeleteObjectCommand({ Bucket: bucket, Key, ...more }));

const md5 = (text: string) => `"${createHash('md5').update(text).digest('hex')}"`;
const failure = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } });

/** Sends exactly these bytes, signed as S3's. */
function send(
  method: string,
  target: string,
  headers: Record<string, string> = {},
  body: string | Buffer = '',
) {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(endpoint);
    const outgoing = httpRequest(
      { hostname, port, method, path: target, headers: { authorization, ...headers } },
      (incoming) => {
        let text = '';
        incoming.on('data', (chunk) => {
          text += chunk;
        });
        incoming.on('end', () => resolve({ status: incoming.statusCode, body: text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

describe('objects', () => {
  test('come back as they were put', async () => {
    const answer = await put('a/b.json', '{"grüße":1}', {
      ContentType: 'application/json',
      Metadata: { author: 'me' },
      CacheControl: 'no-cache',
    });
    expect(answer.ETag).toBe(md5('{"grüße":1}'));
    const read = await get('a/b.json');
    expect(read).toMatchObject({
      text: '{"grüße":1}',
      ETag: answer.ETag,
      ContentType: 'application/json',
      ContentLength: 13,
      Metadata: { author: 'me' },
      CacheControl: 'no-cache',
      AcceptRanges: 'bytes',
    });
    expect(Date.now() - Number(read.LastModified)).toBeLessThan(5_000);
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'a/b.json' }));
    expect(head).toMatchObject({ ETag: answer.ETag, ContentLength: 13, Metadata: { author: 'me' } });
  });

  test('may be empty', async () => {
    await put('empty', Buffer.alloc(0));
    expect(await get('empty')).toMatchObject({
      text: '',
      ContentLength: 0,
      ContentType: 'application/octet-stream',
    });
  });

  test('that do not exist are NoSuchKey, in a missing bucket NoSuchBucket', async () => {
    await expect(get('no')).rejects.toMatchObject({
      ...failure('NoSuchKey', 404),
      message: 'The specified key does not exist.',
      Key: 'no',
    });
    await expect(client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'no' }))).rejects.toMatchObject(
      failure('NotFound', 404),
    );
    await expect(
      client.send(new GetObjectCommand({ Bucket: 'no-such-bucket', Key: 'x' })),
    ).rejects.toMatchObject(failure('NoSuchBucket', 404));
    await expect(
      client.send(new PutObjectCommand({ Bucket: 'no-such-bucket', Key: 'x', Body: 'y' })),
    ).rejects.toMatchObject(failure('NoSuchBucket', 404));
  });

  test('are replaced whole', async () => {
    await put('k', 'a long first content');
    await put('k', 'second');
    expect((await get('k')).text).toBe('second');
  });

  test('of every sort of key stay inside the directory and come back by their key', async () => {
    const keys = [
      '../x',
      '../../../../tmp/outside',
      'a/../b',
      './a',
      'a/./b',
      '/lead',
      'a//b',
      'trail/',
      'a',
      'a/b',
      'a/b/c',
      'with space',
      'ünï/cødé/日本',
      'plus+and%percent',
      'que?ry#hash',
      'back\\slash',
      'a:b',
      'new\nline',
      'nul\0byte',
      'quote"<&>',
      '%2e%2e/%2e%2e/x',
      '..',
      '.',
      '...',
      '.objects/index.sqlite',
      'x'.repeat(300),
      'é'.repeat(512),
      '\u{1f600}',
    ];
    const before = await readdir(path.dirname(directory));
    for (const key of keys) await put(key, `content of ${key}`);
    for (const key of keys) expect((await get(key)).text).toBe(`content of ${key}`);
    const listed = (await list()).Contents?.map((entry) => entry.Key) ?? [];
    expect(listed).toEqual([...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    expect(
      (await readdir(path.dirname(directory))).filter((name) => !before.includes(name) && name === 'x'),
    ).toEqual([]);
    expect(existsSync('/tmp/outside')).toBe(false);
    for (const key of keys) await remove(key);
    expect((await list()).KeyCount).toBe(0);
  });

  test('have keys of at most 1024 bytes', async () => {
    await put('k'.repeat(1024), 'x');
    await expect(put('é'.repeat(513), 'x')).rejects.toMatchObject(failure('KeyTooLongError', 400));
  });

  test('have metadata of at most 2 KB', async () => {
    await expect(put('k', 'x', { Metadata: { a: 'x'.repeat(2048) } })).rejects.toMatchObject(
      failure('MetadataTooLarge', 400),
    );
  });

  test('are read in ranges', async () => {
    await put('k', '0123456789');
    const range = async (Range: string) => {
      const { text, ContentRange, $metadata } = await get('k', { Range });
      return [$metadata.httpStatusCode, text, ContentRange];
    };
    expect(await range('bytes=2-4')).toEqual([206, '234', 'bytes 2-4/10']);
    expect(await range('bytes=7-')).toEqual([206, '789', 'bytes 7-9/10']);
    expect(await range('bytes=-3')).toEqual([206, '789', 'bytes 7-9/10']);
    expect(await range('bytes=5-99')).toEqual([206, '56789', 'bytes 5-9/10']);
    expect(await range('lines=1-2')).toEqual([200, '0123456789', undefined]);
    await expect(range('bytes=10-')).rejects.toMatchObject(failure('InvalidRange', 416));
  });

  test('are copied with their metadata, or with new', async () => {
    await put('from/ü x', 'content', { Metadata: { a: '1' } });
    const CopySource = `${bucket}/${encodeURIComponent('from/ü x')}`;
    const copy = await client.send(new CopyObjectCommand({ Bucket: bucket, Key: 'to', CopySource }));
    expect(copy.CopyObjectResult?.ETag).toBe(md5('content'));
    expect(await get('to')).toMatchObject({ text: 'content', Metadata: { a: '1' } });
    await client.send(
      new CopyObjectCommand({
        Bucket: bucket,
        Key: 'to',
        CopySource,
        MetadataDirective: 'REPLACE',
        Metadata: { b: '2' },
      }),
    );
    expect((await get('to')).Metadata).toEqual({ b: '2' });
    await expect(
      client.send(new CopyObjectCommand({ Bucket: bucket, Key: 'to', CopySource, CopySourceIfMatch: '"0"' })),
    ).rejects.toMatchObject(failure('PreconditionFailed', 412));
    await expect(
      client.send(new CopyObjectCommand({ Bucket: bucket, Key: 'to', CopySource: `${bucket}/to` })),
    ).rejects.toMatchObject(failure('InvalidRequest', 400));
  });
});

describe('checksums', () => {
  test.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    '%s is verified and given back',
    async (ChecksumAlgorithm) => {
      const put1 = await put('k', 'content', { ChecksumAlgorithm });
      const read = await get('k', { ChecksumMode: 'ENABLED' });
      expect(read.text).toBe('content');
      expect(read[`Checksum${ChecksumAlgorithm}`]).toBe(put1[`Checksum${ChecksumAlgorithm}`]);
      expect(read[`Checksum${ChecksumAlgorithm}`]).toMatch(/=$/);
    },
  );

  test('of a stream come in the trailer of aws-chunked content', async () => {
    const body = Readable.from([Buffer.from('first '), Buffer.from('second')]);
    await put('k', body, { ContentLength: 12, ContentEncoding: 'gzip' });
    expect(await get('k')).toMatchObject({
      text: 'first second',
      ContentEncoding: 'gzip',
      ContentLength: 12,
    });
  });

  const chunked = (trailer: string, content = '6\r\nstream\r\n0\r\n') =>
    send(
      'PUT',
      `/${bucket}/k`,
      {
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': '6',
        'x-amz-trailer': 'x-amz-checksum-crc32',
      },
      `${content}${trailer}\r\n`,
    );

  test('that are wrong in a trailer refuse the object', async () => {
    expect((await chunked('x-amz-checksum-crc32:AAAAAA==\r\n')).body).toContain('<Code>BadDigest</Code>');
    await expect(get('k')).rejects.toMatchObject(failure('NoSuchKey', 404));
  });

  test('of signed chunks are read too', async () => {
    const content = '3;chunk-signature=ab\r\nstr\r\n3;chunk-signature=cd\r\neam\r\n0;chunk-signature=ef\r\n';
    expect((await chunked('', content)).status).toBe(200);
    expect((await get('k')).text).toBe('stream');
  });

  test.each(['9\r\nstream\r\n0\r\n', 'zz\r\nstream\r\n0\r\n', '6\r\nstream', '5\r\nstrea\r\n0\r\n'])(
    'of %j are incomplete',
    async (content) => {
      const { status, body } = await chunked('', content);
      expect([status, body]).toEqual([400, expect.stringContaining('<Code>IncompleteBody</Code>')]);
    },
  );

  test('that are wrong in a header refuse the object', async () => {
    await expect(
      put('k', 'content', { ContentMD5: createHash('md5').update('other').digest('base64') }),
    ).rejects.toMatchObject(failure('BadDigest', 400));
    await expect(put('k', 'content', { ContentMD5: 'abc' })).rejects.toMatchObject(
      failure('InvalidDigest', 400),
    );
    await expect(put('k', 'content', { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject(
      failure('BadDigest', 400),
    );
    const sha256 = { 'x-amz-content-sha256': createHash('sha256').update('other').digest('hex') };
    expect((await send('PUT', `/${bucket}/k`, sha256, 'content')).body).toContain(
      '<Code>XAmzContentSHA256Mismatch</Code>',
    );
    expect((await list()).KeyCount).toBe(0);
  });
});

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

describe('lists', () => {
  beforeEach(async () => {
    await Promise.all(['a', 'b/1', 'b/2', 'b/c/3', 'b0', 'd/4', 'é', 'z'].map((key) => put(key)));
  });

  const keys = (answer: Awaited<ReturnType<typeof list>>) => answer.Contents?.map((entry) => entry.Key) ?? [];
  const prefixes = (answer: Awaited<ReturnType<typeof list>>) =>
    answer.CommonPrefixes?.map((entry) => entry.Prefix) ?? [];

  test('are in the order of their bytes, with size and ETag', async () => {
    const answer = await list();
    expect(keys(answer)).toEqual(['a', 'b/1', 'b/2', 'b/c/3', 'b0', 'd/4', 'z', 'é']);
    expect(answer).toMatchObject({
      KeyCount: 8,
      IsTruncated: false,
      MaxKeys: 1000,
      Name: bucket,
      Prefix: '',
    });
    expect(answer.Contents?.[0]).toMatchObject({
      Key: 'a',
      Size: 1,
      ETag: md5('a'),
      StorageClass: 'STANDARD',
    });
  });

  test('go by prefix and roll up at the delimiter', async () => {
    expect(keys(await list({ Prefix: 'b/' }))).toEqual(['b/1', 'b/2', 'b/c/3']);
    const top = await list({ Delimiter: '/' });
    expect([keys(top), prefixes(top), top.KeyCount]).toEqual([['a', 'b0', 'z', 'é'], ['b/', 'd/'], 6]);
    const below = await list({ Delimiter: '/', Prefix: 'b/' });
    expect([keys(below), prefixes(below)]).toEqual([['b/1', 'b/2'], ['b/c/']]);
  });

  test('come in pages, also of common prefixes', async () => {
    const pages: string[][] = [];
    let token: string | undefined;
    do {
      const page: Awaited<ReturnType<typeof list>> = await list({
        Delimiter: '/',
        MaxKeys: 2,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      });
      pages.push([...keys(page), ...prefixes(page)].filter((key) => key !== undefined));
      expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
      token = page.NextContinuationToken;
    } while (token !== undefined);
    expect(pages).toEqual([
      ['a', 'b/'],
      ['b0', 'd/'],
      ['z', 'é'],
    ]);
  });

  test('start after a key', async () => {
    expect(keys(await list({ StartAfter: 'b/2' }))).toEqual(['b/c/3', 'b0', 'd/4', 'z', 'é']);
    expect(keys(await list({ StartAfter: 'b/2', Prefix: 'b/' }))).toEqual(['b/c/3']);
    expect(keys(await list({ MaxKeys: 0 }))).toEqual([]);
  });

  test('encode keys on request', async () => {
    expect(keys(await list({ EncodingType: 'url', Prefix: 'é' }))).toEqual(['%C3%A9']);
  });

  test('refuse bad arguments', async () => {
    await expect(list({ MaxKeys: -1 })).rejects.toMatchObject(failure('InvalidArgument', 400));
    await expect(list({ ContinuationToken: 'garbage' })).rejects.toMatchObject(
      failure('InvalidArgument', 400),
    );
    await expect(list({ Bucket: 'no-such-bucket' })).rejects.toMatchObject(failure('NoSuchBucket', 404));
  });

  test('are emptied by DeleteObjects', async () => {
    const Delete = { Objects: [{ Key: 'a' }, { Key: 'é' }, { Key: 'never' }, { Key: 'z', ETag: '"0"' }] };
    const answer = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete }));
    expect(answer.Deleted).toEqual([{ Key: 'a' }, { Key: 'é' }, { Key: 'never' }]);
    expect(answer.Errors).toMatchObject([{ Key: 'z', Code: 'PreconditionFailed' }]);
    expect(keys(await list())).toEqual(['b/1', 'b/2', 'b/c/3', 'b0', 'd/4', 'z']);
    const quiet = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: 'z' }], Quiet: true } }),
    );
    expect(quiet.Deleted).toBeUndefined();
  });
});

describe('versions', () => {
  beforeEach(async () => {
    await client.send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
  });

  const versions = async (more: { MaxKeys?: number; KeyMarker?: string; VersionIdMarker?: string } = {}) =>
    client.send(new ListObjectVersionsCommand({ Bucket: bucket, ...more }));

  test('are all kept and read by id', async () => {
    const { VersionId: one = '' } = await put('k', 'one');
    const { VersionId: two = '' } = await put('k', 'two');
    expect(await get('k')).toMatchObject({ text: 'two', VersionId: two });
    expect(await get('k', { VersionId: one })).toMatchObject({ text: 'one', VersionId: one });
    await expect(get('k', { VersionId: 'no' })).rejects.toMatchObject(failure('NoSuchVersion', 404));
    expect((await versions()).Versions).toMatchObject([
      { Key: 'k', VersionId: two, IsLatest: true, Size: 3 },
      { Key: 'k', VersionId: one, IsLatest: false, Size: 3 },
    ]);
  });

  test('survive a delete, which leaves a marker that can itself be deleted', async () => {
    const { VersionId: one = '' } = await put('k', 'one');
    const marker = await remove('k');
    expect(marker.DeleteMarker).toBe(true);
    await expect(get('k')).rejects.toMatchObject(failure('NoSuchKey', 404));
    await expect(get('k', { VersionId: marker.VersionId })).rejects.toMatchObject(
      failure('MethodNotAllowed', 405),
    );
    expect((await list()).KeyCount).toBe(0);
    expect((await versions()).DeleteMarkers).toMatchObject([
      { Key: 'k', VersionId: marker.VersionId, IsLatest: true },
    ]);
    await put('k', 'created again', { IfNoneMatch: '*' });
    await remove('k', { VersionId: marker.VersionId ?? '' });
    expect((await get('k', { VersionId: one })).text).toBe('one');
  });

  test('that are deleted by id uncover the one before', async () => {
    await put('k', 'one');
    const { VersionId = '' } = await put('k', 'two');
    await remove('k', { VersionId });
    expect((await get('k')).text).toBe('one');
    expect(await readFile(s3.objectPath(bucket, 'k') ?? '', 'utf8')).toBe('one');
  });

  test('are listed in pages', async () => {
    for (const content of ['1', '2', '3']) await put('a', content);
    await put('b', '4');
    const first = await versions({ MaxKeys: 2 });
    expect(first).toMatchObject({ IsTruncated: true, NextKeyMarker: 'a' });
    const second = await versions({
      KeyMarker: first.NextKeyMarker ?? '',
      VersionIdMarker: first.NextVersionIdMarker ?? '',
    });
    expect(second.Versions?.map((version) => version.Key)).toEqual(['a', 'b']);
    expect((await versions({ KeyMarker: 'a' })).Versions?.map((version) => version.Key)).toEqual(['b']);
  });

  test('stop when versioning is suspended', async () => {
    const { VersionId: one = '' } = await put('k', 'one');
    await client.send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Suspended' } }),
    );
    await put('k', 'two');
    await put('k', 'three');
    expect((await versions()).Versions?.map((version) => version.VersionId)).toEqual(['null', one]);
    expect((await get('k')).text).toBe('three');
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
    bucket = 'bkt';
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
