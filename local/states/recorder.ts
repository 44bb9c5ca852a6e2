// Writes what executions record, many of them in one transaction.
import type { Execution, Journal } from './execution.ts';
import type { ProgressRow } from './store/executions.ts';
import type { Store } from './store/store.ts';

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
  readonly #dirty = new Set<Execution>();
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
    this.#dirty.add(execution);
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
    if (this.#dirty.size === 0) return;
    const executions = [...this.#dirty];
    const rows = executions.map(progressRow);
    this.#store.executions.saveProgress(rows);
    this.#dirty.clear();
    for (const execution of executions) execution.saved();
    if (rows.some(({ statusEvents }) => statusEvents.length > 0)) this.#onStatusEvents();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { resolve } of waiting) resolve();
  }

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
