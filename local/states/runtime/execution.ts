// A running execution: its events, the checkpoints of its threads, and what its states may use.
import { Cancellation } from '../model/cancellation.ts';
import type { Checkpoint, CheckpointedThread } from '../model/checkpoint.ts';
import { ErrorName, StateFailure } from '../model/errors.ts';
import type { ExecutionIdentity } from '../model/execution-identity.ts';
import { type EventDetails, type HistoryEvent, MAX_EVENTS } from '../model/history.ts';
import { type Json, parseJson } from '../model/json.ts';
import type { ExecutionEnd, MapRunRow, NewRow, Redrive, RestorePoint, Unsaved } from '../store/rows.ts';
import type { Environment } from './environment.ts';

/**
 * Where an execution's events go: the recorder, or nowhere for an Express execution. A write takes place between two
 * turns of the event loop, when the checkpoint of each thread agrees with its events; where it does not, the execution is
 * held, and written later.
 */
export interface Journal {
  /** The execution has something new to be written. */
  markDirty(execution: Execution): void;
  /**
   * Resolves when everything marked so far is in the store, however long the disk refuses it; of executions that are
   * held, only that with the ARN `of` is waited for.
   */
  committed(of?: string): Promise<void>;
  /** As `committed`, but rejects with what the store threw: for a request that waits for the write. */
  written(of?: string): Promise<void>;
  /** Whether something of that execution is not in the store yet. */
  hasUnwritten(arn: string): boolean;
  /** Writes nothing of the execution: the request to start it was refused. */
  discard(execution: Execution): void;
}

/** For executions that are not stored. */
export const NO_JOURNAL: Journal = {
  markDirty: () => {},
  committed: () => Promise.resolve(),
  written: () => Promise.resolve(),
  hasUnwritten: () => false,
  discard: () => {},
};

const START: RestorePoint = { lastEventId: 0, threads: new Map() };

/** After so many transitions timers, requests and other executions get their turn, also where no state waits. */
const TRANSITIONS_A_TURN = 50;

export class Execution {
  readonly identity: ExecutionIdentity;
  readonly environment: Environment;
  readonly cancellation = new Cancellation();
  /** The value of identity.input. */
  readonly input: Json;
  readonly #journal: Journal;
  #lastEventId: number;
  #transitions = 0;
  #suspended = false;
  /** Under way between an event and the checkpoint that agrees with it. */
  readonly #holding = new Set<Promise<unknown>>();
  /** Not yet in the store. */
  #events: HistoryEvent[] = [];
  /** Threads whose checkpoints are newer than in the store, by their paths. */
  readonly #changed = new Map<string, CheckpointedThread>();
  #forgotten: string[] = [];
  /** The checkpoints of its threads when the engine was started, until each thread is resumed. */
  readonly #restored: Map<string, Checkpoint>;
  /** Whether the store may have checkpoints of inner threads. */
  #storedInner: boolean;
  #end: ExecutionEnd | undefined;
  /** Its row, until that is in the store. */
  newRow: NewRow | undefined;
  /** Its last redrive, until that is in the store. */
  redrive: Redrive | undefined;
  readonly #mapRuns = new Map<string, MapRunRow>();
  /** Status change events, JSON texts, to be stored with the next write. */
  #statusEvents: string[] = [];

  constructor(
    identity: ExecutionIdentity,
    environment: Environment,
    journal: Journal,
    { lastEventId, threads }: RestorePoint = START,
  ) {
    this.identity = identity;
    this.input = parseJson(identity.input);
    this.environment = environment;
    this.#journal = journal;
    this.#lastEventId = lastEventId;
    this.#restored = new Map(threads);
    this.#storedInner = this.#restored.size > 1;
  }

  get end(): ExecutionEnd | undefined {
    return this.#end;
  }

  finish(end: ExecutionEnd): void {
    this.#end = end;
    this.#journal.markDirty(this);
  }

  get lastEventId(): number {
    return this.#lastEventId;
  }

  /** Adds an event and gives its id. Adds nothing once the execution has ended or is suspended. Throws StateFailure. */
  record(previousEventId: number, type: HistoryEvent['type'], details?: EventDetails): number {
    if (this.#end || this.#suspended) return this.#lastEventId;
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
    if (this.identity.type === 'EXPRESS') return id;
    this.#events.push({ id, previousEventId, timestamp: this.environment.clock.now(), type, ...details });
    this.#journal.markDirty(this);
    return id;
  }

  /** Stores a status change event, to be delivered after that. */
  emit(statusEvent: string): void {
    this.#statusEvents.push(statusEvent);
    this.#journal.markDirty(this);
  }

  /** What is not in the store yet. */
  get unsaved(): Unsaved {
    return {
      events: this.#events,
      threads: Array.from(this.#changed, ([path, thread]) => [path, thread.checkpoint] as const),
      forgotten: this.#forgotten,
      statusEvents: this.#statusEvents,
      mapRuns: [...this.#mapRuns.values()],
      newRow: this.newRow,
      redrive: this.redrive,
    };
  }

  /** To be called when all of `unsaved` is in the store. */
  saved(): void {
    this.newRow = undefined;
    this.redrive = undefined;
    this.#mapRuns.clear();
    this.#events = [];
    this.#statusEvents = [];
    this.#forgotten = [];
    if (this.#changed.size > (this.#changed.has('') ? 1 : 0)) this.#storedInner = true;
    this.#changed.clear();
  }

  /** Stores a Map Run together with the events about it; also when the execution has ended. */
  saveMapRun(row: MapRunRow): void {
    if (this.#suspended) return;
    this.#mapRuns.set(row.arn, row);
    this.#journal.markDirty(this);
  }

  /** The thread has advanced: its checkpoint is to be written. */
  checkpointChanged(thread: CheckpointedThread): void {
    if (this.identity.type === 'EXPRESS' || this.#end || this.#suspended) return;
    this.#changed.set(thread.path, thread);
    this.#journal.markDirty(this);
  }

  /** Deletes the checkpoints of all threads inside the one at that path. */
  forgetInner(path: string): void {
    if (this.identity.type === 'EXPRESS' || this.#end || this.#suspended) return;
    const inner = `${path}/`;
    for (const threads of [this.#changed, this.#restored]) {
      for (const known of threads.keys()) if (known.startsWith(inner)) threads.delete(known);
    }
    if (this.#storedInner) this.#forgotten.push(path);
  }

  /** The checkpoint of a thread from before the engine was started, until the thread is resumed. */
  restored(path: string): Checkpoint | undefined {
    return this.#restored.get(path);
  }

  /** As `restored`, for the thread that is resumed: a second one at that path begins anew. */
  takeRestored(path: string): Checkpoint | undefined {
    const checkpoint = this.#restored.get(path);
    if (checkpoint) this.#restored.delete(path);
    return checkpoint;
  }

  /** Stops it where it is, to go on after a restart: nothing that it does while it unwinds is recorded. */
  suspend(): void {
    this.#suspended = true;
    this.cancellation.cancel();
  }

  get suspended(): boolean {
    return this.#suspended;
  }

  /** Holds the execution until the promise is settled: the thread that awaits it has recorded what its checkpoint does not say. */
  hold<T>(work: Promise<T>): Promise<T> {
    if (this.identity.type === 'EXPRESS') return work;
    const held = work.finally(() => {
      this.#holding.delete(held);
      this.#journal.markDirty(this);
    });
    this.#holding.add(held);
    return held;
  }

  /** Whether nothing of it may be written now. Its end is written at any time: no checkpoint is needed after it. */
  get held(): boolean {
    return this.#holding.size > 0 && !this.#end;
  }

  /** Resolves when what holds the execution at this moment is settled. */
  async released(): Promise<void> {
    await Promise.allSettled(this.#holding);
  }

  /** Resolves when everything recorded so far is in the store: awaited before every effect outside of the engine. */
  committed(): Promise<void> {
    return this.#journal.committed(this.identity.arn);
  }

  /** To be called at each transition; the promise, now and then, lets whatever else is ready run first. */
  yieldToEventLoop(): Promise<void> | undefined {
    if (++this.#transitions % TRANSITIONS_A_TURN !== 0) return undefined;
    return new Promise((resolve) => setImmediate(resolve));
  }
}
