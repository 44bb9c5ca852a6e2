// Deletes ended executions, the oldest first, by their age and by the size of the file.
import type { Clock } from '../model/clock.ts';
import type { EndedExecution, EndedStore } from '../store/ended.ts';

export interface Retention {
  /** After an execution's end; AWS keeps one for 90 days. */
  readonly days: number;
  /** Above this size of the store the oldest are deleted early. */
  readonly megabytes: number;
}

export const DEFAULT_RETENTION: Retention = { days: 90, megabytes: 1024 };

const DAY_MS = 24 * 60 * 60 * 1000;
const MB = 1024 * 1024;
const INTERVAL_MS = 10 * 60 * 1000;
const FIRST_DELAY_MS = 1000;
/** Executions in one transaction, during which nothing else is written; by size fewer, so as not to delete too many. */
const BATCH_BY_AGE = 100;
const BATCH_BY_SIZE = 10;
/** A store that has become too large is brought down to this share of its limit. */
const TARGET_SHARE = 0.9;

interface Dependencies {
  readonly ended: EndedStore;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
  /** Whether the execution is being redriven. */
  readonly isRunning: (arn: string) => boolean;
}

export class Pruner {
  readonly #retention: Retention;
  readonly #dependencies: Dependencies;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #pruning = Promise.resolve();

  constructor(retention: Retention, dependencies: Dependencies) {
    this.#retention = retention;
    this.#dependencies = dependencies;
    this.#timer = setTimeout(this.#prune, FIRST_DELAY_MS).unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#pruning;
  }

  readonly #prune = (): void => {
    this.#pruning = this.#pruneAll()
      .catch(this.#dependencies.onFault)
      .finally(() => {
        if (!this.#closed) this.#timer = setTimeout(this.#prune, INTERVAL_MS).unref();
      });
  };

  async #pruneAll(): Promise<void> {
    const { ended, clock } = this.#dependencies;
    const { days, megabytes } = this.#retention;
    const now = clock.now();
    await this.#pruneWhile(() => ended.oldest(now - days * DAY_MS, BATCH_BY_AGE));
    if (ended.usedBytes() > megabytes * MB) {
      await this.#pruneWhile(() =>
        ended.usedBytes() > megabytes * MB * TARGET_SHARE ? ended.oldest(now, BATCH_BY_SIZE) : [],
      );
    }
  }

  /** Until `next` gives no more; requests and executions have their turns in between. */
  async #pruneWhile(next: () => readonly EndedExecution[]): Promise<void> {
    const { ended, isRunning } = this.#dependencies;
    for (;;) {
      const expired = this.#closed ? [] : next().filter(({ arn }) => !isRunning(arn));
      if (expired.length === 0) return;
      ended.delete(expired);
      ended.shrink();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
