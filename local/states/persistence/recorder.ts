// Writes what executions record, many of them in one transaction.
//
// What it guarantees: StartExecution is answered when the execution is in the store, and a Task's call is made when
// everything that led to it is there. What happens in one turn of the event loop is written in one transaction at the
// end of the turn; until then it has had no effect outside of the engine. A transaction survives a kill of the process.
import type { Execution, Journal } from '../runtime/execution.ts';
import type { ProgressRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

/** When the disk refuses a write, it is tried again after this long; executions that await the write wait. */
const RETRY_MS = 1000;

interface Waiter {
  /** The ARN of the execution that it waits for, also while that is held. */
  readonly of: string | undefined;
  resolve(): void;
  /** Called when a write fails; without it, the waiter waits for a write that succeeds. */
  readonly reject?: (error: unknown) => void;
}

export class Recorder implements Journal {
  readonly #store: Store;
  readonly #onError: (error: unknown) => void;
  readonly #onStatusEvents: () => void;
  /** By their ARNs. */
  readonly #dirty = new Map<string, Execution>();
  /** Ids of status change events that have been delivered, and are to be deleted. */
  #acknowledged: number[] = [];
  #scheduled = false;
  #waiting: Waiter[] = [];
  #retry: NodeJS.Timeout | undefined;

  /** `onStatusEvents` is called when status change events have been stored. */
  constructor(store: Store, onStatusEvents: () => void, onError: (error: unknown) => void) {
    this.#store = store;
    this.#onStatusEvents = onStatusEvents;
    this.#onError = onError;
  }

  markDirty(execution: Execution): void {
    this.#dirty.set(execution.identity.arn, execution);
    this.#schedule();
  }

  /** Deletes a status change event that has been delivered. After a kill before the next write it is delivered again. */
  acknowledge(statusEvent: number): void {
    this.#acknowledged.push(statusEvent);
    this.#schedule();
  }

  hasUnwritten(arn: string): boolean {
    return this.#dirty.has(arn);
  }

  discard(execution: Execution): void {
    this.#dirty.delete(execution.identity.arn);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#write());
  }

  committed(of?: string): Promise<void> {
    if (this.#dirty.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ of, resolve }));
  }

  written(of?: string): Promise<void> {
    if (this.#dirty.size === 0) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ of, resolve, reject }));
  }

  #flush(): void {
    const executions = [...this.#dirty.values()].filter(({ held }) => !held);
    const rows = executions.map(progressRow);
    if (rows.length > 0 || this.#acknowledged.length > 0)
      this.#store.executions.saveProgress(rows, this.#acknowledged);
    this.#acknowledged = [];
    for (const execution of executions) {
      this.#dirty.delete(execution.identity.arn);
      execution.saved();
    }
    if (rows.some(({ statusEvents }) => statusEvents.length > 0)) this.#onStatusEvents();
    const waiting = this.#waiting;
    const isHeld = ({ of }: Waiter) => of !== undefined && this.#dirty.has(of);
    this.#waiting = waiting.filter(isHeld);
    for (const waiter of waiting) if (!isHeld(waiter)) waiter.resolve();
  }

  /** Writes what is left. */
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
