// A resolved value as a state holds it.
import { digitsOf, holdsDigits } from '../../exact-json.ts';
import { isObject } from '../../json.ts';
import { jsonataLiteral } from '../expressions/literal.ts';
import type { Value } from '../expressions/value.ts';
import { orNull, valueCode } from '../expressions/value-code.ts';

/** The value as JSON of a state: literals as they are, expressions as `{% … %}`. */
export function emitValue(value: Value): unknown {
  switch (value.kind) {
    case 'literal':
      return emitLiteral(value.value);
    case 'expression':
      return `{% ${orNull(value)} %}`;
    case 'array':
      if (value.items.some(isList)) return `{% ${valueCode(value)} %}`;
      return value.items.map(emitValue);
    case 'object':
      // One JSONata object where a key means something to Step Functions.
      if (value.entries.some(([key]) => isHostileKey(key))) return `{% ${valueCode(value)} %}`;
      return Object.fromEntries(value.entries.map(([key, child]) => [key, emitValue(child)]));
  }
}

/** The value as a state's Output, which validators of definitions want as an object or an expression. */
export function emitOutput(value: Value): unknown {
  const template = emitValue(value);
  return isObject(template) || isExpression(template) ? template : `{% ${valueCode(value)} %}`;
}

function isExpression(template: unknown): boolean {
  return typeof template === 'string' && template.startsWith('{%');
}

function isList(value: Value): boolean {
  return value.kind === 'array' || (value.kind === 'literal' && Array.isArray(value.value));
}

/** Text that Step Functions would take for an expression, or a validator for a broken one, becomes a JSONata string. */
function emitLiteral(value: unknown): unknown {
  // A whole number beyond 2^53 stays as it is written; in JSONata it would lose digits.
  if (digitsOf(value) !== undefined) return value;
  if (typeof value === 'string') return isHostile(value) ? `{% ${jsonataLiteral(value)} %}` : value;
  if (Array.isArray(value)) {
    // Lists in lists are no templates to asl-validator.
    const isNested = value.some(Array.isArray) && !holdsDigits(value);
    return isNested ? `{% ${jsonataLiteral(value)} %}` : value.map(emitLiteral);
  }
  if (!isObject(value)) return value;
  if (Object.keys(value).some(isHostileKey)) return `{% ${jsonataLiteral(value)} %}`;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, emitLiteral(child)]));
}

function isHostile(text: string): boolean {
  return text === '' || /\{%|%\}|[\n\r\u2028\u2029]/.test(text);
}

/** `x.$` is JSONPath's mark for a computed field. */
function isHostileKey(key: string): boolean {
  return isHostile(key) || key.endsWith('.$');
}

/** The values of an object's fields; none of any other value. */
export function fieldsOf(value: Value): readonly (readonly [string, Value])[] {
  if (value.kind === 'object') return value.entries;
  if (value.kind !== 'literal' || !isObject(value.value)) return [];
  return Object.entries(value.value).map(([name, child]) => [name, { kind: 'literal', value: child }]);
}
