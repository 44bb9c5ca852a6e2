// Finding a version among the objects that S3 keeps of a document.
import { expect, test } from 'vitest';
import { findVersion, type VersionHead, type VersionHistory } from './version-history.ts';

const created_at = '2026-03-01T10:00:00.000Z';
const head = (version: number, updated_by = 'ada'): VersionHead => ({
  ...{ version, created_at, updated_at: created_at, updated_by, restored_version: null },
});
const PAGE = 1000;

/** @param written the oldest first */
function historyOf(written: readonly VersionHead[]) {
  const heads = written.toReversed();
  const read: number[] = [];
  const lastModified = new Date(created_at);
  const history: VersionHistory = {
    objects: {
      async list(_, after) {
        const start = after === undefined ? 0 : Number(after) + 1;
        const page = heads.slice(start, start + PAGE);
        const versions = page.map((_, place) => ({ versionId: String(start + place), lastModified }));
        return { versions, truncated: start + PAGE < heads.length };
      },
      async read(_, versionId = '0') {
        read.push(Number(versionId));
        return { text: versionId, metadata: {}, lastModified };
      },
    },
    headOf: ({ text }) => heads[Number(text)],
  };
  return { history, read };
}

test('an old version of thousands is found without reading the later ones', async () => {
  const { history, read } = historyOf(Array.from({ length: 3000 }, (_, at) => head(at + 1)));
  expect((await findVersion('a', head(3000), 3, history))?.version).toBe(3);
  expect(read).toHaveLength(3);
  expect(await findVersion('a', head(3000), 3001, history)).toBeUndefined();
});

test('pauses and saves that were undone stand between the versions', async () => {
  const undone = head(3, 'undone');
  const written = [head(1), head(2), undone, head(2, 'undoes'), head(3), head(3, 'pauses'), head(4)];
  const { history } = historyOf(written);
  const authors = [];
  for (const version of [1, 2, 3, 4, 5])
    authors.push((await findVersion('a', head(4), version, history))?.updated_by);
  expect(authors).toEqual(['ada', 'ada', 'ada', 'ada', undefined]);
});
