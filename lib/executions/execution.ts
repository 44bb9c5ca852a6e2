// An execution as the API shows it, made from what Step Functions says about it.
import {
  type DescribeExecutionOutput,
  DescribeStateMachineForExecutionCommand,
  ExecutionDoesNotExist,
  type SFNClient,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { ApiProblem } from '../api/problem.ts';
import type { execution, executionStatus } from '../api/schemas/executions.ts';
import { workflowVersion } from '../compiler/compile.ts';
import type { ExecutionName } from './id.ts';

export type Execution = z.output<typeof execution>;
export type ExecutionStatus = z.output<typeof executionStatus>;

/** An execution that is about to be redriven counts as running. */
const statuses: Readonly<Record<string, ExecutionStatus>> = {
  RUNNING: 'running',
  PENDING_REDRIVE: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timed_out',
  ABORTED: 'aborted',
};

/** Step Functions' word for a status in our words. */
export function statusOf(status: string | undefined): ExecutionStatus {
  const known = statuses[status ?? ''];
  if (!known) throw new TypeError(`Step Functions gave the unknown status ${status}`);
  return known;
}

export function executionView(
  { id, workflowId }: ExecutionName,
  described: DescribeExecutionOutput,
  version: number | null,
): Execution {
  const status = statusOf(described.status);
  return {
    id,
    workflow_id: workflowId,
    workflow_version: version,
    status,
    started_at: (described.startDate ?? new Date(0)).toISOString(),
    ended_at: described.stopDate?.toISOString() ?? null,
    input: json(described.input),
    output: status === 'succeeded' ? json(described.output) : null,
    error: errorOf(status, described),
  };
}

/** The version of the workflow that an execution runs, null when Step Functions does not have it any more. */
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

export function executionNotFound(id: string, options?: ErrorOptions): ApiProblem {
  return new ApiProblem(
    'not-found',
    `There is no execution ${id}. Executions go when their workflow is deleted; GET /executions/${id}/log may still have its log`,
    options,
  );
}

function errorOf(status: ExecutionStatus, { error, cause }: DescribeExecutionOutput): Execution['error'] {
  if (status === 'running' || status === 'succeeded') return null;
  if (status === 'timed_out') {
    return { name: error ?? 'States.Timeout', message: cause ?? 'The execution ran into its time limit' };
  }
  if (status === 'aborted')
    return { name: error ?? 'Aborted', message: cause ?? 'The execution was stopped' };
  return { name: error ?? 'Failed', message: messageOf(cause ?? '') };
}

/** A Lambda's error arrives as JSON with a stack trace in it, which is nobody's business here. */
function messageOf(cause: string): string {
  const lambdaError = z.object({ errorMessage: z.string() }).safeParse(json(cause));
  return lambdaError.success ? lambdaError.data.errorMessage : cause;
}

function json(text: string | undefined): unknown {
  if (text === undefined) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
