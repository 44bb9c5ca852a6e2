// Writes the log of an execution that has ended to the logs bucket.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { closeApprovals } from '../approvals/close.ts';
import { executionOfArn, logKey } from '../arns.ts';
import { setting } from '../config.ts';
import { approvalStore } from '../stores/approvals.ts';
import { endedLog } from './ended-log.ts';
import { ExecutedWorkflows } from './executed-workflow.ts';

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
  const { log, workflow } = await endedLog(executionArn, { sfn, s3 }, workflows);
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
