// Retry and Catch: what is tried again, and what becomes of an error.
import type { CatalogueAction } from '../../actions/catalogue.ts';
import { heedsEarlierTries } from '../../effect.ts';
import type { RetryPolicy } from '../../workflow-format/retry-policy.ts';
import { type Deadline, NEVER_AFTER_DEADLINE } from './deadline.ts';
import type { Assign, Catcher, Retrier, Template } from './definition.ts';

const THROTTLED = ['Lambda.TooManyRequestsException'];
const UNKNOWN_OUTCOME = ['Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException'];

/**
 * Errors of the call itself. Of these only a throttled call surely did not run: after the others the function may
 * have, or may still be running: an action that looks for what earlier calls did is called again when they have ended,
 * which is after the function's own timeout at the latest.
 */
export function lambdaRetriers(action: Pick<CatalogueAction, 'once' | 'timeout_seconds'>): Retrier[] {
  if (!heedsEarlierTries(action)) return [retrier([...UNKNOWN_OUTCOME, ...THROTTLED], {})];
  const after = { interval_seconds: action.timeout_seconds, backoff_rate: 1 };
  return [exactly(retrier(UNKNOWN_OUTCOME, after)), retrier(THROTTLED, {})];
}

/** Without jitter, where a shorter wait would be too early. */
function exactly(retrier: Retrier): Retrier {
  return { ...retrier, JitterStrategy: 'NONE' };
}

/** All tries, the first one counted, where the step does not say. */
export const DEFAULT_ATTEMPTS = 4;

/** The name of an action's error for a rate limit, which retry-after.ts sees to. */
export const RATE_LIMITED = 'RateLimited';
/** The error of an action's Lambda that is to be called again later; its message is the number of seconds. */
export const RETRY_AFTER = 'RetryAfter';

/** The error of a call that may have taken effect or not, and that nothing tells of. */
const OUTCOME_UNKNOWN = 'OutcomeUnknown';

/**
 * The step's policy, or else the action's own, without rate limits.
 * @param onUnknown whether a call is made again of which it is unknown whether it took effect
 */
export function actionRetrier(
  action: CatalogueAction,
  policy: RetryPolicy | undefined,
  onUnknown?: 'retry',
): Retrier[] {
  const apart = [RATE_LIMITED, OUTCOME_UNKNOWN];
  const known = (policy?.on ?? action.retryable_errors).filter((name) => !apart.includes(name));
  const isAny = known.some((name) => name === 'States.ALL' || name === 'States.TaskFailed');
  const errors = [...known, ...(onUnknown && !isAny ? [OUTCOME_UNKNOWN] : [])];
  if (errors.length === 0 || policy?.max_attempts === 1) return [];
  const own =
    policy === undefined && heedsEarlierTries(action)
      ? exactly(retrier(errors, { interval_seconds: WRITE_INTERVAL_SECONDS, backoff_rate: 1 }))
      : retrier(errors, policy ?? {});
  if (!isAny) return [own];
  // Step Functions goes by the first retrier that has the error.
  const never = action.once === 'record' && !onUnknown ? [OUTCOME_UNKNOWN] : [];
  return [{ ErrorEquals: [RATE_LIMITED, RETRY_AFTER, ...never], MaxAttempts: 0 }, own];
}

/**
 * A provider that did not answer may still be at work, and what it makes cannot be found yet. "If GitHub takes more than 10
 * seconds to process an API request, GitHub will terminate the request" (https://docs.github.com/rest/using-the-rest-api/
 * troubleshooting-the-rest-api); the others do not say.
 */
const WRITE_INTERVAL_SECONDS = 10;

const NEVER_TIMEOUTS: Retrier = { ErrorEquals: ['States.Timeout'], MaxAttempts: 0 };

/**
 * Asking is tried again, which stores the same request once more; a person who did not decide in time is not asked
 * again, also where the policy is for every error.
 */
export function requestRetriers(policy: RetryPolicy | undefined): Retrier[] {
  const ofCall = retrier([...UNKNOWN_OUTCOME, ...THROTTLED], {});
  if (policy?.max_attempts === 1) return [ofCall];
  const errors = policy?.on ?? ['ProviderUnavailable'];
  const never: Retrier[] = errors.includes('States.ALL') ? [NEVER_TIMEOUTS] : [];
  return [ofCall, ...never, retrier(errors, policy ?? {})];
}

/**
 * A run of another workflow is started anew only where the step says so. What surely started none is tried again
 * anyway; of a lost answer that is not known, and two runs could do twice what the workflow does.
 */
export function childRetrier(policy: RetryPolicy | undefined): Retrier[] {
  const refused = ['StepFunctions.ThrottlingException', 'StepFunctions.ExecutionLimitExceededException'];
  return [retrier(refused, {}), ...(retryByPolicy(policy).Retry ?? [])];
}

/** Only where the step says so: a loop or parallel step then begins anew. */
export function retryByPolicy(policy: RetryPolicy | undefined, limit?: Deadline): { Retry?: Retrier[] } {
  if (!policy || policy.max_attempts === 1) return {};
  return { Retry: [...(limit ? [NEVER_AFTER_DEADLINE] : []), retrier(policy.on ?? ['States.ALL'], policy)] };
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

export function catchAll(to: {
  readonly Assign?: Assign;
  readonly Output?: Template;
  readonly Next: string;
}): Catcher {
  return { ErrorEquals: ['States.ALL'], ...to };
}
