// The history of a template, in the metadata of its object in S3.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startS3 } from '../../local/s3/testing/s3.ts';
import { type History, historyOf, metadataOf, type TemplateStore, templateStore } from './templates.ts';

let bench: Awaited<ReturnType<typeof startS3>>;
let store: TemplateStore;
beforeAll(async () => {
  bench = await startS3();
  store = templateStore(bench.client, await bench.newBucket());
});
afterAll(() => bench.close());

const letter = { id: 'letter', name: 'Letter', user_prompt: 'Hi', variables: {} };
const history: History = {
  version: 7,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-02-01T00:00:00.000Z',
  updated_by: 'ada',
  restored_version: 5,
};

test.each(['ada', 'Zoë Łukasiewicz', '山田太郎', 'https://issuer.example#a b', '50%', 'a\nb'])(
  'it is read as it was written, whoever saved the template: %j',
  async (updated_by) => {
    const metadata = metadataOf({ ...history, updated_by });
    // S3 takes ASCII alone in the headers that its user metadata travels in.
    expect(Object.values(metadata).join('')).toMatch(/^[\x20-\x7e]+$/);
    const before = await store.read('letter');
    await store.write('letter', letter, before ? { etag: before.etag } : { absent: true }, metadata);
    const stored = await store.read('letter');
    expect(stored && [stored.document, historyOf(stored)]).toEqual([letter, { ...history, updated_by }]);
  },
);

test.each([
  {},
  { version: '0', 'restored-version': 'x', 'created-at': 'yesterday', 'updated-at': '' },
  { version: 'x' },
])(
  'what is not there, or is nothing that a save writes, is that of a file copied into the bucket: %j',
  (metadata) => {
    const lastModified = new Date('2026-03-01T00:00:00Z');
    expect(historyOf({ lastModified, metadata })).toEqual({
      version: 1,
      created_at: '2026-03-01T00:00:00.000Z',
      updated_at: '2026-03-01T00:00:00.000Z',
      updated_by: '',
      restored_version: null,
    });
  },
);
