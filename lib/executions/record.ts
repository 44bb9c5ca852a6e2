// Writes the log of an execution that has ended to the logs bucket.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type HistoryEvent, paginateGetExecutionHistory, SFNClient } from '@aws-sdk/client-sfn';
import { setting } from '../config.ts';
import { executionOfArn, logKey } from './id.ts';
import { executionLogOf } from './log.ts';
import { RanWorkflows } from './version.ts';

/** Step Functions' largest page of a history. */
const PAGE_SIZE = 1000;

/**
 * Writes `executions/<workflow_id>/<name>.json`. Writing it again writes the same document, so an event
 * that is delivered twice does no harm.
 * @param executionArn an execution that has ended
 */
export async function recordExecution(
  executionArn: string,
  { sfn = new SFNClient({}), s3 = new S3Client({}), workflows = new RanWorkflows() } = {},
): Promise<void> {
  const { id, workflowId, name } = executionOfArn(executionArn);
  const [workflow, history] = await Promise.all([
    workflows.ofExecution(executionArn, sfn),
    executionHistory(executionArn, sfn),
  ]);
  const log = executionLogOf({ executionId: id, workflowId, workflow }, history);
  await s3.send(
    new PutObjectCommand({
      Bucket: setting('LOGS_BUCKET'),
      Key: logKey(workflowId, name),
      Body: JSON.stringify(log, null, 2),
      ContentType: 'application/json',
    }),
  );
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
