// Makes the effect of a request repeatable: while it is handled, the clock stands still and random bytes follow from a seed.
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

/** What a request's effect depends on besides its content. */
export interface ReplayContext {
  /** The time at which it is handled (ms since the epoch). */
  readonly at: number;
  /** What its random bytes are derived from. */
  readonly seed: string;
}

export interface Replay {
  /** Runs `work` in a context. One at a time: clock and random bytes are the whole thread's. */
  runIn<T>(context: ReplayContext, work: () => Promise<T>): Promise<T>;
}

/**
 * Replaces the clock and the source of random bytes of the thread that calls it. Only for a worker thread that
 * holds one emulator: commit ids, mail ids and times are then the same when its requests are replayed.
 */
export function installReplay(): Replay {
  const RealDate = Date;
  const realRandomBytes = crypto.randomBytes;
  let current: ReplayContext | undefined;
  let drawnBlocks = 0;

  class ReplayDate extends RealDate {
    constructor(...values: unknown[]) {
      // The cast passes on whatever Date's own overloads take.
      super(...((values.length === 0 ? [current?.at ?? RealDate.now()] : values) as [number]));
    }

    static override now(): number {
      return current?.at ?? RealDate.now();
    }
  }
  Object.assign(globalThis, { Date: ReplayDate });

  Object.assign(crypto, {
    randomBytes(size: number): Buffer {
      if (!current) return realRandomBytes(size);
      const blocks: Buffer[] = [];
      for (let length = 0; length < size; length += 32) {
        blocks.push(crypto.createHash('sha256').update(`${current.seed}:${drawnBlocks++}`).digest());
      }
      return Buffer.concat(blocks).subarray(0, size);
    },
  });
  syncBuiltinESMExports();

  return {
    async runIn(context, work) {
      current = context;
      drawnBlocks = 0;
      try {
        return await work();
      } finally {
        current = undefined;
      }
    },
  };
}
