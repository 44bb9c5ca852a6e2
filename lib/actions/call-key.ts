// What tells a call of an action apart from every other: the same for each try of it, also after a redrive.
import { createHash } from 'node:crypto';
import type { ActionEvent } from './invocation/action-event.ts';

/**
 * How far back an earlier try of a call can lie: Step Functions redrives an execution for 14 days after its end
 * (Step Functions, "Redriving executions"), and one day is for the tries themselves.
 */
const TRIES_MS = 15 * 24 * 3_600_000;

/**
 * A short text without a meaning of its own, to be left with what the call makes: an action that finds it there has
 * done its work before. 32 hexadecimal digits.
 */
export function callKey({ execution: { id, step_id, call_id, repeats }, input }: ActionEvent): string {
  return createHash('sha256')
    .update(JSON.stringify([id, step_id, call_id ?? '', ...(repeats ? [input] : [])]))
    .digest('hex')
    .slice(0, 32);
}

/** Nothing that an earlier try of this call made is older. */
export function earliestTry(now: number = Date.now()): Date {
  return new Date(now - TRIES_MS);
}
