// Turns a rate limit into RetryAfter where the state machine will call again, and of a call in the background any error.
import { MaxTurnsExceeded, RateLimited, RetryAfter, StillRunning } from '../../errors.ts';
import type { InvocationValue } from '../../invocation-value.ts';
import type { ActionEvent } from '../invocation/action-event.ts';
import type { ActionMiddleware } from '../invocation/invocation.ts';

/** The longest that a provider may ask for when the step does not say: GitHub's limits are by the hour. */
const LONGEST_WAIT_SECONDS = 3600;
/** The longest interval when the provider does not say how long. */
const LONGEST_INTERVAL_SECONDS = 30;

type Retry = NonNullable<ActionEvent['retry']>;

export function retryRateLimits(event: InvocationValue<ActionEvent>): ActionMiddleware {
  return {
    onError(request) {
      const { error } = request;
      const retry = event.find(request.context)?.retry;
      if (!retry || retry.attempt >= retry.max_attempts || !isRetried(error, retry)) return;
      const longest = retry.max_interval_seconds ?? LONGEST_WAIT_SECONDS;
      const seconds =
        error instanceof RateLimited ? wait(error, retry, longest) : Math.random() * backoff(retry);
      if (seconds <= longest)
        request.error = new RetryAfter(
          seconds,
          { cause: error },
          error instanceof RateLimited ? undefined : error,
        );
    },
  };
}

/** In the background every error that the step retries is retried here: the state machine's own Retry would not know the tries. */
function isRetried(error: unknown, { on }: Retry): error is Error {
  if (!on) return error instanceof RateLimited;
  if (!(error instanceof Error) || error instanceof StillRunning) return false;
  // Turns that are used up stay used up.
  if (error instanceof MaxTurnsExceeded) return false;
  return on.some((name) => name === 'States.ALL' || name === 'States.TaskFailed' || name === error.name);
}

function wait(error: RateLimited, retry: Retry, longest: number): number {
  const { retryAfterSeconds: seconds, growing } = error;
  // No delay: the provider has none to give, and all attempts would be over at once.
  if (seconds === undefined || seconds === 0) return Math.random() * backoff(retry);
  if (!growing || seconds > longest) return seconds;
  return Math.min(longest, seconds * retry.backoff_rate ** (retry.attempt - 1));
}

/** Exponential, in seconds; the wait is a part of it by chance (full jitter), so that calls do not come all at once. */
function backoff(retry: Retry): number {
  const { interval_seconds: interval, max_interval_seconds: longest } = retry;
  return Math.min(
    longest ?? Math.max(LONGEST_INTERVAL_SECONDS, interval),
    interval * retry.backoff_rate ** (retry.attempt - 1),
  );
}
