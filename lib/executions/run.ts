// The start and the end of a run, from its history.
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { isoTime } from '../aws-values.ts';
import { failedStep } from './failed-step.ts';
import { type EndError, endError } from './run-error.ts';

export interface Run {
  readonly status: 'succeeded' | 'failed' | 'timed_out' | 'aborted';
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** How often it had been redriven. */
  readonly redriveCount: number;
  /** JSON texts. */
  readonly input: string | undefined;
  readonly output: string | undefined;
  /** Null when it succeeded. */
  readonly error: EndError | null;
}

const ends: Readonly<Record<string, Run['status']>> = {
  ExecutionSucceeded: 'succeeded',
  ExecutionFailed: 'failed',
  ExecutionTimedOut: 'timed_out',
  ExecutionAborted: 'aborted',
};

/** What is known of a run from its beginning on, and how often it was redriven. */
export function beginningOf(
  history: readonly HistoryEvent[],
): Pick<Run, 'startedAt' | 'redriveCount' | 'input'> {
  const [first] = history;
  return {
    startedAt: isoTime(first?.timestamp),
    redriveCount: history.filter(({ type }) => type === 'ExecutionRedriven').length,
    input: first?.executionStartedEventDetails?.input,
  };
}

/** Whether the last event so far is the end of the run. */
export function hasEnded(history: readonly HistoryEvent[]): boolean {
  return Object.hasOwn(ends, history.at(-1)?.type ?? '');
}

/**
 * @param history every event of a run that has ended, oldest first, with its data
 * @throws TypeError when the run has not ended
 */
export function runOf(history: readonly HistoryEvent[]): Run {
  const last = history.at(-1);
  const status = ends[last?.type ?? ''];
  if (!status) throw new TypeError(`A run whose last event is ${last?.type} has not ended`);
  const failure =
    last?.executionFailedEventDetails ??
    last?.executionTimedOutEventDetails ??
    last?.executionAbortedEventDetails ??
    {};
  return {
    ...beginningOf(history),
    status,
    endedAt: isoTime(last?.timestamp),
    output: last?.executionSucceededEventDetails?.output,
    error:
      status === 'succeeded'
        ? null
        : {
            ...endError(status, failure),
            step_id: status === 'failed' ? failedStep(failure, history) : null,
          },
  };
}
