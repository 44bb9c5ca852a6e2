// Records an execution: its row in the index of runs when it starts, its log and its row when it has ended.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { closeApprovals } from '../approvals/close.ts';
import { executionOfArn, logKey } from '../arns.ts';
import { isoTime } from '../aws-values.ts';
import { setting } from '../config.ts';
import { expiredCalls, markExpired } from '../connection-management/mark-expired.ts';
import { approvalStore } from '../stores/approvals.ts';
import { connectionStore } from '../stores/connections.ts';
import { endedLog } from './ended-log.ts';
import { ExecutedWorkflows } from './executed-workflow.ts';
import { recordMended } from './mended-runs.ts';
import { RunIndex } from './run-index.ts';
import type { RunRow } from './run-row.ts';
import { endedRow, type StatusChange, startedRow } from './run-rows.ts';

interface Dependencies {
  readonly sfn?: SFNClient;
  readonly s3?: S3Client;
  readonly workflows?: ExecutedWorkflows;
}

/** Handles the event of a status change. Idempotent, since EventBridge may deliver an event twice, and in any order. */
export async function recordExecution(change: StatusChange, dependencies: Dependencies = {}): Promise<void> {
  if (change.status === 'RUNNING')
    return new RunIndex(dependencies.s3).started(await beginningRow(change, dependencies));
  const beginning = startedRow(change);
  const { executionArn, startDate, input } = change;
  await recordEnd(
    executionArn,
    dependencies,
    {
      ...(startDate !== undefined && { started_at: beginning.started_at }),
      ...(input && { trigger: beginning.trigger }),
    },
    // The event of the end may leave out an input that the event of the start had, and neither says what a rerun is of.
    startDate !== undefined && input && beginning.trigger?.type !== 'rerun' ? beginning : undefined,
  );
}

/**
 * Writes `executions/<workflow_id>/<name>.json` and the row of the index, and closes the run's open approvals. Idempotent.
 * @param executionArn an execution that has ended
 * @param known what of its row is known better than by its history
 * @param beginning the row that its start has left in the index
 * @returns its row
 */
export async function recordEnd(
  executionArn: string,
  { sfn = new SFNClient({}), s3 = new S3Client({}), workflows = new ExecutedWorkflows() }: Dependencies = {},
  known: Parameters<typeof endedRow>[1] = {},
  beginning?: RunRow,
): Promise<RunRow> {
  const { id, workflowId, name } = executionOfArn(executionArn);
  const started_at = known.started_at ?? (await startOf(executionArn, sfn));
  const { log: made, workflow } = await endedLog(executionArn, { sfn, s3 }, workflows);
  // Where a run stands in the index: the log says the same, for a rebuilt index.
  const log = { ...made, started_at };
  await s3.send(
    new PutObjectCommand({
      Bucket: setting('LOGS_BUCKET'),
      Key: logKey(workflowId, name),
      Body: JSON.stringify(log, null, 2),
      ContentType: 'application/json',
    }),
  );
  const row = endedRow(log, { ...known, started_at });
  const index = new RunIndex(s3);
  await index.ended(row, beginning);
  await recordMended(row, index, s3);
  const expired = expiredCalls(log.steps);
  if (expired.length > 0) await markExpired(id, expired, connectionStore(s3));
  const kinds = [...workflow.kinds.values()];
  // Nothing is known of a workflow that was deleted meanwhile.
  if (kinds.length === 0 || kinds.includes('approval'))
    await closeApprovals(id, { store: approvalStore(s3), sfn });
  return row;
}

/** The row of a run that has started. Of which run a rerun is says its definition alone. */
export async function beginningRow(
  change: StatusChange,
  { sfn = new SFNClient({}), workflows = new ExecutedWorkflows() }: Omit<Dependencies, 's3'> = {},
): Promise<RunRow> {
  const row = startedRow(change);
  if (row.trigger?.type !== 'rerun') return row;
  return { ...row, rerun_of: (await workflows.ofExecution(change.executionArn, sfn)).rerunOf };
}

/** As events say it. Nothing says that it is the time of the first event of the history, to the millisecond. */
async function startOf(executionArn: string, sfn: SFNClient): Promise<string> {
  const { startDate } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  return isoTime(startDate);
}
