// Makes expressions read the fields that data has, and not those that JavaScript gives every object.
//
// jsonata 2.0.6 reads `constructor`, `toString`, `__proto__` and the like from JavaScript's own prototype where the data
// has no such field, and calls what it finds: `$x.__proto__.__defineGetter__('then', $f)` would change every object of
// the engine.
import type jsonata from 'jsonata';
import { isObject } from '../model/json.ts';

const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

/** The function that looks a field up: no variable of an expression can have such a name. */
const OWN_FIELD = '\0own';

/** Replaces every step that names such a field, and `$lookup`. */
export function readOwnFields(expression: jsonata.Expression): void {
  expression.registerFunction('lookup', ownField, '<x-s:x>');
  if (replaceSteps(expression.ast())) expression.registerFunction(OWN_FIELD, ownField);
}

/** Gives whether there was one. */
function replaceSteps(value: unknown): boolean {
  const inner = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  const found = inner.map(replaceSteps).includes(true);
  if (!isObject(value) || value['type'] !== 'name' || !INHERITED.has(String(value['value']))) return found;
  const name = value['value'];
  Object.assign(value, {
    type: 'function',
    value: '(',
    procedure: { type: 'variable', value: OWN_FIELD, position: value['position'] },
    arguments: [
      { type: 'variable', value: '', position: value['position'] },
      { type: 'string', value: name, position: value['position'] },
    ],
  });
  return true;
}

/** As jsonata's own lookup: of a list, what its items have, also those of lists inside it. */
function ownField(input: unknown, key: string): unknown {
  if (Array.isArray(input)) {
    const found = input.map((item) => ownField(item, key)).filter((value) => value !== undefined);
    const values = found.flat();
    return values.length > 1 ? values : values[0];
  }
  return isObject(input) && Object.hasOwn(input, key) ? input[key] : undefined;
}
