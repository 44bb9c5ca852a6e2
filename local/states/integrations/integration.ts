// What a Task's Resource stands for: the call itself and the events that tell of it.
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
  /** Called when the task's time is over, or when its line of states is stopped. */
  readonly cancellation: Cancellation;
  /** `$states.context.Task.Token` of a task that waits for its answer under a token. */
  readonly token: string | undefined;
  /** The task gave a sign of life: HeartbeatSeconds begin anew. */
  heartbeat(): void;
  /** From now on it waits for something that a restart finds again by this name. */
  pending(handle: string): void;
}

export interface Integration {
  readonly events: TaskEvents;
  /** Fields that Arguments must have. */
  readonly required?: readonly string[];
  /** `.sync` or `.waitForTaskToken`: waits beyond the first answer, which Express state machines do not. */
  readonly pattern?: '.sync' | '.waitForTaskToken';
  /** Throws TaskFailure; Cancelled when the call's cancellation is called before the answer. */
  call(args: Json, call: Call): Promise<Json>;
  /** Waits on after a restart for what `pending` named. */
  resume?(handle: string, call: Call): Promise<Json>;
  /** What AWS makes of a call whose answer never came, because of a restart in between: a Retry may apply. */
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
