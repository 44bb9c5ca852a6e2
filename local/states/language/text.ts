// Values as texts, for `$string` and `&`, as Step Functions writes them.
import type jsonata from 'jsonata';
import { isObject, writeBigInt } from '../model/json.ts';
import { numberText, shortened } from '../model/numbers.ts';
import { FunctionError } from './function-error.ts';
import { LargeIntegers } from './large-integers.ts';

function isFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return isObject(value) && (value['_jsonata_function'] === true || value['_jsonata_lambda'] === true);
}

/** A number in a list or an object; NaN becomes null there, as in JSON. */
function innerNumber(value: number | bigint): number | bigint {
  if (typeof value === 'number' && Math.abs(value) === Number.POSITIVE_INFINITY)
    throw new FunctionError('D1001', { value });
  return shortened(value);
}

function textOf(value: unknown, integers: LargeIntegers, prettify = false): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (isFunction(value)) return '';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new FunctionError('D3001', { value });
    return numberText(integers.exact(value));
  }
  const inner = (key: string, item: unknown) => {
    if (typeof item === 'number') return writeBigInt(key, innerNumber(integers.exact(item)));
    return isFunction(item) ? '' : item;
  };
  return JSON.stringify(value, inner, prettify ? 2 : 0);
}

/** With one parameter, as `$map` sees it: it would give a second one the index. */
function string(this: jsonata.Focus, value: unknown, prettify = false): string | undefined {
  return textOf(value, LargeIntegers.of(this), prettify);
}

function concatenate(this: jsonata.Focus, left: unknown, right: unknown): string {
  const integers = LargeIntegers.of(this);
  return (textOf(left, integers) ?? '') + (textOf(right, integers) ?? '');
}

/** The function that stands for `&`: no variable of an expression can have such a name. */
const CONCATENATE = '\0concatenate';

/** Replaces `$string`, and `&`, which jsonata evaluates without looking a function up. */
export function writeTexts(expression: jsonata.Expression): void {
  expression.registerFunction('string', string, '<x-b?:s>');
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
