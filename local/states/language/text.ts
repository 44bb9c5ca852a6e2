// Values as texts, for `$string` and `&`, as Step Functions writes them.
//
// jsonata 2.0.6 rounds every number to 15 digits. Step Functions does so with fractions only: a whole number below 1e21
// has all of the digits that its double has, an id of 16 digits is itself
// (measured on AWS: https://github.com/floci-io/floci/pull/2683).
import type jsonata from 'jsonata';
import { isObject } from '../model/json.ts';
import { FunctionError } from './function-error.ts';

const FRACTION_DIGITS = 15;

const shortened = (value: number): number =>
  Number.isInteger(value) ? value : Number(value.toPrecision(FRACTION_DIGITS));

/** A finite number, as in JSON: `1e+21` from there on, `1e-7` below 1e-6. */
export const numberText = (value: number): string => JSON.stringify(shortened(value));

function isFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return isObject(value) && (value['_jsonata_function'] === true || value['_jsonata_lambda'] === true);
}

/** A number in a list or an object; NaN becomes null there, as in JSON. */
function innerNumber(value: number): number {
  if (Math.abs(value) === Number.POSITIVE_INFINITY) throw new FunctionError('D1001', { value });
  return shortened(value);
}

function textOf(value: unknown, prettify = false): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (isFunction(value)) return '';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new FunctionError('D3001', { value });
    return numberText(value);
  }
  return JSON.stringify(
    value,
    (_, item: unknown) => (typeof item === 'number' ? innerNumber(item) : isFunction(item) ? '' : item),
    prettify ? 2 : 0,
  );
}

const concatenate = (left: unknown, right: unknown): string => (textOf(left) ?? '') + (textOf(right) ?? '');

/** The function that stands for `&`: no variable of an expression can have such a name. */
const CONCATENATE = '\0concatenate';

/** Replaces `$string`, and `&`, which jsonata evaluates without looking a function up. */
export function writeTexts(expression: jsonata.Expression): void {
  expression.registerFunction('string', textOf, '<x-b?:s>');
  if (replaceOperators(expression.ast())) expression.registerFunction(CONCATENATE, concatenate);
}

/** Gives whether there was one. */
function replaceOperators(value: unknown): boolean {
  const inner = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  const found = inner.map(replaceOperators).includes(true);
  if (!isObject(value) || value['type'] !== 'binary' || value['value'] !== '&') return found;
  const { lhs, rhs, position } = value;
  Object.assign(value, {
    type: 'function',
    value: '(',
    procedure: { type: 'variable', value: CONCATENATE, position },
    arguments: [lhs, rhs],
  });
  delete value['lhs'];
  delete value['rhs'];
  return true;
}
