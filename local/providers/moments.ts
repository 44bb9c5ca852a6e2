// Makes a request's effect repeatable: while it is handled, the clock stands still and random bytes follow from a seed.
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

/** When a request was handled (ms since the epoch), and what its random bytes follow from. */
export interface Moment {
  readonly at: number;
  readonly seed: string;
}

export interface Moments {
  /** Runs `work` with the clock at `moment.at`. One at a time: the clock is the thread's own. */
  during<T>(moment: Moment, work: () => Promise<T>): Promise<T>;
}

/**
 * Replaces the clock and the source of random bytes of the thread that calls it. Only for a worker thread that
 * holds one emulator: commit ids, mail ids and times then come out the same when its requests are played again.
 */
export function controlMoments(): Moments {
  const RealDate = Date;
  const realRandomBytes = crypto.randomBytes;
  let moment: Moment | undefined;
  let drawn = 0;

  class MomentDate extends RealDate {
    constructor(...values: unknown[]) {
      // The cast passes on whatever Date's own overloads take.
      super(...((values.length === 0 ? [moment?.at ?? RealDate.now()] : values) as [number]));
    }

    static override now(): number {
      return moment?.at ?? RealDate.now();
    }
  }
  Object.assign(globalThis, { Date: MomentDate });

  Object.assign(crypto, {
    randomBytes(size: number): Buffer {
      if (!moment) return realRandomBytes(size);
      const blocks: Buffer[] = [];
      for (let length = 0; length < size; length += 32) {
        blocks.push(crypto.createHash('sha256').update(`${moment.seed}:${drawn++}`).digest());
      }
      return Buffer.concat(blocks).subarray(0, size);
    },
  });
  syncBuiltinESMExports();

  return {
    async during(next, work) {
      moment = next;
      drawn = 0;
      try {
        return await work();
      } finally {
        moment = undefined;
      }
    },
  };
}
