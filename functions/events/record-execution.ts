// Called by EventBridge when an execution of a workflow starts or ends: writes its row of the index, and its log.
import type { EventBridgeEvent } from 'aws-lambda';
import { s3Client, stepFunctionsClient } from '../../lib/aws-clients.ts';
import { ExecutedWorkflows } from '../../lib/executions/executed-workflow.ts';
import { recordExecution } from '../../lib/executions/record.ts';
import { statusChange } from '../../lib/executions/run-rows.ts';

const dependencies = { sfn: stepFunctionsClient(), s3: s3Client(), workflows: new ExecutedWorkflows() };

export async function handler(
  event: EventBridgeEvent<'Step Functions Execution Status Change', unknown>,
): Promise<void> {
  await recordExecution(statusChange.parse(event.detail), dependencies);
}
