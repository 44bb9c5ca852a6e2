// Validates what only a Wait has.
import { isExpression } from '../language/expression.ts';
import { parseTimestamp } from '../language/timestamps.ts';
import type { JsonObject } from '../model/json.ts';
import type { Diagnostics } from './diagnostics.ts';
import { checkCount } from './fields.ts';
import { JSONPATH_ONLY } from './query-language.ts';
import type { FlowRules } from './rules.ts';

export function checkWait(
  state: JsonObject,
  place: string,
  _rules: FlowRules,
  diagnostics: Diagnostics,
): void {
  const given = ['Seconds', 'Timestamp'].filter((field) => state[field] !== undefined);
  if (given.length !== 1 && !JSONPATH_ONLY.some((field) => state[field] !== undefined)) {
    diagnostics.schema("Exactly one of the fields 'Seconds' and 'Timestamp' must be set", place);
  }
  checkCount(state, 'Seconds', 0, place, diagnostics);
  const timestamp = diagnostics.string(state, 'Timestamp', place);
  if (timestamp !== undefined && !isExpression(timestamp) && parseTimestamp(timestamp) === undefined) {
    diagnostics.schema('String does not match RFC3339 timestamp', `${place}/Timestamp`);
  }
}
