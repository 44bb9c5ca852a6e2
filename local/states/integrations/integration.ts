// What a Task's Resource stands for: the call itself and the events that tell of it.
import type { Cancellation } from '../cancellation.ts';
import type { Environment } from '../execution.ts';
import { type EventDetails, failureDetails, inputDetails, outputDetails } from '../history.ts';
import type { Json } from '../json.ts';
import type { Thread } from '../thread.ts';

/** The call failed: the error's name and its cause, as Retry, Catch and the history have them. */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';
  readonly error: string;
  readonly causeText: string | undefined;

  constructor(error: string, causeText: string | undefined) {
    super(causeText ?? error);
    this.error = error;
    this.causeText = causeText;
  }
}

export interface Limits {
  readonly timeoutInSeconds?: number;
  readonly heartbeatInSeconds?: number;
}

export interface Integration {
  readonly events: TaskEvents;
  /** Throws TaskFailure; Cancelled when `cancellation` is called before the answer. */
  call(args: Json, environment: Environment, cancellation: Cancellation): Promise<Json>;
}

export interface TaskEvents {
  scheduled(thread: Thread, args: string, limits: Limits): void;
  started(thread: Thread): void;
  succeeded(thread: Thread, output: string): void;
  failed(thread: Thread, failure: Failure): void;
  timedOut(thread: Thread, failure: Failure): void;
}

interface Failure {
  readonly error: string | undefined;
  readonly causeText: string | undefined;
}

/** Events of a service integration (`arn:aws:states:::<service>:<action>`). */
export function serviceTaskEvents(resourceType: string, resource: string): TaskEvents {
  const task = { resourceType, resource };
  return {
    scheduled: (thread, args, limits) =>
      thread.record('TaskScheduled', {
        taskScheduledEventDetails: {
          ...task,
          region: thread.execution.environment.region,
          parameters: args,
          ...limits,
        },
      }),
    started: (thread) => thread.record('TaskStarted', { taskStartedEventDetails: task }),
    succeeded: (thread, output) =>
      thread.record('TaskSucceeded', { taskSucceededEventDetails: { ...task, ...outputDetails(output) } }),
    failed: (thread, failure) =>
      thread.record('TaskFailed', { taskFailedEventDetails: { ...task, ...failureDetails(failure) } }),
    timedOut: (thread, failure) =>
      thread.record('TaskTimedOut', { taskTimedOutEventDetails: { ...task, ...failureDetails(failure) } }),
  };
}

/** Events of a Task whose Resource is a function's own ARN. */
export function lambdaFunctionEvents(resource: string): TaskEvents {
  const failed = (failure: Failure): EventDetails => failureDetails(failure);
  return {
    scheduled: (thread, args, limits) =>
      thread.record('LambdaFunctionScheduled', {
        lambdaFunctionScheduledEventDetails: {
          resource,
          ...inputDetails(args),
          ...(limits.timeoutInSeconds !== undefined && { timeoutInSeconds: limits.timeoutInSeconds }),
        },
      }),
    started: (thread) => thread.record('LambdaFunctionStarted'),
    succeeded: (thread, output) =>
      thread.record('LambdaFunctionSucceeded', {
        lambdaFunctionSucceededEventDetails: outputDetails(output),
      }),
    failed: (thread, failure) =>
      thread.record('LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: failed(failure) }),
    timedOut: (thread, failure) =>
      thread.record('LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: failed(failure) }),
  };
}
