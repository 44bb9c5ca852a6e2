// Identifies a call of an action: the key is the same for each attempt, also after a redrive and in a rerun.
import { createHash } from 'node:crypto';
import type { ActionEvent } from './invocation/action-event.ts';

/**
 * How long ago an earlier attempt of a call can have been: Step Functions redrives an execution for 14 days after its
 * end (Step Functions, "Redriving executions"), and one day is for the retries.
 */
const ATTEMPTS_MS = 15 * 24 * 3_600_000;

/**
 * An idempotency key of 32 hexadecimal digits, to be stored with what the call creates: an action that finds it there
 * has already done its work.
 */
export function callKey({
  execution: { id, calls_of, step_id, call_id, repeats },
  input,
}: ActionEvent): string {
  return createHash('sha256')
    .update(JSON.stringify([calls_of ?? id, step_id, call_id ?? '', ...(repeats ? [input] : [])]))
    .digest('hex')
    .slice(0, 32);
}

/** A provider's clock may be behind, and Notion cuts its times to the minute. */
const CLOCKS_DIFFER_MS = 10 * 60_000;

/** Nothing that an earlier attempt of this call created is older. */
export function earliestAttempt(
  { started_at }: Pick<ActionEvent['execution'], 'started_at'>,
  now: number = Date.now(),
): Date {
  return new Date(started_at === undefined ? now - ATTEMPTS_MS : Date.parse(started_at) - CLOCKS_DIFFER_MS);
}
