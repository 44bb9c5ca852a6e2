// What people are told of a step or a run that did not succeed.
import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import * as z from 'zod';

export interface RunError {
  /** The name that Retry and Catch match: `RateLimited`, `States.Timeout`. */
  readonly name: string;
  readonly message: string;
}

const lambdaError = z.object({ errorMessage: z.string() });

/** How a run ends without success, with what is said when Step Functions names no error. */
const ends = {
  failed: { name: 'Failed', message: '' },
  timed_out: { name: 'States.Timeout', message: 'The execution ran into its time limit' },
  aborted: { name: 'Aborted', message: 'The execution was stopped' },
} as const;

/** Why a run ended as it did. */
export function endError(
  status: keyof typeof ends,
  { error, cause }: Pick<DescribeExecutionOutput, 'error' | 'cause'>,
): RunError {
  const { name, message } = ends[status];
  return runError(error ?? name, cause || message);
}

/**
 * A Lambda's error arrives as JSON `{errorType, errorMessage, trace}`, of which people get the message alone. A step
 * that took too long arrives with no cause.
 */
export function runError(name = 'Failed', cause = ''): RunError {
  if (name === 'States.Timeout' && cause === '') {
    return { name, message: 'The step ran into its time limit' };
  }
  const parsed = lambdaError.safeParse(json(cause));
  return { name, message: parsed.success ? parsed.data.errorMessage : cause };
}

/** The value of a JSON text of Step Functions; null when there is none, the text itself when it is not JSON. */
export function json(text: string | undefined): unknown {
  if (text === undefined) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
