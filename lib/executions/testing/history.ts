// Histories of an execution for tests of its log, with the events as Step Functions writes them.
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { RunFacts } from '../log.ts';

const PREFIX = 'arn:aws:lambda:us-east-1:000000000000:function:ai-orchestra-test-';
export const kinds = new Map([
  ['ask', 'openai.chat'],
  ['fetch', 'gmail.list_messages'],
  ['note', 'set'],
  ['open', 'github.create_issue'],
  ['shape', 'transform'],
  ['token', 'transform'],
  ['marks', 'set'],
  ['close', 'transform'],
  ['help', 'agent'],
]);
export const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

export const facts: RunFacts = {
  executionId: 'daily.1f',
  workflowId: 'daily',
  workflow: { version: 3, kinds, rerunOf: null },
  mapRuns: new Map(),
};

/** Numbers the events; each follows the one before it unless it says otherwise. */
export function history(...events: Partial<HistoryEvent>[]): HistoryEvent[] {
  return events.map((event, index) => ({
    id: index + 1,
    previousEventId: index,
    timestamp: at(index),
    type: 'ExecutionStarted',
    ...event,
  }));
}

export const started = {
  type: 'ExecutionStarted',
  executionStartedEventDetails: { input: '{"repo":"acme/site"}' },
} as const;
export const ended = (output: unknown = { number: 7 }) =>
  ({
    type: 'ExecutionSucceeded',
    timestamp: at(59),
    executionSucceededEventDetails: { output: JSON.stringify(output) },
  }) as const;
export const endedBadly = (type: 'Failed' | 'TimedOut' | 'Aborted', error?: string, cause?: string) => ({
  type: `Execution${type}` as const,
  timestamp: at(59),
  [`execution${type}EventDetails`]: { error, cause },
});
export const entered = (name: string, kind: 'Task' | 'Pass' | 'Choice' = 'Task') =>
  ({ type: `${kind}StateEntered`, stateEnteredEventDetails: { name, input: '{}' } }) as const;
export const exited = (
  name: string,
  output: unknown,
  kind: 'Task' | 'Pass' | 'Choice' = 'Task',
  variables = {},
) =>
  ({
    type: `${kind}StateExited`,
    stateExitedEventDetails: { name, output: JSON.stringify(output), assignedVariables: variables },
  }) as const;
export const scheduled = (name: string, input: unknown) =>
  ({
    type: 'TaskScheduled',
    taskScheduledEventDetails: {
      resourceType: 'lambda',
      resource: 'invoke',
      region: 'us-east-1',
      parameters: JSON.stringify({ FunctionName: PREFIX + name, Payload: { input, execution: {} } }),
    },
  }) as const;
export const succeeded = (output: unknown) =>
  ({
    type: 'TaskSucceeded',
    taskSucceededEventDetails: {
      resourceType: 'lambda',
      resource: 'invoke',
      output: JSON.stringify({ Payload: output, StatusCode: 200 }),
    },
  }) as const;
export const failed = (error: string, errorMessage: string) =>
  ({
    type: 'TaskFailed',
    taskFailedEventDetails: {
      resourceType: 'lambda',
      resource: 'invoke',
      error,
      cause: JSON.stringify({ errorType: error, errorMessage, trace: [] }),
    },
  }) as const;
