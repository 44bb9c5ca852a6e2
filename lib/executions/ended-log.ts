// The log of an execution that has ended, made from what Step Functions keeps of it.
import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { executionOfArn } from '../arns.ts';
import { executionHistory } from '../execution-history.ts';
import type { ExecutionLog } from '../schemas/execution-log.ts';
import { withCarriedSteps } from './carried-steps.ts';
import { type ExecutedWorkflow, ExecutedWorkflows } from './executed-workflow.ts';
import { executionLogOf, iterationSteps } from './log.ts';
import { readMapRuns } from './map-runs.ts';

export async function endedLog(
  executionArn: string,
  { sfn, s3 }: { readonly sfn: SFNClient; readonly s3: Pick<S3Client, 'send'> },
  workflows = new ExecutedWorkflows(),
): Promise<{ readonly log: ExecutionLog; readonly workflow: ExecutedWorkflow }> {
  const { id, workflowId } = executionOfArn(executionArn);
  const [workflow, history] = await Promise.all([
    workflows.ofExecution(executionArn, sfn),
    executionHistory(executionArn, sfn),
  ]);
  const mapRuns = await readMapRuns(history, iterationSteps(workflow.kinds), sfn);
  const log = executionLogOf({ executionId: id, workflowId, workflow, mapRuns }, history);
  return { log: await withCarriedSteps(log, s3), workflow };
}
