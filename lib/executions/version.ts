// What the definition that an execution runs tells of its workflow.
import {
  DescribeStateMachineForExecutionCommand,
  ExecutionDoesNotExist,
  type SFNClient,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { stepKinds, workflowVersion } from '../compiler/definition.ts';

export interface WorkflowThatRan {
  readonly version: number | null;
  /** By step id the action or kind of each step. */
  readonly kinds: ReadonlyMap<string, string>;
}

/** The compiler writes version and kinds into comments; nothing is known when Step Functions has it no more. */
export async function workflowOfExecution(
  executionArn: string,
  client: Pick<SFNClient, 'send'>,
): Promise<WorkflowThatRan> {
  try {
    const { definition = '{}' } = await client.send(
      new DescribeStateMachineForExecutionCommand({ executionArn }),
    );
    const value: unknown = JSON.parse(definition);
    const { Comment } = z.object({ Comment: z.string().catch('') }).parse(value);
    return { version: workflowVersion(Comment) ?? null, kinds: stepKinds(value) };
  } catch (error) {
    if (!(error instanceof ExecutionDoesNotExist || error instanceof StateMachineDoesNotExist)) throw error;
    return { version: null, kinds: new Map() };
  }
}

/** The version of the workflow that an execution runs; null when it is not known any more. */
export async function versionOfExecution(
  executionArn: string,
  client: Pick<SFNClient, 'send'>,
): Promise<number | null> {
  return (await workflowOfExecution(executionArn, client)).version;
}
