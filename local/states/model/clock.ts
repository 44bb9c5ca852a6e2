// The clock, which a test can replace by its own.

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once `now()` has reached `at`; the function returned cancels that. */
  schedule(at: number, callback: () => void): () => void;
}

/** The longest delay that a timer of Node takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(at, callback) {
    let timer: NodeJS.Timeout;
    const arm = () => {
      timer = setTimeout(due, Math.min(Math.max(0, at - Date.now()), MAX_TIMER_MS));
    };
    // Node's timers go by a monotonic clock, and may be a millisecond early by this one.
    const due = () => (Date.now() < at ? arm() : callback());
    arm();
    return () => clearTimeout(timer);
  },
};

/** ISO 8601 with milliseconds, as in the context object and in messages of the API. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
