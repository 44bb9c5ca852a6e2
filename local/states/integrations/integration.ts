// What a Task's Resource names: the call itself and the events that record it.
import type { Cancellation } from '../model/cancellation.ts';
import { type EventDetails, failureDetails, inputDetails, outputDetails } from '../model/history.ts';
import type { Json } from '../model/json.ts';
import type { Environment } from '../runtime/environment.ts';
import type { Thread } from '../runtime/thread.ts';

/** The call failed: the error's name and its cause, as Retry, Catch and the history have them. */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';
  readonly error: string | undefined;
  readonly causeText: string | undefined;

  constructor(error: string | undefined, causeText: string | undefined) {
    super(causeText ?? error ?? 'The task failed');
    this.error = error;
    this.causeText = causeText;
  }
}

export interface Limits {
  readonly timeoutInSeconds?: number;
  readonly heartbeatInSeconds?: number;
}

/** One call under way, as the integration sees it. */
export interface Call {
  readonly thread: Thread;
  readonly environment: Environment;
  /** Cancelled when the task has timed out, or when its thread is stopped. */
  readonly cancellation: Cancellation;
  /** `$states.context.Task.Token` of a task that waits for its answer under a token. */
  readonly token: string | undefined;
  /** Restarts the period of HeartbeatSeconds. */
  heartbeat(): void;
  /** From now on the task waits for something that `resume` finds by this handle after a restart. */
  pending(handle: string): void;
}

export interface Integration {
  readonly events: TaskEvents;
  /** Fields that Arguments must have. */
  readonly required?: readonly string[];
  /** A pattern that waits beyond the first answer, which Express state machines do not support. */
  readonly pattern?: '.sync' | '.waitForTaskToken';
  /** Throws TaskFailure; Cancelled when the call is cancelled before the answer. */
  call(args: Json, call: Call): Promise<Json>;
  /** After a restart, waits on for what `pending` was called with. */
  resume?(handle: string, call: Call): Promise<Json>;
  /** The failure, as AWS reports it, of a call whose answer was lost in a restart: a Retry may match it. */
  lost(): TaskFailure;
}

export interface TaskEvents {
  scheduled(thread: Thread, args: string, limits: Limits): void;
  started(thread: Thread): void;
  /** The first answer of a task that goes on waiting. */
  submitted(thread: Thread, output: string): void;
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
    submitted: (thread, output) =>
      thread.record('TaskSubmitted', { taskSubmittedEventDetails: { ...task, ...outputDetails(output) } }),
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
    submitted: () => {},
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
