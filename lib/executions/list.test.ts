// Pages of runs where what S3 gives at once ends within the keys of a run.
import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { indexRow } from '../../test/support/index-rows.ts';
import { listExecutions } from './list.ts';
import { endedFolder, RunIndex } from './run-index.ts';
import { rowFile } from './run-row.ts';

/** The most keys at once: "might contain fewer keys but will never contain more" than asked for (S3 API, ListObjectsV2). */
const AT_ONCE = 3;
const FOLDER = endedFolder({});
const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 0, 0, second)).toISOString();

let keys: readonly string[] = [];
const s3 = new S3Client({ region: 'us-east-1' });
s3.middlewareStack.add(
  () =>
    async ({ input }) => {
      const { Prefix, StartAfter }: { Prefix: string; StartAfter: string } = Object.assign(
        { Prefix: '', StartAfter: '' },
        input,
      );
      const found = keys.filter((key) => key.startsWith(Prefix) && key > StartAfter).toSorted();
      const Contents = found.slice(0, AT_ONCE).map((Key) => ({ Key }));
      const output = { $metadata: {}, Contents, IsTruncated: found.length > AT_ONCE };
      return { response: undefined, output };
    },
  { step: 'initialize' },
);

test('a run of which S3 has given a part is left for the next page, where its later end counts', async () => {
  const outdated = indexRow('w.cut', at(2), { status: 'failed', redrive_count: 0 });
  const later = Array.from({ length: 50 }, (_, tokens) =>
    indexRow('w.cut', at(2), { status: 'succeeded', redrive_count: 1, ended_at: at(9), tokens }),
  ).find((row) => rowFile(row) > rowFile(outdated));
  if (!later) throw new Error('No row of the later end comes after the other');
  const others = [5, 4, 1].map((second) => indexRow(`w.${second}`, at(second), { status: 'succeeded' }));
  keys = [...others, outdated, later].map((row) => FOLDER + rowFile(row));
  const index = new RunIndex(s3, 'runs');
  const pages: string[][] = [];
  for (let cursor: string | undefined | null; cursor !== null; ) {
    const { items, nextCursor } = await listExecutions({ limit: 10, cursor: cursor ?? undefined }, index);
    pages.push(items.map(({ id, status }) => `${id} ${status}`));
    cursor = nextCursor;
  }
  expect(pages).toEqual([
    ['w.5 succeeded', 'w.4 succeeded'],
    ['w.cut succeeded', 'w.1 succeeded'],
  ]);
});
