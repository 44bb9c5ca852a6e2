// Makes the index of runs anew: of the logs there are, and of what Step Functions still knows of each workflow's runs.
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import {
  type ExecutionListItem,
  ListExecutionsCommand,
  type SFNClient,
  StateMachineDoesNotExist,
  StateMachineTypeNotSupported,
} from '@aws-sdk/client-sfn';
import { executionArn, stateMachineArn } from '../arns.ts';
import { setting } from '../config.ts';
import { parseExactly } from '../exact-json.ts';
import { executionLog } from '../schemas/execution-log.ts';
import { workflowStore } from '../stores/workflows.ts';
import { newlyMended } from './mended-runs.ts';
import { beginningRow, recordEnd } from './record.ts';
import { endedFolder, RUNNING_FOLDER, RunIndex } from './run-index.ts';
import { type RunRow, rowOfFile } from './run-row.ts';
import { endedRow, startedRow } from './run-rows.ts';

/** How many logs are read at the same time. */
const CONCURRENCY = 20;

/**
 * Writes every row again, and removes further rows of the same runs; rows that are right stay as they are, and new runs
 * may start meanwhile.
 * @returns how many runs were indexed
 */
export async function rebuildIndex({
  s3,
  sfn,
}: {
  readonly s3: S3Client;
  readonly sfn: SFNClient;
}): Promise<number> {
  const index = new RunIndex(s3);
  const written = new Map<string, RunRow>();
  for await (const keys of keyPages(s3)) {
    await inGroups(keys, async (Key) => {
      const object = await s3.send(new GetObjectCommand({ Bucket: setting('LOGS_BUCKET'), Key }));
      const log = executionLog.safeParse(parseExactly((await object.Body?.transformToString()) ?? 'null'));
      if (!log.success) return;
      const row = endedRow(log.data);
      await index.ended(row);
      written.set(row.id, row);
    });
  }
  for await (const { workflowId, executions } of knownRuns(s3, sfn)) {
    await inGroups(executions, async ({ name = '', status, startDate, redriveCount }) => {
      const arn = executionArn({ workflowId, name });
      const change = { executionArn: arn, startDate: startDate?.getTime(), redriveCount };
      const row = startedRow(change);
      if (status === 'RUNNING' || status === 'PENDING_REDRIVE') {
        await index.started(await beginningRow(change, { sfn }));
        written.set(row.id, row);
      } else if (!written.has(row.id)) {
        written.set(row.id, await recordEnd(arn, { s3, sfn }, { started_at: row.started_at }));
      }
    });
  }
  await inGroups(newlyMended([...written.values()]), async (row) => index.ended(row));
  for (const folder of [endedFolder({}), RUNNING_FOLDER]) await removeMoved(folder, written, index);
  return written.size;
}

/**
 * Rows that stand elsewhere than those that were written: the start that a log has may differ from that of the events of
 * its run.
 */
async function removeMoved(
  folder: string,
  written: ReadonlyMap<string, RunRow>,
  index: RunIndex,
): Promise<void> {
  let after: string | undefined;
  do {
    const { files, truncated } = await index.list(folder, 1000, after);
    await inGroups(files, async (file) => {
      const row = rowOfFile(file);
      const right = row && written.get(row.id);
      if (right && row.started_at !== right.started_at && !saysMore(row, right)) await index.remove(row);
    });
    after = truncated ? files.at(-1) : undefined;
  } while (after !== undefined);
}

/** Whether it is of a redrive or an end that was told meanwhile. */
function saysMore(row: RunRow, than: RunRow): boolean {
  if (row.redrive_count !== than.redrive_count) return row.redrive_count > than.redrive_count;
  return row.ended_at !== null && than.ended_at === null;
}

async function inGroups<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += CONCURRENCY)
    await Promise.all(items.slice(start, start + CONCURRENCY).map(work));
}

async function* keyPages(s3: S3Client): AsyncGenerator<readonly string[]> {
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: setting('LOGS_BUCKET'),
        Prefix: 'executions/',
        ...(token !== undefined && { ContinuationToken: token }),
      }),
    );
    yield (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

interface KnownRuns {
  readonly workflowId: string;
  readonly executions: readonly ExecutionListItem[];
}

/** Pages of the runs of every workflow that Step Functions keeps; of Express workflows it keeps none. */
async function* knownRuns(s3: S3Client, sfn: SFNClient): AsyncGenerator<KnownRuns> {
  const store = workflowStore(s3);
  let after: string | undefined;
  do {
    const { ids, next } = await store.ids({ limit: 1000, after });
    for (const workflowId of ids) yield* runsOf(workflowId, sfn);
    after = next;
  } while (after !== undefined);
}

async function* runsOf(workflowId: string, sfn: SFNClient): AsyncGenerator<KnownRuns> {
  let token: string | undefined;
  try {
    do {
      const { executions = [], nextToken } = await sfn.send(
        new ListExecutionsCommand({
          stateMachineArn: stateMachineArn(workflowId),
          maxResults: 1000,
          ...(token !== undefined && { nextToken: token }),
        }),
      );
      yield { workflowId, executions };
      token = nextToken;
    } while (token !== undefined);
  } catch (error) {
    const isNone = error instanceof StateMachineDoesNotExist || error instanceof StateMachineTypeNotSupported;
    if (!isNone) throw error;
  }
}
