// The events with which an execution begins, is redriven and ends.
import { versionArn } from '../model/arns.ts';
import {
  type EventDetails,
  failureDetails,
  type HistoryEvent,
  inputDetails,
  outputDetails,
} from '../model/history.ts';
import type { Execution } from '../runtime/execution.ts';
import type { ExecutionEnd } from '../store/rows.ts';

type EventType = HistoryEvent['type'];

export function recordStart(execution: Execution): void {
  const { input, roleArn, version, alias, machineArn, startedAt } = execution.identity;
  execution.record(0, 'ExecutionStarted', {
    timestamp: startedAt,
    executionStartedEventDetails: {
      ...inputDetails(input),
      roleArn,
      ...(version !== undefined && { stateMachineVersionArn: versionArn(machineArn, version) }),
      ...(alias !== undefined && { stateMachineAliasArn: alias }),
    },
  });
}

export function recordRedrive(execution: Execution, redriveCount: number): void {
  execution.record(execution.lastEventId, 'ExecutionRedriven', {
    executionRedrivenEventDetails: { redriveCount },
  });
}

const EVENT_OF = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} as const satisfies Record<ExecutionEnd['status'], EventType>;

/** `error` is what the event has as its error, which the execution itself need not have. */
export function recordEnd(
  execution: Execution,
  lastEventOfThread: number,
  { status, stoppedAt, output, cause }: ExecutionEnd,
  error: string | undefined,
): void {
  const type = EVENT_OF[status];
  const details = `${type[0]?.toLowerCase()}${type.slice(1)}EventDetails`;
  const content: EventDetails =
    output === undefined ? failureDetails({ error, causeText: cause }) : outputDetails(output);
  // An end that comes from outside follows none of the execution's events.
  const fromOutside = status === 'ABORTED' || status === 'TIMED_OUT';
  execution.record(fromOutside ? 0 : lastEventOfThread, type, { timestamp: stoppedAt, [details]: content });
}
