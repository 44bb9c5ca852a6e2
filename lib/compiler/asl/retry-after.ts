// Rate limits: a Wait state of its own, without a Lambda, waits as long as the provider said, and the action is called
// again. Step Functions' own Retry cannot: its intervals are written in the definition.
import type { CatalogueAction } from '../../actions/catalogue.ts';
import type { RetryPolicy } from '../../workflow-format/retry-policy.ts';
import { type Deadline, waitSeconds } from './deadline.ts';
import type { Assign, Catcher, Template, WaitState } from './definition.ts';
import { DEFAULT_ATTEMPTS, RATE_LIMITED, RETRY_AFTER } from './retry.ts';
import { stateName } from './state-names.ts';

/** How a step is tried again after a rate limit. */
export interface WaitPolicy
  extends Pick<RetryPolicy, 'interval_seconds' | 'backoff_rate' | 'max_interval_seconds'> {
  readonly max_attempts: number;
  /** The errors, where they are not rate limits alone. */
  readonly on?: readonly string[];
}

/**
 * Undefined where the step is not tried again after a rate limit.
 * @param background each of its errors is retried so, as the visits of the Task are no tries
 */
export function waitPolicy(
  action: CatalogueAction,
  policy: RetryPolicy = {},
  background = false,
): WaitPolicy | undefined {
  const { on = action.retryable_errors, max_attempts = DEFAULT_ATTEMPTS, ...intervals } = policy;
  if (background) return on.length > 0 && max_attempts > 1 ? { max_attempts, ...intervals, on } : undefined;
  const retries = on.some((name) => [RATE_LIMITED, 'States.ALL', 'States.TaskFailed'].includes(name));
  return retries && max_attempts > 1 ? { max_attempts, ...intervals } : undefined;
}

/** The variable that counts a step's tries before its last wait. */
export function triesVariable(id: string): string {
  return `tries_${id}`;
}

const RETRIES = '$states.context.State.RetryCount';

/** This try, the first being 1. Not assigned before the first wait: nothing to JSONata. RetryCount is the state's own since then. */
function thisTry(variable: string): string {
  return `$sum([$${variable}, ${RETRIES}, 1])`;
}

/**
 * What the Lambda is told, so that it says `RetryAfter` only when it will be called again.
 * @param variable counts the tries
 */
export function retryPayload(variable: string, policy: WaitPolicy): Readonly<Record<string, Template>> {
  return { attempt: `{% ${thisTry(variable)} %}`, ...policy };
}

/**
 * JSONata for whether no try of a call came before. A redrive counts a state's retries from 0 again, and a step around it
 * that is tried again enters the state anew (which is `repeats`: then it is never known).
 * @param variable counts the tries; undefined where no wait leads back to the Task
 */
export function isFirstTry(variable: string | undefined): string {
  const before = variable === undefined ? RETRIES : `$sum([$${variable}, ${RETRIES}])`;
  return `$states.context.Execution.RedriveCount = 0 and ${before} = 0`;
}

/** The seconds, of the error that the Lambda has failed with. */
const SECONDS = '$number($parse($states.errorOutput.Cause).errorMessage)';
/** The same where the error that is retried may stand behind them. */
const SECONDS_BEFORE = '$number($substringBefore($parse($states.errorOutput.Cause).errorMessage, " "))';

/**
 * @param variable counts the tries
 * @param state the Task's name
 * @param keepsInput the Task reads its input, also when it is entered again
 * @param ongoing of a call in the background: what begins anew then
 */
export function retryAfterCatcher(
  variable: string,
  state: string,
  keepsInput: boolean,
  ongoing?: Assign,
): Catcher {
  const seconds = ongoing ? SECONDS_BEFORE : SECONDS;
  return {
    ErrorEquals: [RETRY_AFTER],
    Assign: { [variable]: `{% ${thisTry(variable)} %}`, ...ongoing },
    Output: keepsInput ? `{% $merge([$states.input, {"retry_after": ${seconds}}]) %}` : `{% ${seconds} %}`,
    Next: stateName(state, 'retry_after'),
  };
}

/** The name and the state that waits, and leads back to the Task. */
export function retryAfterWait(
  state: string,
  keepsInput: boolean,
  deadlines: readonly Deadline[],
): [string, WaitState] {
  const seconds = keepsInput ? '$states.input.retry_after' : '$states.input';
  const wait: WaitState = {
    Type: 'Wait',
    Comment: 'As long as the provider said',
    Seconds: waitSeconds(`{% ${seconds} %}`, deadlines),
    Output: '{% $states.input %}',
    Next: state,
  };
  return [stateName(state, 'retry_after'), wait];
}
