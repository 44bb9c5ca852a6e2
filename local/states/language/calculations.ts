// Calculations, in which a whole number that no double has counts as the double next to it: jsonata calculates with
// doubles, as its ports do. What comes out is a double, never another whole number of the input that is near it.
import jsonata from 'jsonata';
import { isObject } from '../model/json.ts';
import { formatNumber } from './format-number.ts';
import { FunctionError } from './function-error.ts';
import { LargeIntegers } from './large-integers.ts';

type Implementation = Parameters<jsonata.Expression['registerFunction']>[1];

const OPERATORS: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
};

/** The function that stands for an operator: no variable of an expression can have such a name. */
const functionOf = (operator: string) => `\0calculate${operator}`;
const NEGATE = functionOf('negate');

/** As jsonata's own check, with its codes. */
function operand(value: unknown, code: string, token: string, integers: LargeIntegers): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || Number.isNaN(value)) throw new FunctionError(code, { value, token });
  if (!Number.isFinite(value)) throw new FunctionError('D1001', { value, token });
  return integers.nearest(value);
}

function operation(token: string, calculate: (left: number, right: number) => number): Implementation {
  return function (this: jsonata.Focus, lhs: unknown, rhs: unknown) {
    const integers = LargeIntegers.of(this);
    const left = operand(lhs, 'T2001', token, integers);
    const right = operand(rhs, 'T2002', token, integers);
    return left === undefined || right === undefined
      ? undefined
      : integers.calculated(calculate(left, right));
  };
}

function negate(this: jsonata.Focus, value: unknown): number | undefined {
  const integers = LargeIntegers.of(this);
  const number = operand(value, 'D1002', '-', integers);
  return number === undefined ? undefined : integers.calculated(-number);
}

/** The greatest distance from 1970 of a Date, in milliseconds (ECMA-262, "Time Values and Time Range"). */
const MAX_TIME = 8.64e15;

/** jsonata's own writes a time that is none as `0NaN-NaN-…`. */
function checkTime(millis: unknown): void {
  if (typeof millis === 'number' && !(Math.abs(millis) <= MAX_TIME))
    throw new FunctionError('D3137', {}, `${millis} milliseconds from 1970 are no time`);
}

/** jsonata's own functions that calculate with their arguments; `$max`, `$min` and `$sort` give one of theirs. */
const CALCULATING = [
  ...['sum', 'average', 'abs', 'floor', 'ceil', 'round', 'power', 'sqrt'],
  ...['formatInteger', 'formatBase', 'formatNumber', 'fromMillis'],
];
/** Those that read a number in a text. What is a number already stays itself. */
const READING = ['number', 'parseInteger'];

const wrapped = await Promise.all([...CALCULATING, ...READING].map(wrap));

/** Gives the name, the function, and its signature. */
async function wrap(name: string): Promise<readonly [string, Implementation, string]> {
  // What jsonata evaluates a function's name to.
  const { implementation, signature } = await jsonata(`$${name}`).evaluate(undefined);
  const original: Implementation = name === 'formatNumber' ? formatNumber : implementation;
  function calculate(this: jsonata.Focus, ...given: unknown[]): unknown {
    const integers = LargeIntegers.of(this);
    const [first] = given;
    if (READING.includes(name)) {
      return typeof first === 'number' ? first : integers.calculated(original.apply(this, given));
    }
    const numbers = given.map((value) => integers.nearest(value));
    if (name === 'fromMillis') checkTime(numbers[0]);
    return integers.calculated(original.apply(this, numbers));
  }
  // `$map` and its like give a function as many arguments as it has parameters.
  Object.defineProperty(calculate, 'length', { value: original.length });
  return [name, calculate, signature.definition];
}

/** Replaces the operators and functions of an expression that calculate. */
export function calculateWithDoubles(expression: jsonata.Expression): void {
  for (const [name, calculate, signature] of wrapped) expression.registerFunction(name, calculate, signature);
  replaceOperators(expression.ast());
  for (const [token, calculate] of Object.entries(OPERATORS)) {
    expression.registerFunction(functionOf(token), operation(token, calculate));
  }
  expression.registerFunction(NEGATE, negate);
}

function replaceOperators(value: unknown): void {
  const inner = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  for (const part of inner) replaceOperators(part);
  if (!isObject(value)) return;
  const { type, value: operator, position } = value;
  const token = String(operator);
  if (type === 'binary' && Object.hasOwn(OPERATORS, token)) {
    toCall(value, functionOf(token), [value['lhs'], value['rhs']], position);
  } else if (type === 'unary' && token === '-') {
    toCall(value, NEGATE, [value['expression']], position);
  }
}

/** In place: other parts of the tree lead to this one. */
function toCall(node: Record<string, unknown>, name: string, parts: readonly unknown[], position: unknown) {
  const procedure = { type: 'variable', value: name, position };
  Object.assign(node, { type: 'function', value: '(', procedure, arguments: parts });
  // Else what looks through the tree would meet each part twice, at every level.
  for (const key of ['lhs', 'rhs', 'expression']) delete node[key];
}

/** The numbers of an expression's text that whole numbers without a double could be taken for. */
export function largeLiterals(value: unknown): number[] {
  const inner = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  const found = inner.flatMap(largeLiterals);
  const isNumber = isObject(value) && value['type'] === 'number' && typeof value['value'] === 'number';
  if (isNumber && Math.abs(Number(value['value'])) > Number.MAX_SAFE_INTEGER)
    found.push(Number(value['value']));
  return found;
}
