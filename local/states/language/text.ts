// Values as texts, for `$string` and `&`, as Step Functions writes them.
import type jsonata from 'jsonata';
import { isObject } from '../model/json.ts';
import { numberText, shortened } from '../model/numbers.ts';
import { FunctionError } from './function-error.ts';

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
