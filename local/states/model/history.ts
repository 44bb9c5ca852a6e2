// Events of an execution's history, as they are stored and as the API answers them.
import type { HistoryEventType } from '@aws-sdk/client-sfn';

/** One event as it is stored; the API gives its time in seconds. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly type: HistoryEventType;
  /** `…EventDetails`, named after the type as in the API. */
  readonly [details: string]: unknown;
}

export type EventDetails = Readonly<Record<string, unknown>>;

/** Step Functions' quota for one execution of a Standard state machine. */
export const MAX_EVENTS = 25_000;

const WHOLE = { truncated: false };

export const inputDetails = (input: string) => ({ input, inputDetails: WHOLE });
export const outputDetails = (output: string) => ({ output, outputDetails: WHOLE });

/** `error` and `cause`, each only if there is one. */
export const failureDetails = (failure: { error: string | undefined; causeText: string | undefined }) => ({
  ...(failure.error !== undefined && { error: failure.error }),
  ...(failure.causeText !== undefined && { cause: failure.causeText }),
});

/** Variables as in stateExitedEventDetails: each value a JSON text. */
export function assignedVariables(assigned: Readonly<Record<string, string>>): EventDetails {
  return Object.keys(assigned).length === 0
    ? {}
    : { assignedVariables: assigned, assignedVariablesDetails: WHOLE };
}

const TEXT_FIELDS = ['input', 'output', 'parameters', 'taskCredentials', 'assignedVariables'];
const DETAIL_FIELDS = ['inputDetails', 'outputDetails', 'assignedVariablesDetails'];

/** An event as GetExecutionHistory answers it. Without data, inputs and outputs are left out. */
export function toWire(event: HistoryEvent, includeExecutionData: boolean): Record<string, unknown> {
  const wire: Record<string, unknown> = { ...event, timestamp: event.timestamp / 1000 };
  if (includeExecutionData) return wire;
  for (const [key, value] of Object.entries(wire)) {
    if (!key.endsWith('EventDetails')) continue;
    wire[key] = Object.fromEntries(
      Object.entries(value as EventDetails) // a key that ends so holds details
        .filter(([field]) => !TEXT_FIELDS.includes(field) && !DETAIL_FIELDS.includes(field)),
    );
  }
  return wire;
}
