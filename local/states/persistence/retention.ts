// How long executions are kept once they have ended: the oldest go, by their age and by the size of the file.
import type { Clock } from '../model/clock.ts';
import type { EndedExecution, EndedStore } from '../store/ended.ts';

export interface Retention {
  /** After its end; AWS keeps an execution for 90 days. */
  readonly days: number;
  /** What the store may hold before the oldest go early. */
  readonly megabytes: number;
}

export const DEFAULT_RETENTION: Retention = { days: 90, megabytes: 1024 };

const DAY_MS = 24 * 60 * 60 * 1000;
const MB = 1024 * 1024;
const EVERY_MS = 10 * 60 * 1000;
const FIRST_MS = 1000;
/** Executions in one transaction: short, as nothing else is written meanwhile; fewer where each may be the last to go. */
const BY_AGE = 100;
const BY_SIZE = 10;
/** When the store has become too large, it is brought down to this share of what it may hold. */
const ROOM = 0.9;

interface Parts {
  readonly ended: EndedStore;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
  /** Whether it goes on, or is about to. */
  readonly isRunning: (arn: string) => boolean;
}

export class Pruner {
  readonly #retention: Retention;
  readonly #parts: Parts;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #under = Promise.resolve();

  constructor(retention: Retention, parts: Parts) {
    this.#retention = retention;
    this.#parts = parts;
    this.#timer = setTimeout(this.#prune, FIRST_MS).unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#under;
  }

  readonly #prune = (): void => {
    this.#under = this.#pruneAll()
      .catch(this.#parts.onFault)
      .finally(() => {
        if (!this.#closed) this.#timer = setTimeout(this.#prune, EVERY_MS).unref();
      });
  };

  async #pruneAll(): Promise<void> {
    const { ended, clock } = this.#parts;
    const { days, megabytes } = this.#retention;
    const now = clock.now();
    await this.#pruneWhile(() => ended.oldest(now - days * DAY_MS, BY_AGE));
    if (ended.usedBytes() > megabytes * MB) {
      await this.#pruneWhile(() =>
        ended.usedBytes() > megabytes * MB * ROOM ? ended.oldest(now, BY_SIZE) : [],
      );
    }
  }

  /** As long as `next` gives executions that can go; requests and executions have their turns in between. */
  async #pruneWhile(next: () => readonly EndedExecution[]): Promise<void> {
    const { ended, isRunning } = this.#parts;
    for (;;) {
      const going = this.#closed ? [] : next().filter(({ arn }) => !isRunning(arn));
      if (going.length === 0) return;
      ended.delete(going);
      ended.shrink();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
