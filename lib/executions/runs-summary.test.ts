// How the runs of late went, at the edges of what is counted.
import { S3Client } from '@aws-sdk/client-s3';
import { beforeEach, expect, test } from 'vitest';
import { indexRow } from '../../test/support/index-rows.ts';
import { endedFolder, RUNNING_FOLDER, RunIndex } from './run-index.ts';
import { type RunRow, rowFile } from './run-row.ts';
import { summarizeRuns } from './runs-summary.ts';

const since = new Date('2026-03-01T00:00:00.000Z');
const at = (seconds: number) => new Date(since.getTime() + seconds * 1000).toISOString();
const FAILED = endedFolder({ status: 'failed' });
const TIMED_OUT = endedFolder({ status: 'timed_out' });

let folders: Record<string, { rows: readonly RunRow[]; truncated?: boolean }> = {};
beforeEach(() => {
  folders = {};
});
const s3 = new S3Client({ region: 'us-east-1' });
s3.middlewareStack.add(
  () =>
    async ({ input }) => {
      const { Prefix }: { Prefix: string } = Object.assign({ Prefix: '' }, input);
      const { rows, truncated = false } = folders[Prefix] ?? { rows: [] };
      const keys = rows.map((row) => `${Prefix}${rowFile(row)}`).toSorted();
      const Contents = keys.map((Key) => ({ Key }));
      return { response: undefined, output: { $metadata: {}, Contents, IsTruncated: truncated } };
    },
  { step: 'initialize' },
);
const index = new RunIndex(s3, 'runs');

const failed = (id: string, seconds: number, more: Partial<RunRow> = {}) =>
  indexRow(id, at(seconds), {
    ...{ status: 'failed', error: { name: 'Bad', step_id: 'ask', message: 'so' } },
    ...more,
  });
const running = (id: string, seconds: number) =>
  indexRow(id, at(seconds), { status: 'running', ended_at: null });

test('a run that started at that very moment counts, one before it does not', async () => {
  folders = {
    [FAILED]: { rows: [failed('w.1', 0), failed('w.2', -0.001)] },
    [TIMED_OUT]: { rows: [failed('w.3', 1, { status: 'timed_out' })] },
  };
  const { failed: found } = await summarizeRuns(since, index);
  expect(found).toMatchObject({ count: 2, more: false, groups: [{ count: 2, latest: { id: 'w.3' } }] });
});

test('there are more where S3 has further keys of the time that is looked at', async () => {
  const more = async () => {
    const { failed: found, running: now } = await summarizeRuns(since, index);
    return [found.more, now.more];
  };
  folders = { [FAILED]: { rows: [failed('w.1', 1)], truncated: true } };
  expect(await more()).toEqual([true, false]);
  folders = { [TIMED_OUT]: { rows: [failed('w.1', 1)], truncated: true } };
  expect(await more()).toEqual([true, false]);
  folders = { [RUNNING_FOLDER]: { rows: [running('w.1', 1)], truncated: true } };
  expect(await more()).toEqual([false, true]);
  // What follows is older.
  folders = { [FAILED]: { rows: [failed('w.1', 1), failed('w.2', -1)], truncated: true } };
  expect(await more()).toEqual([false, false]);
});

test('a run counts once, by its later end, and not while it runs again', async () => {
  const again = { redrive_count: 1, ended_at: at(9), error: { name: 'Late', step_id: null, message: '' } };
  folders = {
    [FAILED]: { rows: [failed('w.1', 0, again), failed('w.1', 0, { ended_at: at(8) }), failed('w.2', 1)] },
    [RUNNING_FOLDER]: { rows: [running('w.2', 1), running('w.3', 1)] },
  };
  const summary = await summarizeRuns(since, index);
  expect(summary.failed).toMatchObject({ count: 1, groups: [{ error_name: 'Late', step_id: null }] });
  expect(summary.running.count).toBe(2);
  // One of the two had ended without a word.
  const mended = async (rows: readonly RunRow[]) =>
    rows.map((row) => (row.id === 'w.2' ? { ...row, ended_at: at(2) } : row));
  const after = await summarizeRuns(since, index, mended);
  expect([after.failed.count, after.running.count]).toEqual([2, 1]);
});

test('a failure that a rerun has mended is counted by itself, in no group', async () => {
  folders = {
    [FAILED]: { rows: [failed('w.1', 1, { mended_by: 'w.3' }), failed('w.2', 2)] },
  };
  expect((await summarizeRuns(since, index)).failed).toMatchObject({
    ...{ count: 1, mended: 1 },
    groups: [{ count: 1, latest: { id: 'w.2' } }],
  });
});
