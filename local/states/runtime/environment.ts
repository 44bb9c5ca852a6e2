// What states need from outside of their execution.
import type { EventsClient } from '../clients/events-client.ts';
import type { LambdaClient } from '../clients/lambda-client.ts';
import type { S3Objects } from '../clients/s3-client.ts';
import type { Random } from '../language/functions.ts';
import type { Sandbox } from '../language/sandbox.ts';
import type { Clock } from '../model/clock.ts';
import type { ExecutionRow } from '../store/rows.ts';
import type { TaskTokens } from './task-tokens.ts';

export interface StartRequest {
  /** Of a state machine, or of one of its versions or aliases. */
  readonly stateMachineArn: string;
  readonly name: string | undefined;
  /** JSON text. */
  readonly input: string;
  readonly traceHeader: string | undefined;
}

export interface Started {
  readonly arn: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** Starts, finds and stops executions: for the API and for tasks that start executions. */
export interface Executions {
  /** Throws ServiceError. */
  start(request: StartRequest): Promise<Started>;
  find(arn: string): ExecutionRow | undefined;
  /** Resolves when it has ended or is suspended; with undefined when there is none. */
  ended(arn: string): Promise<ExecutionRow | undefined>;
  /** As StopExecution does. */
  stop(arn: string, cause: string): void;
}

export interface Environment {
  readonly clock: Clock;
  readonly random: Random;
  readonly sandbox: Sandbox;
  readonly lambda: LambdaClient;
  readonly s3: S3Objects;
  readonly events: EventsClient;
  readonly tokens: TaskTokens;
  readonly executions: Executions;
  readonly region: string;
}
