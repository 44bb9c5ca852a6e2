// Checks of single fields that several types of states have.
import { isExpression } from '../language/expression.ts';
import { asNumber, type JsonObject } from '../model/json.ts';
import type { Diagnostics } from './diagnostics.ts';

export function requireField(
  fields: JsonObject,
  name: string,
  place: string,
  diagnostics: Diagnostics,
): void {
  if (fields[name] === undefined)
    diagnostics.schema(`The field '${name}' is required but was missing`, place);
}

/** An integer of at least `least`, or an expression. */
export function checkCount(
  state: JsonObject,
  field: string,
  least: number,
  place: string,
  diagnostics: Diagnostics,
): void {
  const value = asNumber(state[field]);
  if (value === undefined || (typeof value === 'string' && isExpression(value))) return;
  const whole = typeof value === 'number' && Number.isInteger(value);
  if (!whole) diagnostics.schema('Expected value of type [INTEGER]', `${place}/${field}`);
  else if (value < least) diagnostics.schema(`Minimum value is ${least}`, `${place}/${field}`);
}

/** Amazon States Language, "Variable names": letters, digits and underscores; `states` is reserved. */
const VARIABLE = /^[\p{L}_][\p{L}\p{N}_]{0,79}$/u;

export function checkAssign(state: JsonObject, place: string, diagnostics: Diagnostics): void {
  for (const name of Object.keys(diagnostics.object(state, 'Assign', place) ?? {})) {
    if (VARIABLE.test(name) && name !== 'states') continue;
    diagnostics.schema(`'${name}' is not a valid variable name`, `${place}/Assign/${name}`);
  }
}
