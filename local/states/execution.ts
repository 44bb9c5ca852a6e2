// A running execution: its place in the flow, its events, and what its states may use.
import { Cancellation } from './cancellation.ts';
import type { Clock } from './clock.ts';
import type { StateMachine } from './definition.ts';
import { ErrorName, StateFailure } from './errors.ts';
import type { Flow } from './flow.ts';
import type { Random } from './functions.ts';
import { type EventDetails, type HistoryEvent, MAX_EVENTS } from './history.ts';
import type { LambdaClient } from './integrations/lambda-client.ts';
import type { S3Objects } from './integrations/s3-client.ts';
import { type Json, type JsonObject, parseJson } from './json.ts';
import type { Batch, Child, MapRun } from './map-run.ts';
import type { Started, StartRequest } from './start-execution.ts';
import type { Birth, ExecutionRow, RunningExecution } from './store/executions.ts';
import type { MapRunRow } from './store/map-runs.ts';
import type { TaskTokens } from './task-tokens.ts';

/** Executions that tasks start. */
export interface Executions {
  /** Throws ServiceError. */
  start(request: StartRequest): Promise<Started>;
  /** Resolves when it has ended, or is suspended; undefined when there is none. */
  ended(arn: string): Promise<ExecutionRow | undefined>;
  /** As StopExecution does. */
  stop(arn: string): void;
}

/** Map Runs under way and the child executions that they start. */
export interface MapRuns {
  begin(run: MapRun): Promise<void>;
  find(arn: string): MapRunRow | undefined;
  /** Children that were there before a restart, by their places. */
  children(arn: string): ReadonlyMap<number, RunningExecution>;
  /** Runs a child, or goes on with one, and resolves when it has ended. Throws Cancelled. */
  child(start: ChildStart, cancellation: Cancellation): Promise<Child>;
  end(run: MapRun, status: MapRunRow['status']): void;
}

export interface ChildStart {
  readonly parent: Execution;
  readonly flow: Flow;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly mapRun: string;
  readonly batch: Batch;
  readonly known: RunningExecution | undefined;
}

/** What states need from outside. */
export interface Environment {
  readonly clock: Clock;
  readonly random: Random;
  readonly lambda: LambdaClient;
  readonly s3: S3Objects;
  readonly tokens: TaskTokens;
  readonly executions: Executions;
  readonly mapRuns: MapRuns;
  readonly region: string;
}

/** What does not change while an execution runs. */
export interface ExecutionIdentity {
  /** The store's key. */
  readonly id: number;
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly machineName: string;
  /** The published version that was started. */
  readonly version: number | undefined;
  /** The ARN of the alias that was started. */
  readonly alias: string | undefined;
  readonly roleArn: string;
  /** The key of the revision that it runs. */
  readonly revision: number;
  /** Of a child execution. */
  readonly mapRun?: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** JSON text. */
  readonly input: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** How far the state that was last entered has come, as far as it cannot simply be run again. */
export type Progress =
  | { readonly kind: 'entered' }
  | { readonly kind: 'waiting'; readonly until: number }
  | {
      readonly kind: 'retrying';
      readonly until: number;
      readonly retries: readonly number[];
      readonly retryCount: number;
    }
  | { readonly kind: 'calling'; readonly retries: readonly number[]; readonly retryCount: number }
  | {
      /** A distributed Map: its children are in the store. */
      readonly kind: 'mapping';
      readonly mapRun: string;
      readonly retries: readonly number[];
      readonly retryCount: number;
    }
  | {
      /** A Task waits for something that outlives the engine: an answer under a token, a child execution. */
      readonly kind: 'pending';
      readonly handle: string;
      readonly due: Due;
      readonly retries: readonly number[];
      readonly retryCount: number;
    };

/** When a Task is given up. Milliseconds since 1970. */
export interface Due {
  readonly timeoutAt: number | undefined;
  readonly heartbeatAt: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

/** The top-level state that was last entered: where an execution goes on after a restart. */
export interface Checkpoint {
  readonly state: string;
  readonly input: Json;
  readonly variables: JsonObject;
  readonly enteredEventId: number;
  readonly enteredAt: number;
  /** The last event on the top level's own line. */
  readonly previousEventId: number;
  readonly progress: Progress;
}

export type EndStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionEnd {
  readonly status: EndStatus;
  readonly stoppedAt: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** Where an execution's events go: the recorder, or nowhere for an Express execution. */
export interface Journal {
  /** The execution has something new to be written. */
  touch(execution: Execution): void;
  /** Resolves when everything touched so far is in the store. */
  committed(): Promise<void>;
  /** Writes at once: before anything is read from the store. */
  flush(): void;
}

/** A loop of states without any effect still lets timers, requests and other executions in. */
const TRANSITIONS_A_TURN = 50;

export class Execution {
  readonly identity: ExecutionIdentity;
  readonly machine: StateMachine;
  readonly environment: Environment;
  readonly cancellation = new Cancellation();
  /** The value of identity.input. */
  readonly input: Json;
  readonly #journal: Journal;
  #lastEventId: number;
  #transitions = 0;
  #suspended = false;
  /** Not yet in the store. */
  #events: HistoryEvent[] = [];
  checkpoint: Checkpoint | undefined;
  end: ExecutionEnd | undefined;
  /** Its row, as long as it is not in the store: that of a child execution is written with its first events. */
  birth: Birth | undefined;
  /** Status change events, JSON texts, to be stored with the next write. */
  #statusEvents: string[] = [];

  constructor(
    identity: ExecutionIdentity,
    machine: StateMachine,
    environment: Environment,
    journal: Journal,
    lastEventId = 0,
  ) {
    this.identity = identity;
    this.input = parseJson(identity.input);
    this.machine = machine;
    this.environment = environment;
    this.#journal = journal;
    this.#lastEventId = lastEventId;
  }

  get lastEventId(): number {
    return this.#lastEventId;
  }

  /** Adds an event and gives its id. Nothing is added once it has ended or is suspended. Throws StateFailure. */
  record(previousEventId: number, type: HistoryEvent['type'], details?: EventDetails): number {
    if (this.end || this.#suspended) return this.#lastEventId;
    // One is kept for the event that ends the execution.
    if (
      this.#lastEventId >= MAX_EVENTS - 1 &&
      this.identity.type === 'STANDARD' &&
      !type.startsWith('Execution')
    ) {
      throw new StateFailure(
        ErrorName.runtime,
        `The execution reached the maximum number of history events (${MAX_EVENTS}).`,
      );
    }
    const id = ++this.#lastEventId;
    this.#events.push({ id, previousEventId, timestamp: this.environment.clock.now(), type, ...details });
    this.#journal.touch(this);
    return id;
  }

  /** A status change event to be delivered once it is in the store. */
  emit(statusEvent: string): void {
    this.#statusEvents.push(statusEvent);
    this.#journal.touch(this);
  }

  /** What is not in the store yet. */
  get unsaved(): {
    readonly events: readonly HistoryEvent[];
    readonly statusEvents: readonly string[];
    readonly birth: Birth | undefined;
  } {
    return { events: this.#events, statusEvents: this.#statusEvents, birth: this.birth };
  }

  /** All of `unsaved` is in the store now. */
  saved(): void {
    this.birth = undefined;
    this.#events = [];
    this.#statusEvents = [];
  }

  /** `previousEventId` is the last event on the top level's own line. */
  setProgress(progress: Progress, previousEventId: number): void {
    if (!this.checkpoint || this.#suspended) return;
    this.checkpoint = { ...this.checkpoint, progress, previousEventId };
    this.#journal.touch(this);
  }

  /** Leaves it where it is, to go on after a restart: what it unwinds now is not part of its history. */
  suspend(): void {
    this.#suspended = true;
    this.cancellation.cancel();
  }

  get suspended(): boolean {
    return this.#suspended;
  }

  /** Resolves when everything recorded so far is in the store: asked before every effect outside. */
  committed(): Promise<void> {
    return this.#journal.committed();
  }

  /** Asked once a transition; now and then whatever else waits is to be let in first. */
  giveWay(): Promise<void> | undefined {
    if (++this.#transitions % TRANSITIONS_A_TURN !== 0) return undefined;
    return new Promise((resolve) => setImmediate(resolve));
  }
}
