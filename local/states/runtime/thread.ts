// One line of states under way: the execution's own, a branch of a Parallel, an iteration of a Map.
import type { Cancellation } from '../model/cancellation.ts';
import type { Checkpoint, EnteredState, LineEnd, Progress } from '../model/checkpoint.ts';
import type { EventDetails, HistoryEvent } from '../model/history.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Execution } from './execution.ts';

/** `$states.context.Map.Item` of an iteration. */
export interface MapItem {
  readonly Index: number;
  /** Of an item that is a pair of an object. */
  readonly Key?: string;
  readonly Value: Json;
  /** Where the items of a distributed Map are from: `STATE_DATA`, or what was read in S3. */
  readonly Source?: string;
}

interface Outer {
  readonly variables: JsonObject;
  readonly previousEventId: number;
}

/** States that say so when their line is stopped while they have not ended. */
const ABORTABLE = ['Task', 'Wait', 'Map', 'Parallel'];

export class Thread {
  readonly execution: Execution;
  readonly kind: 'execution' | 'branch' | 'iteration';
  /** Its place among the execution's lines: empty for the execution's own, `/2/0` for the first in its third. */
  readonly place: string;
  readonly cancellation: Cancellation;
  readonly mapItem: MapItem | undefined;
  /** What the store had of it when the engine was started; undefined for a line that begins now. */
  readonly before: Checkpoint | undefined;
  /** Assigning replaces it: an inner flow that was given the earlier one keeps seeing that. */
  variables: JsonObject;
  previousEventId: number;
  /** The type of the state that it is in. */
  stateType: string | undefined;
  /** The lines below it that are under way. */
  readonly running = new Set<Thread>();
  /** `mapIteration…EventDetails` of an iteration that has begun. */
  iteration: EventDetails | undefined;
  #stopped = false;
  #own: JsonObject;
  #entered: EnteredState | undefined;
  #end: LineEnd | undefined;

  private constructor(
    execution: Execution,
    kind: Thread['kind'],
    place: string,
    cancellation: Cancellation,
    outer: Outer,
    mapItem: MapItem | undefined,
  ) {
    const before = execution.takeBefore(place);
    this.execution = execution;
    this.kind = kind;
    this.place = place;
    this.cancellation = cancellation;
    this.mapItem = mapItem;
    this.before = before;
    this.#own = before?.variables ?? {};
    this.variables = before?.variables ? { ...outer.variables, ...before.variables } : outer.variables;
    this.previousEventId = before?.previousEventId ?? outer.previousEventId;
    this.#entered = before?.entered;
    this.#end = before?.end;
  }

  static ofExecution(execution: Execution, variables: JsonObject = {}): Thread {
    const outer = { variables, previousEventId: 0 };
    return new Thread(execution, 'execution', '', execution.cancellation, outer, undefined);
  }

  /**
   * The line below this one with that index, which begins with its variables and ends with its own forgotten.
   * `group` stops it together with those beside it.
   */
  inner(kind: 'branch' | 'iteration', index: number, group: Cancellation, mapItem = this.mapItem): Thread {
    return new Thread(this.execution, kind, `${this.place}/${index}`, group, this, mapItem);
  }

  /** Adds an event to this line. One that was stopped has had its say. */
  record(type: HistoryEvent['type'], details?: EventDetails): number {
    if (!this.#stopped) this.previousEventId = this.recordAside(type, details);
    return this.previousEventId;
  }

  /** Adds an event that the next one does not follow: it follows what this one does. */
  recordAside(
    type: HistoryEvent['type'],
    details?: EventDetails,
    previousEventId = this.previousEventId,
  ): number {
    return this.execution.record(previousEventId, type, details);
  }

  /**
   * Another line's failure stops this one, and those below it: what each was in the middle of is aborted, in events
   * that follow the failure's. Without one nothing is told of it.
   */
  stop(failureEventId: number | undefined): void {
    if (this.#end) return;
    if (failureEventId !== undefined) {
      const tell = (type: HistoryEvent['type'], details?: EventDetails) =>
        this.recordAside(type, details, failureEventId);
      if (this.iteration) tell('MapIterationAborted', { mapIterationAbortedEventDetails: this.iteration });
      if (this.#entered?.progress.kind === 'mapping') tell('MapRunAborted');
      if (this.stateType !== undefined && ABORTABLE.includes(this.stateType)) {
        tell(`${this.stateType}StateAborted` as HistoryEvent['type']); // each of them has such an event
      }
    }
    for (const line of this.running) line.stop(failureEventId);
    this.end({ stopped: true });
    this.#stopped = true;
  }

  /** It has an event before its first state: a restart must know of it. */
  begin(): void {
    this.execution.note(this);
  }

  enter(entered: EnteredState): void {
    if (this.#stopped) return;
    this.#entered = entered;
    this.execution.note(this);
  }

  setProgress(progress: Progress): void {
    if (!this.#entered || this.#stopped) return;
    this.#entered = { ...this.#entered, progress };
    this.execution.note(this);
  }

  assign(assigned: JsonObject): void {
    this.variables = { ...this.variables, ...assigned };
    this.#own = this.kind === 'execution' ? this.variables : { ...this.#own, ...assigned };
  }

  end(end: LineEnd): void {
    if (this.#stopped) return;
    this.#end = end;
    this.execution.note(this);
  }

  /** The lines below are over: their state begins anew, or has been left. */
  forgetInner(): void {
    this.execution.forgetInner(this.place);
  }

  get checkpoint(): Checkpoint {
    const { previousEventId } = this;
    const end = this.#end;
    if (end && 'output' in end) return { previousEventId, end };
    return {
      previousEventId,
      ...(Object.keys(this.#own).length > 0 && { variables: this.#own }),
      ...(this.#entered && { entered: this.#entered }),
      ...(end && { end }),
    };
  }
}
