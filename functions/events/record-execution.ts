// Called by EventBridge when an execution of a workflow ends: writes its log.
import type { EventBridgeEvent } from 'aws-lambda';
import * as z from 'zod';
import { s3Client, stepFunctionsClient } from '../../lib/aws-clients.ts';
import { ExecutedWorkflows } from '../../lib/executions/executed-workflow.ts';
import { recordExecution } from '../../lib/executions/record.ts';

const dependencies = { sfn: stepFunctionsClient(), s3: s3Client(), workflows: new ExecutedWorkflows() };

const statusChange = z.object({ executionArn: z.string() });

export async function handler(
  event: EventBridgeEvent<'Step Functions Execution Status Change', unknown>,
): Promise<void> {
  await recordExecution(statusChange.parse(event.detail).executionArn, dependencies);
}
