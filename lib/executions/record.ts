// Writes the log of an execution that has ended to the logs bucket.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { setting } from '../config.ts';
import { executionHistory } from './history.ts';
import { executionOfArn, logKey } from './id.ts';
import { executionLogOf, iterationSteps } from './log.ts';
import { readMapRuns } from './map-runs.ts';
import { workflowOfExecution } from './version.ts';

/**
 * Writes `executions/<workflow_id>/<name>.json`. Writing it again writes the same document, so an event
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
  const mapRuns = await readMapRuns(history, iterationSteps(workflow.kinds), sfn);
  const log = executionLogOf({ executionId: id, workflowId, workflow, execution, mapRuns }, history);
  await s3.send(
    new PutObjectCommand({
      Bucket: setting('LOGS_BUCKET'),
      Key: logKey(workflowId, name),
      Body: JSON.stringify(log, null, 2),
      ContentType: 'application/json',
    }),
  );
}
