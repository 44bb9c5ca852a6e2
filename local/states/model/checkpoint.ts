// Where a thread stands: what the store keeps of it, so that it can go on from there after a restart or a redrive.
//
// These values are stored as JSON: a field that is renamed here can no longer be read from an existing file.
import type { Json, JsonObject } from './json.ts';

/** When a Task times out, in milliseconds since 1970. */
export interface Deadlines {
  readonly timeoutAt: number | undefined;
  readonly heartbeatAt: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

/** How often the state has been retried: by each of its retriers, and in all. */
export interface Attempts {
  readonly retries: readonly number[];
  readonly retryCount: number;
}

/** How far a state has come, as far as it cannot simply be run again. */
export type Progress =
  | { readonly kind: 'entered' }
  | { readonly kind: 'waiting'; readonly until: number }
  | ({ readonly kind: 'retrying'; readonly until: number } & Attempts)
  | ({ readonly kind: 'calling' } & Attempts)
  /** A Task waits for something that outlives the engine: an answer under a task token, a child execution. */
  | ({ readonly kind: 'pending'; readonly handle: string; readonly due: Deadlines } & Attempts)
  /** A Parallel or an inline Map; `given` is the branches' input or the items where an expression gave them. */
  | ({ readonly kind: 'inside'; readonly startedEventId: number; readonly given?: Json } & Attempts)
  /** A distributed Map, whose children are in the store; `redriven` until its Map Run has been redriven too. */
  | ({
      readonly kind: 'mapping';
      readonly startedEventId: number;
      readonly mapRun: string;
      readonly redriven?: true;
    } & Attempts);

/** The state that the thread is in. */
export interface EnteredState {
  readonly state: string;
  readonly input: Json;
  readonly eventId: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly progress: Progress;
}

/** How a thread ended: with an output, with an error, or because it was stopped. */
export type ThreadEnd =
  | { readonly output: Json }
  | { readonly failure: { readonly error?: string; readonly cause?: string } }
  | { readonly stopped: true };

export interface Checkpoint {
  /** The last event of the thread. */
  readonly previousEventId: number;
  /** Those that the thread itself has assigned. */
  readonly variables?: JsonObject;
  /** Undefined before the thread has entered its first state, and when it has given its output. */
  readonly entered?: EnteredState;
  readonly end?: ThreadEnd;
}

/** What an execution sees of its threads. */
export interface CheckpointedThread {
  /** See Thread. */
  readonly path: string;
  readonly checkpoint: Checkpoint;
}
