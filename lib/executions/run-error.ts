// The errors of steps and runs as people read them.
import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { executionIdOfArn, workflowOfArn } from '../arns.ts';
import { jsonOrText } from '../aws-values.ts';
import { TIMEOUT_MESSAGE } from '../compiler/asl/caught-error.ts';
import { DATA_LIMIT_ERROR, dataLimitMessage } from '../compiler/asl/data-limit-error.ts';
import { timeoutToldBy } from '../compiler/asl/deadline.ts';
import { EVALUATION_ERROR, evaluationMessage } from '../compiler/asl/evaluation-error.ts';
import { RETRY_AFTER } from '../compiler/asl/retry.ts';
import { type ChildFailure, childFailure } from '../workflow-format/child-failure.ts';

export interface RunError {
  /** The name that Retry and Catch match: `RateLimited`, `States.Timeout`; of another run its own error's. */
  readonly name: string;
  readonly message: string;
}

/** Why a run ended without success. */
export interface EndError extends RunError {
  readonly step_id: string | null;
}

const lambdaError = z.object({ errorMessage: z.string() });

/** The ends of a run without success, with the error to use when Step Functions names none. */
const ends = {
  failed: { name: 'Failed', message: '' },
  timed_out: { name: 'States.Timeout', message: 'The execution ran into its time limit' },
  aborted: { name: 'Aborted', message: 'The execution was stopped' },
} as const;

/** The errors of Step Functions for a state machine that was deleted or never existed. */
const NO_STATE_MACHINE = [
  'StepFunctions.StateMachineDoesNotExistException',
  'StepFunctions.StateMachineDeletingException',
];

/** Why a run ended as it did. */
export function endError(
  status: keyof typeof ends,
  { error, cause }: Pick<DescribeExecutionOutput, 'error' | 'cause'>,
): RunError {
  const { name, message } = ends[status];
  return runError(error ?? name, cause || message);
}

/**
 * The cause of a Lambda's error is JSON `{errorType, errorMessage, trace}`, of which only the message is used. The cause
 * of a timeout is empty. The cause of a failed child workflow is the description of its execution.
 */
export function runError(name = 'Failed', cause = ''): RunError {
  if (name === 'States.Timeout' && cause === '') return { name, message: TIMEOUT_MESSAGE };
  if (name === RETRY_AFTER) {
    const told = lambdaError.safeParse(jsonOrText(cause)).data?.errorMessage ?? '';
    const [, seconds = told, reason, message = ''] = /^(\d+)(?: (\w+): ([\s\S]*))?$/.exec(told) ?? [];
    if (reason !== undefined) return { name: reason, message };
    return { name: 'RateLimited', message: `The provider asked to wait ${seconds} s` };
  }
  const child = name === 'States.TaskFailed' ? childFailure(cause) : undefined;
  if (child) return childError(child);
  if (NO_STATE_MACHINE.includes(name)) {
    const workflow = workflowOfArn(/'(arn:[^']+)'/.exec(cause)?.[1] ?? '');
    if (workflow !== undefined) return { name, message: `There is no workflow ${workflow} any more` };
  }
  if (name === DATA_LIMIT_ERROR) return { name, message: dataLimitMessage(cause) };
  const late = name === EVALUATION_ERROR ? timeoutToldBy(cause) : undefined;
  if (late !== undefined) return { name: 'States.Timeout', message: late };
  if (name === EVALUATION_ERROR) return { name, message: evaluationMessage(cause) };
  const parsed = lambdaError.safeParse(jsonOrText(cause));
  return { name, message: parsed.success ? parsed.data.errorMessage : cause };
}

function childError({ executionArn, error, cause, status }: ChildFailure): RunError {
  const id = executionIdOfArn(executionArn);
  const { name, message } = endError(status, { error, cause });
  if (status === 'timed_out') return { name, message: `Execution ${id} ran into its time limit` };
  const what = `Execution ${id} ${status === 'failed' ? 'failed' : 'was stopped'}`;
  return { name, message: message === '' || message === ends[status].message ? what : `${what}: ${message}` };
}
