// Which failed runs a rerun has mended: the end of each rerun writes it into the rows of those that were tried before.
import type { S3Client } from '@aws-sdk/client-s3';
import { readRerunRecord } from './rerun-record.ts';
import { endedFolder, type RunIndex } from './run-index.ts';
import { laterRow, type RunRow, rowOfFile, runPosition } from './run-row.ts';

/** The most keys that S3 gives in one request. */
const MAX_KEYS = 1000;

/**
 * Idempotent, and right in any order of ends: of two reruns that end at once, each writes its own row first and then reads
 * that of the other.
 * @param ended a run whose row is in the index; nothing is done, and nothing asked, unless it is a rerun, or was redriven and
 * may have been mended before
 */
export async function recordMended(
  ended: RunRow,
  index: RunIndex,
  s3: Pick<S3Client, 'send'>,
): Promise<void> {
  const { id, rerun_of, redrive_count } = ended;
  if (rerun_of === null && redrive_count === 0) return;
  const first = rerun_of === null ? ended : (await readRerunRecord(id, rerun_of, s3))?.first_run;
  if (!first) return;
  const tries = [
    ...(await rowsUntil(runPosition(first), endedFolder({ trigger: 'rerun' }), index)),
    ...(await rowsAt(runPosition(first), index)),
  ];
  await Promise.all(newlyMended(tries).map((row) => index.ended(row)));
}

/** The rows that are to be written anew. @param rows in any order, of a run also an outdated one */
export function newlyMended(rows: readonly RunRow[]): readonly RunRow[] {
  const latest = latestFirst(rows);
  const mended = mendedBy(latest);
  return latest.flatMap((row) => {
    const by = mended.get(row.id);
    // Whichever was first is told for good.
    return by === undefined || row.mended_by !== null ? [] : [{ ...row, mended_by: by }];
  });
}

/**
 * By the id of a run that did not succeed the rerun that did in its place: one of it, of a rerun of it, or a later one of
 * the run that both are reruns of. What is done is done, whichever try it was.
 */
function mendedBy(latestFirst: readonly RunRow[]): ReadonlyMap<string, string> {
  const rows = new Map(latestFirst.map((row) => [row.id, row]));
  const firstOf = (id: string): string => {
    const line = new Set<string>();
    for (let of: string | null | undefined = id; of != null && !line.has(of); of = rows.get(of)?.rerun_of)
      line.add(of);
    return [...line].at(-1) ?? id;
  };
  const mended = new Map<string, string>();
  /** By the run that others are reruns of: the latest of these that has succeeded. */
  const done = new Map<string, string>();
  for (const { id, status, rerun_of } of latestFirst) {
    const first = firstOf(id);
    const by = done.get(first);
    if (status === 'succeeded' && rerun_of !== null && by === undefined) done.set(first, id);
    if (status !== 'succeeded' && status !== 'running' && by !== undefined) mended.set(id, by);
  }
  return mended;
}

/** The later truth of each run. */
function latestFirst(rows: readonly RunRow[]): readonly RunRow[] {
  const latest = new Map<string, RunRow>();
  for (const row of rows) {
    const other = latest.get(row.id);
    if (!other || laterRow(row, other) > 0) latest.set(row.id, row);
  }
  return [...latest.values()].sort((a, b) => (runPosition(a) < runPosition(b) ? -1 : 1));
}

/** The rows of a folder of runs that started then or later. */
async function rowsUntil(position: string, folder: string, index: RunIndex): Promise<readonly RunRow[]> {
  const rows: RunRow[] = [];
  let after: string | undefined;
  do {
    const { files, truncated } = await index.list(folder, MAX_KEYS, after);
    const wanted = files.filter((file) => file < `${position}~~`);
    rows.push(...wanted.flatMap((file) => rowOfFile(file) ?? []));
    after = truncated && wanted.length === files.length ? files.at(-1) : undefined;
  } while (after !== undefined);
  return rows;
}

/** The rows of the run of a position that has ended. */
async function rowsAt(position: string, index: RunIndex): Promise<readonly RunRow[]> {
  const prefix = `${position}~`;
  const { files } = await index.list(endedFolder({}) + prefix, MAX_KEYS, undefined);
  return files.flatMap((file) => rowOfFile(prefix + file) ?? []);
}
