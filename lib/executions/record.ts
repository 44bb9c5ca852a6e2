// Writes the log of an execution that has ended to the logs bucket.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type HistoryEvent,
  paginateGetExecutionHistory,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { closeApprovals } from '../approvals/close.ts';
import { setting } from '../config.ts';
import { approvalStore } from '../stores/approvals.ts';
import { executionOfArn, logKey } from './id.ts';
import { executionLogOf } from './log.ts';
import { workflowOfExecution } from './version.ts';

/** Step Functions' largest page of a history. */
const PAGE_SIZE = 1000;

/**
 * Writes `executions/<workflow_id>/<name>.json`, and closes what the run still asked. Writing it again writes the same document, so an event
 * that is delivered twice does no harm.
 * @param executionArn an execution that has ended
 */
export async function recordExecution(
  executionArn: string,
  { sfn = new SFNClient({}), s3 = new S3Client({}) } = {},
): Promise<void> {
  const { id, workflowId, name } = executionOfArn(executionArn);
  const [execution, workflow, history] = await Promise.all([
    sfn.send(new DescribeExecutionCommand({ executionArn })),
    workflowOfExecution(executionArn, sfn),
    executionHistory(executionArn, sfn),
  ]);
  const log = executionLogOf(
    {
      executionId: id,
      workflowId,
      workflow,
      execution,
    },
    history,
  );
  await s3.send(
    new PutObjectCommand({
      Bucket: setting('LOGS_BUCKET'),
      Key: logKey(workflowId, name),
      Body: JSON.stringify(log, null, 2),
      ContentType: 'application/json',
    }),
  );
  const kinds = [...workflow.kinds.values()];
  // Of a workflow that was deleted meanwhile nothing is known.
  if (kinds.length === 0 || kinds.includes('approval')) await closeApprovals(id, history, approvalStore(s3));
}

/** Every event of an execution so far, oldest first, with its data. */
export async function executionHistory(executionArn: string, client: SFNClient): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  const pages = paginateGetExecutionHistory(
    { client, pageSize: PAGE_SIZE },
    { executionArn, includeExecutionData: true },
  );
  for await (const page of pages) events.push(...(page.events ?? []));
  return events;
}
