// Time in a test's hand, for what takes a Clock.
import { systemClock } from '../../local/states/model/clock.ts';

/** Time (milliseconds since 1970) that moves only when told to; callbacks run in the order of their times. */
export function createTestClock(now: number) {
  const waiting = new Set<{ at: number; callback: () => void }>();
  return {
    now: () => now,
    schedule(at: number, callback: () => void) {
      const entry = { at, callback };
      waiting.add(entry);
      return () => void waiting.delete(entry);
    },
    /** Moves to a time, and lets promises settle after each callback. */
    async to(time: string) {
      const end = Date.parse(time);
      for (;;) {
        const [next] = [...waiting].filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        waiting.delete(next);
        now = Math.max(now, next.at);
        next.callback();
        await new Promise((resolve) => setImmediate(resolve));
      }
      now = end;
    },
    /** As when the machine slept: the time is another, and only then timers fire. */
    async wakeAt(time: string) {
      now = Date.parse(time);
      await this.to(time);
    },
  };
}

/**
 * The machine's time, but waits of the lengths given (in milliseconds) are over at once, and the time then is the
 * time after them.
 */
export function createSkippingClock(skipped: readonly number[]) {
  return skippingClock((length) => skipped.find((candidate) => Math.abs(candidate - length) < 1000));
}

/** The same for what is waited before a retry: less than 25 s. No step has a timeout as short as that. */
export function createRetryingClock() {
  return skippingClock((length) => (length < 25_000 ? length : undefined));
}

/** @param skippedLength the length to which a wait is skipped; undefined when it is not */
function skippingClock(skippedLength: (length: number) => number | undefined) {
  let ahead = 0;
  /** The lengths of the waits that were skipped, in order. */
  const waits: number[] = [];
  const now = () => Date.now() + ahead;
  return {
    waits,
    now,
    schedule(at: number, callback: () => void) {
      const length = at - now();
      const skip = skippedLength(length);
      if (skip === undefined) return systemClock.schedule(at - ahead, callback);
      const immediate = setImmediate(() => {
        ahead += length;
        waits.push(skip);
        callback();
      });
      return () => clearImmediate(immediate);
    },
  };
}
