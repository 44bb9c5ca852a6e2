// Time in a test's hand, for what takes a Clock.

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
