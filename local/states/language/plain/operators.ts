// Operators and functions of plain expressions. Operands that the interpreter would refuse are left to it.
import { isObject, jsonType } from '../../model/json.ts';
import { areEqual, isList, isTrue, mayBeFunction, notPlain, textOf, type Value } from './values.ts';

type Operator = (left: Value, right: Value) => Value;

/** The result is undefined when one operand is, if the other is a number or undefined too. */
function arithmetic(calculate: (left: number, right: number) => number): Operator {
  return (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return finite(calculate(left, right));
    if (left !== undefined && typeof left !== 'number') throw notPlain;
    if (right !== undefined && typeof right !== 'number') throw notPlain;
    return undefined;
  };
}

/** Of Infinity and NaN the interpreter makes texts. */
function finite(value: number): number {
  if (!Number.isFinite(value)) throw notPlain;
  return value;
}

function comparison(compare: (left: Comparable, right: Comparable) => boolean): Operator {
  return (left, right) => {
    if (!isComparable(left) || !isComparable(right)) throw notPlain;
    if (left === undefined || right === undefined) return undefined;
    if (typeof left !== typeof right) throw notPlain; // also a bigint and a number
    return compare(left, right);
  };
}

type Comparable = string | number | bigint;

function isComparable(value: Value): value is Comparable | undefined {
  const type = typeof value;
  return type === 'undefined' || type === 'string' || type === 'number' || type === 'bigint';
}

/** A number that may be compared with a bigint as doubles are. */
function isLarge(value: Value): boolean {
  return (
    typeof value === 'bigint' || (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER)
  );
}

/** Those that evaluate both operands; `and` and `or` may not need the right one. */
export const operators: Readonly<Record<string, Operator>> = {
  '+': arithmetic((left, right) => left + right),
  '-': arithmetic((left, right) => left - right),
  '*': arithmetic((left, right) => left * right),
  '/': arithmetic((left, right) => left / right),
  '%': arithmetic((left, right) => left % right),
  '<': comparison((left, right) => left < right),
  '<=': comparison((left, right) => left <= right),
  '>': comparison((left, right) => left > right),
  '>=': comparison((left, right) => left >= right),
  '&': (left, right) => textOf(left) + textOf(right),
  // Undefined is neither equal to anything nor unequal.
  '=': (left, right) => left !== undefined && right !== undefined && areEqual(left, right),
  '!=': (left, right) => left !== undefined && right !== undefined && !areEqual(left, right),
  in: (left, right) => {
    if (isLarge(left)) throw notPlain;
    return (
      left !== undefined && right !== undefined && (isList(right) ? right.includes(left) : left === right)
    );
  },
};

export function negated(value: Value): Value {
  if (value === undefined) return undefined;
  if (typeof value !== 'number') throw notPlain;
  return -value;
}

/** Functions of one argument. */
export const functions: Readonly<Record<string, (value: Value) => Value>> = {
  exists: (value) => value !== undefined,
  count: (value) => (value === undefined ? 0 : isList(value) ? value.length : 1),
  boolean: (value) => (value === undefined ? undefined : isTrue(value)),
  not: (value) => (value === undefined ? undefined : !isTrue(value)),
  string: (value) => (value === undefined ? undefined : textOf(value)),
  type: (value) => {
    return value === undefined ? undefined : jsonType(value);
  },
};

/** The interpreter would wrap an argument that might be a function. */
export function asArgument(value: Value): Value {
  if (isObject(value) && mayBeFunction(value)) throw notPlain;
  return value;
}
