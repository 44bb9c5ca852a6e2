// Makes the index of runs anew: of the logs there are, and of what Step Functions still knows of each workflow's runs.
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import {
  type ExecutionListItem,
  ListExecutionsCommand,
  type SFNClient,
  StateMachineDoesNotExist,
  StateMachineTypeNotSupported,
} from '@aws-sdk/client-sfn';
import { executionArn, executionId, stateMachineArn } from '../arns.ts';
import { setting } from '../config.ts';
import { parseExactly } from '../exact-json.ts';
import { executionLog } from '../schemas/execution-log.ts';
import { workflowStore } from '../stores/workflows.ts';
import { recordEnd } from './record.ts';
import { RunIndex } from './run-index.ts';
import { endedRow, startedRow } from './run-rows.ts';

/** How many logs are read at the same time. */
const CONCURRENCY = 20;

/**
 * Writes every row again; rows that are right stay as they are, and new runs may start meanwhile.
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
  const logged = new Set<string>();
  for await (const keys of keyPages(s3)) {
    await inGroups(keys, async (Key) => {
      const object = await s3.send(new GetObjectCommand({ Bucket: setting('LOGS_BUCKET'), Key }));
      const log = executionLog.safeParse(parseExactly((await object.Body?.transformToString()) ?? 'null'));
      if (!log.success) return;
      await index.ended(endedRow(log.data));
      logged.add(log.data.execution_id);
    });
  }
  let unlogged = 0;
  for await (const { workflowId, executions } of knownRuns(s3, sfn)) {
    await inGroups(executions, async ({ name = '', status, startDate, redriveCount }) => {
      const arn = executionArn({ workflowId, name });
      if (status === 'RUNNING' || status === 'PENDING_REDRIVE')
        await index.started(startedRow({ executionArn: arn, startDate: startDate?.getTime(), redriveCount }));
      else if (!logged.has(executionId(workflowId, name)))
        await recordEnd(arn, { s3, sfn }, startDate && { started_at: startDate.toISOString() });
      else return;
      unlogged += 1;
    });
  }
  return logged.size + unlogged;
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
