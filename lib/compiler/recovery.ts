// Retry and Catch: what is tried again, and what becomes of an error.
import type { CatalogueAction } from '../actions/catalogue.ts';
import type { RetryPolicy } from '../workflow/workflow.ts';
import type { Assign, Catcher, Retrier, Template } from './definition.ts';

/**
 * Errors of the call itself. Of these only a throttled call surely did not run: after the others the function may
 * have, or may still be running, and a second call of an action that writes could write twice.
 */
export function lambdaRetrier({ effect }: Pick<CatalogueAction, 'effect'>): Retrier {
  const throttled = ['Lambda.TooManyRequestsException'];
  const unknownOutcome = [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
  ];
  return retrier(effect === 'write' ? throttled : [...unknownOutcome, ...throttled], {});
}

/** All tries of what is tried again, where nothing else is said. */
export const DEFAULT_ATTEMPTS = 4;

/** The name of an action's error for a rate limit, which retry-after.ts sees to. */
export const RATE_LIMITED = 'RateLimited';
/** The error of an action's Lambda that is to be called again later; its message is the number of seconds. */
export const RETRY_AFTER = 'RetryAfter';

/** What the action says of its errors, or what the step says instead, without rate limits. */
export function actionRetrier(action: CatalogueAction, policy: RetryPolicy | undefined): Retrier[] {
  const errors = (policy?.on ?? action.retryable_errors).filter((name) => name !== RATE_LIMITED);
  if (errors.length === 0 || policy?.max_attempts === 1) return [];
  const isAny = errors.some((name) => name === 'States.ALL' || name === 'States.TaskFailed');
  return [...(isAny ? [NEVER_RATE_LIMITS] : []), retrier(errors, policy ?? {})];
}

/** Step Functions goes by the first retrier that has the error. */
const NEVER_RATE_LIMITS: Retrier = { ErrorEquals: [RATE_LIMITED, RETRY_AFTER], MaxAttempts: 0 };
const NEVER_TIMEOUTS: Retrier = { ErrorEquals: ['States.Timeout'], MaxAttempts: 0 };

/**
 * Asking is tried again, which stores the same request once more; a person who did not decide in time is not asked
 * again, also where the policy is for every error.
 */
export function requestRetriers(policy: RetryPolicy | undefined): Retrier[] {
  const ofCall = lambdaRetrier({ effect: 'idempotent' });
  if (policy?.max_attempts === 1) return [ofCall];
  const errors = policy?.on ?? ['ProviderUnavailable'];
  const never: Retrier[] = errors.includes('States.ALL') ? [NEVER_TIMEOUTS] : [];
  return [ofCall, ...never, retrier(errors, policy ?? {})];
}

/** A loop or parallel step begins anew only where it says so. */
export function wholeRetrier(policy: RetryPolicy | undefined): { Retry?: Retrier[] } {
  if (!policy || policy.max_attempts === 1) return {};
  return { Retry: [retrier(policy.on ?? ['States.ALL'], policy)] };
}

/** `max_attempts` counts every try, ASL's MaxAttempts those after the first. */
function retrier(errors: readonly string[], policy: RetryPolicy): Retrier {
  const {
    max_attempts: attempts = DEFAULT_ATTEMPTS,
    interval_seconds: interval = 1,
    backoff_rate: rate = 2,
  } = policy;
  const longest = policy.max_interval_seconds ?? Math.max(30, interval);
  return {
    ErrorEquals: errors,
    IntervalSeconds: interval,
    // MaxDelaySeconds has to be greater than IntervalSeconds; where they are equal no interval grows.
    ...(longest > interval ? { BackoffRate: rate, MaxDelaySeconds: longest } : { BackoffRate: 1 }),
    MaxAttempts: attempts - 1,
    JitterStrategy: 'FULL',
  };
}

/**
 * The message of a Lambda's error stands in its Cause, JSON text such as {"errorType": …, "errorMessage": …}; the
 * Cause of other errors is plain text. A failing expression in a Catch fails the run, and JSONata cannot try, so
 * $parse only sees what the pattern proved to be a JSON string. The pattern avoids backslashes before brackets,
 * which jsonata's scanner of regular expressions misreads, and alternatives under a star, which overflow the
 * stack of some engines on long texts.
 */
export const caughtMessage = String.raw`($cause := $states.errorOutput.Cause; $text := $exists($cause) ? $cause : ""; $json := $match($text, /^\x7b\s*(?:"errorType":\s*"[^"\x5c]*",\s*)?"errorMessage":\s*"([^"\x5c\x00-\x1f]*(?:\x5c(?:["\x5c\x2fbfnrt]|u[0-9a-fA-F]{4})[^"\x5c\x00-\x1f]*)*)"/); $exists($json) ? $parse('"' & $json.groups[0] & '"') : $text)`;

export interface CaughtError {
  readonly name: string;
  readonly message: string;
}

/** The error that a Catch has, as steps see it. */
export const caughtError: CaughtError = {
  name: '{% $states.errorOutput.Error %}',
  message: `{% ${caughtMessage} %}`,
};

/** The Cause as it is, so that the run can fail with the error that it failed with first. */
export const caughtCause = '{% $exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : "" %}';

export function catchAll(to: {
  readonly Assign?: Assign;
  readonly Output?: Template;
  readonly Next: string;
}): Catcher {
  return { ErrorEquals: ['States.ALL'], ...to };
}
