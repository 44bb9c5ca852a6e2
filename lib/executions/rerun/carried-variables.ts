// The variables that a rerun carries over: what the states before have assigned.
import { jsonOrText } from '../../aws-values.ts';
import type { Visit } from '../visit.ts';

/**
 * A rate limit's tries count anew; `late_` and `failure` name errors that are over; `rerun_` belongs to the definition of
 * the run before.
 */
const NOT_CARRIED = /^(?:tries_|call_tries_|late_|rerun_|failure$)/;

/** @param before the visits of the flow before the state that is entered, the first one first */
export function assignedBefore(before: readonly Visit[]): Record<string, unknown> {
  const variables: Record<string, unknown> = {};
  for (const { assigned = {} } of before) {
    for (const [name, text] of Object.entries(assigned)) {
      if (!NOT_CARRIED.test(name)) variables[name] = jsonOrText(text);
    }
  }
  return variables;
}
