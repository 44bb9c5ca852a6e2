// The objects that S3 keeps of a document, among those of documents whose keys begin with its own.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startS3 } from '../../local/s3/testing/s3.ts';
import { type ObjectVersions, objectVersions } from './object-versions.ts';

let bench: Awaited<ReturnType<typeof startS3>>;
let objects: ObjectVersions;
/** S3 lists a thousand at a time, or as many. */
let MaxKeys: number | undefined;
beforeAll(async () => {
  bench = await startS3();
  const bucket = bench.use('documents');
  await bench.s3.createBucket(bucket, { versioned: true });
  bench.client.middlewareStack.add(
    (next) => (args) => next({ ...args, input: { ...args.input, ...(MaxKeys && { MaxKeys }) } }),
    { step: 'initialize' },
  );
  objects = objectVersions({ bucket, folder: 'f' }, bench.client);
  for (const body of ['one', 'two']) await bench.put('f/mail.json', body);
  for (const body of ['old', 'older']) await bench.put('f/mail.json.bak', body);
});
afterAll(() => bench.close());

test.each([1000, 3, 2, 1])('those of longer keys are not listed, nor a page of them: by %j', async (most) => {
  MaxKeys = most;
  const found: string[] = [];
  let truncated = true;
  for (let after: string | undefined; truncated; ) {
    const page = await objects.list('mail', after);
    for (const { versionId } of page.versions)
      found.push((await objects.read('mail', versionId))?.text ?? '');
    after = page.versions.at(-1)?.versionId;
    // Where the page ends with the document's last one, that there are others is not seen yet.
    truncated = page.truncated && after !== undefined;
    if (most > 2) expect(page.truncated).toBe(false);
  }
  expect(found).toEqual(['two', 'one']);
});

test('a version that is gone, and an id that none ever had, are nothing', async () => {
  MaxKeys = undefined;
  const [latest] = (await objects.list('mail')).versions;
  await bench.remove('f/mail.json', { VersionId: latest?.versionId ?? '' });
  expect(await objects.read('mail', latest?.versionId)).toBeUndefined();
  expect(await objects.read('letter')).toBeUndefined();
});
