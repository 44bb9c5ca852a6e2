// A thread: a sequence of states under way. The execution has one, and so has each branch of a Parallel and each
// iteration of an inline Map.
import type { Cancellation } from '../model/cancellation.ts';
import type { Checkpoint, EnteredState, Progress, ThreadEnd } from '../model/checkpoint.ts';
import type { EventDetails, HistoryEvent } from '../model/history.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Execution } from './execution.ts';

/** `$states.context.Map.Item`, for an iteration's `ItemSelector`. */
export interface MapItem {
  readonly Index: number;
  /** Of an item that is a pair of an object. */
  readonly Key?: string;
  readonly Value: Json;
  /** Where the items of a distributed Map come from: `STATE_DATA`, or the bucket or object in S3. */
  readonly Source?: string;
}

/** What an inner thread begins with. */
interface Outer {
  readonly variables: JsonObject;
  readonly previousEventId: number;
}

/** Types of states that record an event of their own when their thread is stopped while they are under way. */
const ABORTABLE = ['Task', 'Wait', 'Map', 'Parallel'];

export class Thread {
  readonly execution: Execution;
  readonly kind: 'execution' | 'branch' | 'iteration';
  /** Its path in the tree of threads: empty for the execution's own, `/2/0` for the first one in its third. */
  readonly path: string;
  readonly cancellation: Cancellation;
  /** Its checkpoint in the store when the engine was started; undefined for a thread that begins now. */
  readonly restored: Checkpoint | undefined;
  /** Replaced, not changed, by assignments: an inner thread keeps the variables that it was given. */
  variables: JsonObject;
  previousEventId: number;
  /** The type of the state that it is in. */
  stateType: string | undefined;
  /** The threads inside this one that are under way. */
  readonly innerThreads = new Set<Thread>();
  /** `mapIteration…EventDetails` of an iteration that has begun. */
  iterationDetails: EventDetails | undefined;
  #stopped = false;
  #ownVariables: JsonObject;
  #entered: EnteredState | undefined;
  #end: ThreadEnd | undefined;
  /** Whether its checkpoint does not say what it has recorded last. */
  #ahead = false;

  private constructor(
    execution: Execution,
    kind: Thread['kind'],
    path: string,
    cancellation: Cancellation,
    outer: Outer,
  ) {
    const restored = execution.takeRestored(path);
    this.execution = execution;
    this.kind = kind;
    this.path = path;
    this.cancellation = cancellation;
    this.restored = restored;
    this.#ownVariables = restored?.variables ?? {};
    this.variables = restored?.variables ? { ...outer.variables, ...restored.variables } : outer.variables;
    this.previousEventId = restored?.previousEventId ?? outer.previousEventId;
    this.#entered = restored?.entered;
    this.#end = restored?.end;
  }

  static ofExecution(execution: Execution, variables: JsonObject = {}): Thread {
    const outer = { variables, previousEventId: 0 };
    return new Thread(execution, 'execution', '', execution.cancellation, outer);
  }

  /**
   * The thread inside this one with that index. It begins with this one's variables; those that it assigns are lost
   * at its end. `group` cancels it together with its siblings.
   */
  inner(kind: 'branch' | 'iteration', index: number, group: Cancellation): Thread {
    return new Thread(this.execution, kind, `${this.path}/${index}`, group, this);
  }

  /** Adds an event, which the next one follows, and gives its id. A stopped thread records no further events. */
  record(type: HistoryEvent['type'], details?: EventDetails): number {
    if (!this.#stopped) this.previousEventId = this.recordWithoutAdvancing(type, details);
    return this.previousEventId;
  }

  /** Adds an event that the next one does not follow: both follow the same event. Gives its id. */
  recordWithoutAdvancing(
    type: HistoryEvent['type'],
    details?: EventDetails,
    previousEventId = this.previousEventId,
  ): number {
    this.#ahead = true;
    return this.execution.record(previousEventId, type, details);
  }

  /**
   * The failure of a sibling stops this thread and those inside it. What each was doing is recorded as aborted, in
   * events that follow the failure's; without `failureEventId` nothing is recorded.
   */
  stop(failureEventId: number | undefined): void {
    if (this.#end) return;
    if (failureEventId !== undefined) this.#recordAborted(failureEventId);
    for (const thread of this.innerThreads) thread.stop(failureEventId);
    this.end({ stopped: true });
    this.#stopped = true;
  }

  #recordAborted(failureEventId: number): void {
    const record = (type: HistoryEvent['type'], details?: EventDetails) =>
      this.recordWithoutAdvancing(type, details, failureEventId);
    if (this.iterationDetails) {
      record('MapIterationAborted', { mapIterationAbortedEventDetails: this.iterationDetails });
    }
    if (this.#entered?.progress.kind === 'mapping') record('MapRunAborted');
    if (this.stateType !== undefined && ABORTABLE.includes(this.stateType)) {
      record(`${this.stateType}StateAborted` as HistoryEvent['type']); // each of them has such an event
    }
  }

  /** What is evaluated now. No write stores the thread with events that its checkpoint does not agree with. */
  evaluating<T>(work: Promise<T>): Promise<T> {
    return this.#ahead ? this.execution.hold(work) : work;
  }

  /** Has the thread stored before its first state, as it has recorded an event already. */
  begin(): void {
    this.#changed();
  }

  enter(entered: EnteredState): void {
    if (this.#stopped) return;
    this.#entered = entered;
    this.#changed();
  }

  setProgress(progress: Progress): void {
    if (!this.#entered || this.#stopped) return;
    this.#entered = { ...this.#entered, progress };
    this.#changed();
  }

  assign(assigned: JsonObject): void {
    this.variables = { ...this.variables, ...assigned };
    this.#ownVariables = this.kind === 'execution' ? this.variables : { ...this.#ownVariables, ...assigned };
  }

  end(end: ThreadEnd): void {
    if (this.#stopped) return;
    this.#end = end;
    this.#changed();
  }

  #changed(): void {
    this.#ahead = false;
    this.execution.checkpointChanged(this);
  }

  /** Deletes the checkpoints of the threads inside: their state is entered anew, or has been exited. */
  forgetInner(): void {
    this.execution.forgetInner(this.path);
  }

  get checkpoint(): Checkpoint {
    const { previousEventId } = this;
    const end = this.#end;
    if (end && 'output' in end) return { previousEventId, end };
    return {
      previousEventId,
      ...(Object.keys(this.#ownVariables).length > 0 && { variables: this.#ownVariables }),
      ...(this.#entered && { entered: this.#entered }),
      ...(end && { end }),
    };
  }
}
