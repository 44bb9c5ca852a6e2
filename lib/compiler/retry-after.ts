// Rate limits for which the provider said how long to wait: the run waits that long, in a state of its own and without a
// Lambda, and calls again. Step Functions' own Retry cannot: its intervals are written in the definition.
import type { CatalogueAction } from '../actions/catalogue.ts';
import type { RetryPolicy } from '../workflow/workflow.ts';
import { type Deadline, waitSeconds } from './deadline.ts';
import type { Catcher, Template, WaitState } from './definition.ts';
import { DEFAULT_ATTEMPTS } from './recovery.ts';

/** The error of an action's Lambda that was told how long to wait; its message is the number of seconds. */
export const RETRY_AFTER = 'RetryAfter';

/** The longest wait that is worth it when the step does not say: GitHub's limits are by the hour. */
const LONGEST_WAIT_SECONDS = 3600;

/** How often, and for how long at most, a step waits for its provider. */
export interface WaitPolicy {
  readonly waits: number;
  readonly longestSeconds: number;
}

/** Undefined where a rate limit is not tried again. */
export function waitPolicy(action: CatalogueAction, policy: RetryPolicy = {}): WaitPolicy | undefined {
  const { on = action.retryable_errors, max_attempts: attempts = DEFAULT_ATTEMPTS } = policy;
  const retries = on.some((name) => ['RateLimited', 'States.ALL', 'States.TaskFailed'].includes(name));
  if (!retries || attempts === 1) return undefined;
  return { waits: attempts - 1, longestSeconds: policy.max_interval_seconds ?? LONGEST_WAIT_SECONDS };
}

export function waitName(state: string): string {
  return `${state}.retry_after`;
}

function waitsVariable(id: string): string {
  return `waits_${id}`;
}

/** Not assigned before the first wait: nothing to JSONata. */
function waitsSoFar(id: string): string {
  const variable = `$${waitsVariable(id)}`;
  return `$exists(${variable}) ? ${variable} : 0`;
}

/** What the Lambda is told, so that it says `RetryAfter` only when it will be waited for. */
export function retryAfterPayload(
  id: string,
  { waits, longestSeconds }: WaitPolicy,
): Readonly<Record<string, Template>> {
  return { waits_left: `{% ${waits} - (${waitsSoFar(id)}) %}`, max_seconds: longestSeconds };
}

/** @param state the Task's name */
export function retryAfterCatcher(id: string, state: string): Catcher {
  return {
    ErrorEquals: [RETRY_AFTER],
    Assign: { [waitsVariable(id)]: `{% (${waitsSoFar(id)}) + 1 %}` },
    Output: '{% $number($parse($states.errorOutput.Cause).errorMessage) %}',
    Next: waitName(state),
  };
}

export function retryAfterWait(state: string, deadlines: readonly Deadline[]): WaitState {
  return {
    Type: 'Wait',
    Comment: 'As long as the provider said',
    Seconds: waitSeconds('{% $states.input %}', deadlines),
    Output: '{% $states.input %}',
    Next: state,
  };
}
