// Writes the log of an execution that has ended to the logs bucket.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { closeApprovals } from '../approvals/close.ts';
import { executionOfArn, logKey } from '../arns.ts';
import { setting } from '../config.ts';
import { executionHistory } from '../execution-history.ts';
import { approvalStore } from '../stores/approvals.ts';
import { ExecutedWorkflows } from './executed-workflow.ts';
import { executionLogOf, iterationSteps } from './log.ts';
import { readMapRuns } from './map-runs.ts';

/**
 * Writes `executions/<workflow_id>/<name>.json`, and closes the run's open approvals. Idempotent, since EventBridge may
 * deliver an event twice.
 * @param executionArn an execution that has ended
 */
export async function recordExecution(
  executionArn: string,
  { sfn = new SFNClient({}), s3 = new S3Client({}), workflows = new ExecutedWorkflows() } = {},
): Promise<void> {
  const { id, workflowId, name } = executionOfArn(executionArn);
  const [workflow, history] = await Promise.all([
    workflows.ofExecution(executionArn, sfn),
    executionHistory(executionArn, sfn),
  ]);
  const mapRuns = await readMapRuns(history, iterationSteps(workflow.kinds), sfn);
  const log = executionLogOf({ executionId: id, workflowId, workflow, mapRuns }, history);
  await s3.send(
    new PutObjectCommand({
      Bucket: setting('LOGS_BUCKET'),
      Key: logKey(workflowId, name),
      Body: JSON.stringify(log, null, 2),
      ContentType: 'application/json',
    }),
  );
  const kinds = [...workflow.kinds.values()];
  // Nothing is known of a workflow that was deleted meanwhile.
  if (kinds.length === 0 || kinds.includes('approval'))
    await closeApprovals(id, { store: approvalStore(s3), sfn });
}
