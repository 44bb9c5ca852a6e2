// jsonata 2.0.6's treatment of JSON values, as far as plain expressions need it (its src/functions.js and utils.js), with
// Step Functions' texts.
import { isObject, type Json, type JsonObject } from '../../model/json.ts';
import { numberText } from '../../model/numbers.ts';

export type Value = Json | undefined;

/** Thrown where plain expressions do not know the value; the interpreter is used then. */
export class NotPlain extends Error {
  override readonly name = 'NotPlain';
}

/** One instance: it may be thrown at every evaluation of an expression, and recording a stack costs time. */
export const notPlain = new NotPlain('The interpreter is needed');

/** The interpreter takes objects with these keys for functions. */
export function mayBeFunction(value: JsonObject): boolean {
  return value['_jsonata_function'] !== undefined || value['_jsonata_lambda'] !== undefined;
}

export function isList(value: Value): value is readonly Json[] {
  return Array.isArray(value);
}

/** `fn.boolean`, with undefined as false. */
export function isTrue(value: Value): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      return value !== '';
    case 'number':
      return value !== 0;
    case 'bigint':
      return true;
    case 'undefined':
      return false;
    default:
      if (isList(value)) return value.some(isTrue);
      return value !== null && Object.keys(value).length > 0;
  }
}

/** For the operands of `&`. */
export function textOf(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
      return numberText(value);
    case 'boolean':
      return String(value);
    case 'undefined':
      return '';
    default:
      if (value === null) return 'null';
      throw notPlain;
  }
}

/** Not both are the same. A bigint and a large double are compared by the interpreter, as doubles. */
function areEqualNumbers(left: Json, right: Json): boolean {
  const other = typeof left === 'bigint' ? right : left;
  if (typeof other === 'number' && !Number.isSafeInteger(other)) throw notPlain;
  return false;
}

/** `isDeepEqual` */
export function areEqual(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (typeof left === 'bigint' || typeof right === 'bigint') return areEqualNumbers(left, right);
  if (isList(left) && isList(right)) {
    return left.length === right.length && left.every((item, index) => areEqual(item, right[index] ?? null));
  }
  if (!isObject(left) || !isObject(right)) {
    // An array is compared with an object as if it were one.
    if (typeof left === 'object' && typeof right === 'object' && left !== null && right !== null)
      throw notPlain;
    return false;
  }
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && areEqual(left[key] as Json, right[key] as Json));
}
