// A running execution: its place in the flow, its events, and what its states may use.
import { Cancellation } from '../model/cancellation.ts';
import type { Checkpoint, CheckpointedThread } from '../model/checkpoint.ts';
import { ErrorName, StateFailure } from '../model/errors.ts';
import type { ExecutionIdentity } from '../model/execution-identity.ts';
import { type EventDetails, type HistoryEvent, MAX_EVENTS } from '../model/history.ts';
import { type Json, parseJson } from '../model/json.ts';
import type { Before, Birth, ExecutionEnd, MapRunRow, Redrive, Unsaved } from '../store/rows.ts';
import type { Environment } from './environment.ts';

/**
 * Where an execution's events go: the recorder, or nowhere for an Express execution. Writing waits for a turn of the
 * event loop of its own: between two turns each line's checkpoint tells all that its events do.
 */
export interface Journal {
  /** The execution has something new to be written. */
  touch(execution: Execution): void;
  /** Resolves when everything touched so far is in the store, however long the disk refuses it. */
  committed(): Promise<void>;
  /** As `committed`, but throws what the store threw when it could not write: for an answer that is waited for. */
  written(): Promise<void>;
  /** Whether there is something of that execution that is not in the store. */
  holds(arn: string): boolean;
  /** Nothing of it is to be written: it was refused when it was to be started. */
  drop(execution: Execution): void;
}

/** Of executions that leave nothing behind. */
export const NOWHERE: Journal = {
  touch: () => {},
  committed: () => Promise.resolve(),
  written: () => Promise.resolve(),
  holds: () => false,
  drop: () => {},
};

const NOTHING: Before = { lastEventId: 0, threads: new Map() };

/** A loop of states without any effect still lets timers, requests and other executions in. */
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
  /** Not yet in the store. */
  #events: HistoryEvent[] = [];
  readonly #changed = new Map<string, CheckpointedThread>();
  #forgotten: string[] = [];
  /** Where its lines stood when the engine was started, as far as they have not been gone on with. */
  readonly #before: Map<string, Checkpoint>;
  #storedInner: boolean;
  #end: ExecutionEnd | undefined;
  /** Its row, as long as it is not in the store. */
  birth: Birth | undefined;
  /** That it has been redriven, as long as that is not in the store. */
  redrive: Redrive | undefined;
  readonly #mapRuns = new Map<string, MapRunRow>();
  /** Status change events, JSON texts, to be stored with the next write. */
  #statusEvents: string[] = [];

  constructor(
    identity: ExecutionIdentity,
    environment: Environment,
    journal: Journal,
    before: Before = NOTHING,
  ) {
    this.identity = identity;
    this.input = parseJson(identity.input);
    this.environment = environment;
    this.#journal = journal;
    this.#lastEventId = before.lastEventId;
    this.#before = new Map(before.threads);
    this.#storedInner = this.#before.size > 1;
  }

  get end(): ExecutionEnd | undefined {
    return this.#end;
  }

  finish(end: ExecutionEnd): void {
    this.#end = end;
    this.#journal.touch(this);
  }

  get lastEventId(): number {
    return this.#lastEventId;
  }

  /** Adds an event and gives its id. Nothing is added once it has ended or is suspended. Throws StateFailure. */
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
    this.#journal.touch(this);
    return id;
  }

  /** A status change event to be delivered once it is in the store. */
  emit(statusEvent: string): void {
    this.#statusEvents.push(statusEvent);
    this.#journal.touch(this);
  }

  /** What is not in the store yet. */
  get unsaved(): Unsaved {
    return {
      events: this.#events,
      threads: Array.from(this.#changed, ([place, thread]) => [place, thread.checkpoint] as const),
      forgotten: this.#forgotten,
      statusEvents: this.#statusEvents,
      mapRuns: [...this.#mapRuns.values()],
      birth: this.birth,
      redrive: this.redrive,
    };
  }

  /** All of `unsaved` is in the store now. */
  saved(): void {
    this.birth = undefined;
    this.redrive = undefined;
    this.#mapRuns.clear();
    this.#events = [];
    this.#statusEvents = [];
    this.#forgotten = [];
    if (this.#changed.size > (this.#changed.has('') ? 1 : 0)) this.#storedInner = true;
    this.#changed.clear();
  }

  /** A Map Run of its own, to be written with what it records of it; also when the execution has ended. */
  saveMapRun(row: MapRunRow): void {
    if (this.#suspended) return;
    this.#mapRuns.set(row.arn, row);
    this.#journal.touch(this);
  }

  /** A line has gone on: its checkpoint is to be written. */
  note(thread: CheckpointedThread): void {
    if (this.identity.type === 'EXPRESS' || this.#end || this.#suspended) return;
    this.#changed.set(thread.place, thread);
    this.#journal.touch(this);
  }

  /** What lies below the line at that place is over. */
  forgetInner(place: string): void {
    if (this.identity.type === 'EXPRESS' || this.#end || this.#suspended) return;
    const inner = `${place}/`;
    for (const lines of [this.#changed, this.#before]) {
      for (const known of lines.keys()) if (known.startsWith(inner)) lines.delete(known);
    }
    if (this.#storedInner) this.#forgotten.push(place);
  }

  before(place: string): Checkpoint | undefined {
    return this.#before.get(place);
  }

  /** Gives what is known of the line from before, once. */
  takeBefore(place: string): Checkpoint | undefined {
    const before = this.#before.get(place);
    if (before) this.#before.delete(place);
    return before;
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
