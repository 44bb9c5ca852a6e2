// Where a line of states stands: what the store keeps of it, so that a restart or a redrive goes on from there.
import type { Json, JsonObject } from './json.ts';

/** When a Task is given up. Milliseconds since 1970. */
export interface Due {
  readonly timeoutAt: number | undefined;
  readonly heartbeatAt: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

/** How often the state has been tried again: by each of its retriers, and in all. */
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
  /** A Task waits for something that outlives the engine: an answer under a token, a child execution. */
  | ({ readonly kind: 'pending'; readonly handle: string; readonly due: Due } & Attempts)
  /** A Parallel or an inline Map; `given` is the branches' input or the items where an expression gave them. */
  | ({ readonly kind: 'inside'; readonly startedEventId: number; readonly given?: Json } & Attempts)
  /** A distributed Map: its children are in the store; `redriven` until its Map Run is. */
  | ({
      readonly kind: 'mapping';
      readonly startedEventId: number;
      readonly mapRun: string;
      readonly redriven?: true;
    } & Attempts);

/** The state that the line is in. */
export interface EnteredState {
  readonly state: string;
  readonly input: Json;
  readonly eventId: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly progress: Progress;
}

/** How a line ended: with an output, with an error, or because it was stopped. */
export type LineEnd =
  | { readonly output: Json }
  | { readonly failure: { readonly error?: string; readonly cause?: string } }
  | { readonly stopped: true };

export interface Checkpoint {
  /** The last event on the line. */
  readonly previousEventId: number;
  /** Those that the line itself has assigned. */
  readonly variables?: JsonObject;
  /** Undefined before it has entered its first state, and when it has given its output. */
  readonly entered?: EnteredState;
  readonly end?: LineEnd;
}

/** What an execution sees of its threads: where each stands, by its path. */
export interface CheckpointedThread {
  readonly place: string;
  readonly checkpoint: Checkpoint;
}
