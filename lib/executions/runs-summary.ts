// How the runs of late went: those that failed by error and step, and how many run.
import type * as z from 'zod';
import { executionOfId } from '../arns.ts';
import { timePosition } from '../newest-first.ts';
import type { runsSummary } from '../schemas/executions.ts';
import type { Mend } from './lost-ends.ts';
import { endedFolder, RUNNING_FOLDER, type RunIndex } from './run-index.ts';
import { laterRow, type RunRow, rowOfFile } from './run-row.ts';

export type RunsSummary = z.output<typeof runsSummary>;

/** The most keys that S3 gives in one request. */
const MAX_KEYS = 1000;

/** How many of those that run are told one by one. */
const SHOWN_RUNNING = 5;

/**
 * By three requests of S3. Of more than a thousand runs of a kind the latest thousand are counted.
 * @param since only failures of runs that started then or later
 * @param mended what has become of the rows since they were written
 */
export async function summarizeRuns(
  since: Date,
  index: RunIndex,
  mended: Mend = async (rows) => rows,
): Promise<RunsSummary> {
  const [failed, timedOut, running] = await Promise.all([
    rowsSince(since, endedFolder({ status: 'failed' }), index),
    rowsSince(since, endedFolder({ status: 'timed_out' }), index),
    rowsSince(new Date(0), RUNNING_FOLDER, index),
  ]);
  // A run that was redriven runs again.
  const stillRunning = (await mended(running.rows)).filter(({ ended_at }) => ended_at === null);
  const again = new Set(stillRunning.map(({ id }) => id));
  const all = [...failed.rows, ...timedOut.rows].filter(({ id }) => !again.has(id));
  const rows = all.filter(({ mended_by }) => mended_by === null);
  rows.sort((a, b) => Date.parse(b.started_at) - Date.parse(a.started_at));
  const groups = Map.groupBy(rows, ({ error }) => JSON.stringify([error?.name, error?.step_id]));
  return {
    since: since.toISOString(),
    failed: {
      count: rows.length,
      more: failed.more || timedOut.more,
      mended: all.length - rows.length,
      groups: [...groups.values()].flatMap((group) => {
        const [latest] = group;
        if (!latest) return [];
        return [
          {
            error_name: latest.error?.name ?? '',
            step_id: latest.error?.step_id ?? null,
            count: group.length,
            latest: {
              id: latest.id,
              workflow_id: executionOfId(latest.id).workflowId,
              started_at: latest.started_at,
              message: latest.error?.message ?? '',
            },
          },
        ];
      }),
    },
    running: {
      count: again.size,
      more: running.more,
      latest: stillRunning
        .slice(0, SHOWN_RUNNING)
        .map(({ id, started_at }) => ({ id, workflow_id: executionOfId(id).workflowId, started_at })),
    },
  };
}

/** The latest row of each run of a folder that started since then, and whether there are more. */
async function rowsSince(since: Date, folder: string, index: RunIndex) {
  const { files, truncated } = await index.list(folder, MAX_KEYS, undefined);
  const last = timePosition(since.getTime());
  const wanted = files.filter((file) => file.slice(0, last.length) <= last);
  const rows = new Map<string, RunRow>();
  for (const file of wanted) {
    const row = rowOfFile(file);
    const other = row && rows.get(row.id);
    if (row && (!other || laterRow(row, other) > 0)) rows.set(row.id, row);
  }
  return { rows: [...rows.values()], more: truncated && wanted.length === files.length };
}
