// Lists of objects and of their versions.
import { readFile } from 'node:fs/promises';
import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { failure, md5, startS3 } from './testing/s3.ts';

const local = await startS3();
const { put, get, list, remove, client, s3 } = local;
let bucket: string;

beforeEach(async () => {
  bucket = await local.newBucket();
});

afterAll(() => local.close());

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
