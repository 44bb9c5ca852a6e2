// Which version of its workflow an execution runs.
import {
  DescribeStateMachineForExecutionCommand,
  ExecutionDoesNotExist,
  type SFNClient,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { workflowVersion } from '../compiler/definition.ts';

/** The version, which the compiler writes into the definition; null when Step Functions does not have it any more. */
export async function versionOfExecution(
  executionArn: string,
  client: Pick<SFNClient, 'send'>,
): Promise<number | null> {
  try {
    const { definition = '{}' } = await client.send(
      new DescribeStateMachineForExecutionCommand({ executionArn }),
    );
    const { Comment } = z.object({ Comment: z.string().catch('') }).parse(JSON.parse(definition));
    return workflowVersion(Comment) ?? null;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist || error instanceof StateMachineDoesNotExist) return null;
    throw error;
  }
}
