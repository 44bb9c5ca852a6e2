// Writes what executions record, many of them in one transaction.
//
// What it guarantees: StartExecution is answered when the execution is in the store. A Task's call is made when all that
// led to it is there. What runs in between, in one turn of the event loop, is written together at the end of the turn:
// no effect outside and no answer has come of it before. A write is whole or not at all, and survives a kill.
import type { Execution, Journal } from '../runtime/execution.ts';
import type { ProgressRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

/** When the disk refuses a write, it is tried again after this long; until then nothing goes on. */
const RETRY_MS = 1000;

interface Waiting {
  resolve(): void;
  /** Told of a write that failed; without it, it waits for one that does not. */
  readonly reject?: (error: unknown) => void;
}

export class Recorder implements Journal {
  readonly #store: Store;
  readonly #onError: (error: unknown) => void;
  readonly #onStatusEvents: () => void;
  /** By their ARNs. */
  readonly #dirty = new Map<string, Execution>();
  /** Status change events that need not be kept any longer. */
  #acknowledged: number[] = [];
  #scheduled = false;
  #waiting: Waiting[] = [];
  #retry: NodeJS.Timeout | undefined;

  /** `onStatusEvents` is told when status change events have been stored. */
  constructor(store: Store, onStatusEvents: () => void, onError: (error: unknown) => void) {
    this.#store = store;
    this.#onStatusEvents = onStatusEvents;
    this.#onError = onError;
  }

  /** The execution has something new; it is written with everything else of this turn of the event loop. */
  touch(execution: Execution): void {
    this.#dirty.set(execution.identity.arn, execution);
    this.#schedule();
  }

  /** A status change event has been delivered. That is written too with the next turn: until then it may come again. */
  acknowledge(statusEvent: number): void {
    this.#acknowledged.push(statusEvent);
    this.#schedule();
  }

  holds(arn: string): boolean {
    return this.#dirty.has(arn);
  }

  drop(execution: Execution): void {
    this.#dirty.delete(execution.identity.arn);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#write());
  }

  committed(): Promise<void> {
    if (this.#dirty.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ resolve }));
  }

  written(): Promise<void> {
    if (this.#dirty.size === 0) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #flush(): void {
    const executions = [...this.#dirty.values()];
    const rows = executions.map(progressRow);
    if (rows.length > 0 || this.#acknowledged.length > 0)
      this.#store.executions.saveProgress(rows, this.#acknowledged);
    this.#acknowledged = [];
    this.#dirty.clear();
    for (const execution of executions) execution.saved();
    if (rows.some(({ statusEvents }) => statusEvents.length > 0)) this.#onStatusEvents();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { resolve } of waiting) resolve();
  }

  /** Writes what there is. */
  close(): void {
    clearTimeout(this.#retry);
    this.#flush();
  }

  #write(): void {
    this.#scheduled = false;
    try {
      this.#flush();
    } catch (error) {
      this.#onError(error);
      const waiting = this.#waiting;
      this.#waiting = waiting.filter(({ reject }) => !reject);
      for (const { reject } of waiting) reject?.(error);
      this.#scheduled = true;
      this.#retry = setTimeout(() => this.#write(), RETRY_MS);
    }
  }
}

function progressRow(execution: Execution): ProgressRow {
  return {
    executionId: execution.identity.id,
    ...execution.unsaved,
    end: execution.end,
  };
}
