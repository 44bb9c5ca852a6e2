// Objects over real HTTP, through the SDK's own client where it can say it.
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { failure, md5, startS3 } from './testing/s3.ts';

const local = await startS3();
const { put, get, list, remove, send, client, directory } = local;
let bucket: string;

beforeEach(async () => {
  bucket = await local.newBucket();
});

afterAll(() => local.close());

describe('objects', () => {
  test('come back as they were put', async () => {
    const before = Date.now();
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
    // The header has whole seconds.
    expect(Number(read.LastModified)).toBeGreaterThanOrEqual(before - (before % 1000));
    expect(Number(read.LastModified)).toBeLessThanOrEqual(Date.now());
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
      '../../outside',
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
    for (const key of keys) await put(key, `content of ${key}`);
    for (const key of keys) expect((await get(key)).text).toBe(`content of ${key}`);
    const listed = (await list()).Contents?.map((entry) => entry.Key) ?? [];
    expect(listed).toEqual([...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    expect(await readdir(path.dirname(directory))).toEqual(['s3']);
    const buckets = (await client.send(new ListBucketsCommand({}))).Buckets?.map((entry) => entry.Name);
    expect((await readdir(directory)).filter((name) => name !== '.objects')).toEqual(buckets);
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
