// An execution as the API shows it, from Step Functions' description.
import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import type * as z from 'zod';
import type { ExecutionName } from '../arns.ts';
import { isoTime, jsonOrText } from '../aws-values.ts';
import { ApiProblem } from '../problem.ts';
import type { execution, executionRow, executionStatus } from '../schemas/executions.ts';
import { endError } from './run-error.ts';
import { givenInput, triggerOf } from './run-trigger.ts';

export type Execution = z.output<typeof execution>;
/** An execution in a list. */
export type ExecutionSummary = z.output<typeof executionRow>;
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

/** The API's status for a status of Step Functions. */
export function statusOf(status: string | undefined): ExecutionStatus {
  const known = statuses[status ?? ''];
  if (!known) throw new TypeError(`Step Functions reported the unknown status ${status}`);
  return known;
}

/** @param failedStep the step whose error it failed with (failed-step.ts) */
export function executionView(
  { id, workflowId, name }: ExecutionName,
  described: Partial<
    Pick<
      DescribeExecutionOutput,
      'status' | 'startDate' | 'stopDate' | 'redriveCount' | 'input' | 'output' | 'error' | 'cause'
    >
  >,
  version: number | null,
  failedStep: string | null,
  rerunOf: string | null = null,
): Execution {
  const status = statusOf(described.status);
  return {
    id,
    workflow_id: workflowId,
    workflow_version: version,
    status,
    started_at: isoTime(described.startDate),
    ended_at: described.stopDate?.toISOString() ?? null,
    redrive_count: described.redriveCount ?? 0,
    rerun_of: rerunOf,
    trigger: triggerOf(name, described.input),
    input: jsonOrText(described.input && givenInput(described.input)),
    output: status === 'succeeded' ? jsonOrText(described.output) : null,
    error:
      status === 'running' || status === 'succeeded'
        ? null
        : { ...endError(status, described), step_id: failedStep },
  };
}

export function executionNotFound(id: string, options?: ErrorOptions): ApiProblem {
  return new ApiProblem(
    'not-found',
    `There is no execution ${id}. Executions are deleted with their workflow; GET /executions/${id}/log may still have its log`,
    options,
  );
}

/** Neither the execution nor its log. */
export function logNotFound(id: string, options?: ErrorOptions): ApiProblem {
  return new ApiProblem(
    'not-found',
    `There is no execution ${id}, nor a log of it; GET /executions lists the executions there are`,
    options,
  );
}
