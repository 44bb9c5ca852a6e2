// Called by EventBridge when an execution of a workflow ends: writes its log.
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { EventBridgeEvent } from 'aws-lambda';
import * as z from 'zod';
import { recordExecution } from '../../lib/executions/record.ts';
import { RanWorkflows } from '../../lib/executions/version.ts';

const dependencies = { sfn: new SFNClient({}), s3: new S3Client({}), workflows: new RanWorkflows() };

const statusChange = z.object({ executionArn: z.string() });

export async function handler(
  event: EventBridgeEvent<'Step Functions Execution Status Change', unknown>,
): Promise<void> {
  await recordExecution(statusChange.parse(event.detail).executionArn, dependencies);
}
