// What the ends of reruns leave in the index of the runs that failed before them, in whatever order they are told.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startS3 } from '../../local/s3/testing/s3.ts';
import { indexRow } from '../../test/support/index-rows.ts';
import { listExecutions } from './list.ts';
import { newlyMended, recordMended } from './mended-runs.ts';
import { addRerunRecord } from './rerun-record.ts';
import { RunIndex } from './run-index.ts';
import type { RunRow } from './run-row.ts';
import { summarizeRuns } from './runs-summary.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1) + seconds * 1000).toISOString();

const failure = { error: { name: 'Bad', step_id: 'ask', message: 'so' } };

/** The run `w.<second>`, as a rerun of `w.<of>`. */
function run(second: number, status: RunRow['status'], of?: number): RunRow {
  return indexRow(`w.${second}`, at(second), {
    ...{ status, ...(status === 'running' && { ended_at: null }) },
    ...(status !== 'succeeded' && status !== 'running' && failure),
    ...(of !== undefined && { rerun_of: `w.${of}`, trigger: { type: 'rerun', user: 'ada' } }),
  });
}

const mendedOf = (rows: readonly RunRow[]) =>
  Object.fromEntries(newlyMended(rows).map(({ id, mended_by }) => [id, mended_by]));

test('a failure is mended by the rerun that succeeded, also by one of its rerun', () => {
  const rows = [
    ...[run(0, 'timed_out'), run(1, 'failed'), run(2, 'succeeded'), run(3, 'failed', 0)],
    ...[run(4, 'running', 1), run(5, 'failed', 2), run(6, 'succeeded', 3)],
  ];
  expect(mendedOf(rows)).toEqual({ 'w.0': 'w.6', 'w.3': 'w.6' });
});

test('a try that failed is mended too by the later one of the same run that succeeded, and one after that is not', () => {
  const rows = [
    ...[run(0, 'failed'), run(1, 'aborted', 0), run(3, 'running', 0), run(4, 'failed', 1)],
    ...[run(5, 'succeeded', 0), run(6, 'failed', 0)],
  ];
  expect(mendedOf(rows)).toEqual({ 'w.0': 'w.5', 'w.1': 'w.5', 'w.4': 'w.5' });
});

test('of an outdated row and a later one of a run the later one counts, and what was mended stays so', () => {
  const redriven: RunRow = { ...run(0, 'succeeded'), redrive_count: 1 };
  expect(mendedOf([run(0, 'failed'), redriven, run(1, 'succeeded', 0)])).toEqual({});
  const mended: RunRow = { ...run(0, 'failed'), mended_by: 'w.1' };
  expect(mendedOf([run(0, 'failed'), mended, run(1, 'succeeded', 0), run(2, 'succeeded', 0)])).toEqual({});
});

let s3: Awaited<ReturnType<typeof startS3>>;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.close());

const family = [
  ...[run(0, 'failed'), run(1, 'failed', 0), run(2, 'timed_out', 1), run(3, 'succeeded', 1)],
  ...[run(4, 'failed', 0), run(10, 'failed'), run(11, 'failed', 10)],
];

/** As the reruns' starts have left them, and the runs that were none before their reruns. */
async function startFamily(): Promise<RunIndex> {
  const bucket = await s3.newBucket();
  process.env['LOGS_BUCKET'] = bucket;
  const index = new RunIndex(s3.client, bucket);
  for (const row of family) {
    if (row.rerun_of === null) await index.ended(row);
    else
      await addRerunRecord(
        row.id,
        {
          rerun_of: row.rerun_of,
          first_run:
            row.id === 'w.11' ? { id: 'w.10', started_at: at(10) } : { id: 'w.0', started_at: at(0) },
          request: { from: null, workflow: 'recorded', input: null },
          ...{ calls_of: null, values_of: row.id, base: '{}', steps: [] },
        },
        s3.client,
      );
  }
  return index;
}

test('whatever the order of the ends, told once or twice, one after the other or at once, each row says the same', async () => {
  const reruns = family.filter(({ rerun_of }) => rerun_of !== null);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...reruns, ...reruns], { minLength: reruns.length * 2 }),
      fc.boolean(),
      async (told, atOnce) => {
        const index = await startFamily();
        const end = async (row: RunRow) => {
          await index.ended(row);
          await recordMended(row, index, s3.client);
        };
        if (atOnce) await Promise.all(told.map(end));
        else for (const row of told) await end(row);
        const { items } = await listExecutions({ limit: 100 }, index);
        expect(items.map(({ id, mended_by }) => [id, mended_by])).toEqual([
          ...[
            ['w.11', null],
            ['w.10', null],
            ['w.4', null],
            ['w.3', null],
          ],
          ...[
            ['w.2', 'w.3'],
            ['w.1', 'w.3'],
            ['w.0', 'w.3'],
          ],
        ]);
        const { failed } = await summarizeRuns(new Date(0), index);
        expect([failed.count, failed.mended]).toEqual([3, 3]);
        expect((await s3.list({ Prefix: 'runs/' })).KeyCount).toBe(2 * 5 + 4 * 6 + 3);
      },
    ),
    { numRuns: 6 },
  );
});

test('a run that was mended, is redriven and fails again is mended still', async () => {
  const index = await startFamily();
  const [first] = family;
  for (const row of family.filter(({ rerun_of }) => rerun_of !== null)) {
    await index.ended(row);
    await recordMended(row, index, s3.client);
  }
  const again: RunRow = { ...run(0, 'failed'), redrive_count: 1, ended_at: at(60) };
  await index.ended(again);
  await recordMended(again, index, s3.client);
  const { items } = await listExecutions({ limit: 100 }, index);
  expect(items.filter(({ id }) => id === first?.id).map((row) => [row.redrive_count, row.mended_by])).toEqual(
    [[1, 'w.3']],
  );
});
