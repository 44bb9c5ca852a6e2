// Problems of operators between values of known types: they always fail, or always have the same result.
import type { ProblemCode } from '../problems/codes.ts';
import { shown } from '../problems/suggestions.ts';
import type { Node } from './syntax-tree.ts';
import {
  describe,
  type Known,
  mayEqual,
  mayFit,
  oneItem,
  scalar,
  type Type,
  textsOf,
  union,
} from './types.ts';

const ARITHMETIC = new Set(['+', '-', '*', '/', '%']);
const ORDERING = new Set(['<', '<=', '>', '>=']);
const EQUALITY = new Set(['=', '!=']);

const number = scalar('number');
const ordered = union([number, scalar('string')]);

interface Found {
  readonly code: ProblemCode;
  readonly message: string;
  readonly hint: string;
  /** The operator that was meant. */
  readonly meant?: string;
}

export interface Side {
  readonly node: Node | undefined;
  readonly known: Known;
}

export function operatorProblem(operator: string, left: Side, right: Side): Found | undefined {
  // Two literals are meant as they are.
  if (isLiteral(left) && isLiteral(right)) return undefined;
  if (ARITHMETIC.has(operator)) return arithmeticProblem(operator, left, right);
  if (ORDERING.has(operator)) return orderingProblem(operator, left.known.type, right.known.type);
  if (operator === 'in')
    return inProblem(literalType(left), literalItem(right.node) ?? oneItem(right.known.type));
  return EQUALITY.has(operator)
    ? equalityProblem(operator, literalType(left), literalType(right))
    : undefined;
}

function arithmeticProblem(operator: string, left: Side, right: Side): Found | undefined {
  const wrong = [left, right].find(({ known }) => !mayFit(known.type, number));
  if (!wrong) return undefined;
  const joins = operator === '+' && mayFit(wrong.known.type, scalar('string'));
  return {
    code: 'type-mismatch',
    message: `${operator} is for numbers, but one side is ${describe(wrong.known.type)}`,
    hint: joins
      ? '& joins texts; $number(…) reads a number from one.'
      : '$number(…) makes a number of a value.',
    // With a text that is written there it is surely meant.
    ...(joins && [left, right].some(({ node }) => node?.type === 'string') && { meant: '&' }),
  };
}

function orderingProblem(operator: string, left: Type, right: Type): Found | undefined {
  const wrong = [left, right].find((type) => !mayFit(type, ordered));
  if (!wrong && mayFit(left, right)) return undefined;
  return {
    code: 'type-mismatch',
    message: wrong
      ? `${operator} compares numbers or texts, not ${describe(wrong)}`
      : `${operator} cannot compare ${describe(left)} with ${describe(right)}`,
    hint: '$number(…) reads a number from a text, $count(…) counts the items of a list.',
  };
}

function equalityProblem(operator: string, left: Type, right: Type): Found | undefined {
  if (mayEqual(left, right)) return undefined;
  const always = `is always ${operator === '=' ? 'false' : 'true'}`;
  const texts = mayFit(left, right);
  const [given, possible] = textsOf(left)?.size === 1 ? [left, right] : [right, left];
  return {
    code: 'unlikely-comparison',
    message: texts
      ? `This ${always}: ${quotedList(given)} is none of the texts that the other side can be`
      : `This ${always}: ${describe(left)} is never equal to ${describe(right)}`,
    hint: texts
      ? `Possible values: ${quotedList(possible)}.`
      : '$string(…) makes text of a value, $number(…) a number; numbers, true and false are written without quotes.',
  };
}

/** `in` looks for a value among the items of a list, or compares it with the only one. */
function inProblem(left: Type, item: Type): Found | undefined {
  if (mayEqual(left, item)) return undefined;
  const always = 'This is always false:';
  if (!mayFit(left, item))
    return {
      code: 'unlikely-comparison',
      message: `${always} ${describe(left)} is never among what is ${describe(item)}`,
      hint: '$string(…) makes text of a value, $number(…) a number; $contains(…) looks for a text in a text.',
    };
  const isOne = textsOf(left)?.size === 1;
  return {
    code: 'unlikely-comparison',
    message: isOne
      ? `${always} ${quotedList(left)} is never among ${quotedList(item)}`
      : `${always} the left side can be none of ${quotedList(item)}`,
    hint: `Possible values: ${quotedList(isOne ? item : left)}.`,
  };
}

function isLiteral({ node }: Side): boolean {
  return node?.type === 'string' || node?.type === 'number' || node?.type === 'value';
}

function quotedList(type: Type): string {
  return [...(textsOf(type) ?? [])].map(shown).join(', ');
}

/** A literal text is only itself. */
function literalType({ node, known }: Side): Type {
  if (node?.type !== 'string') return known.type;
  return { ...scalar('string'), values: new Set([String(node.value)]) };
}

/** What an item of a literal list of literal texts can be. */
function literalItem(list: Node | undefined): Type | undefined {
  const items = list?.type === 'unary' && list.value === '[' ? (list.expressions ?? []) : [];
  if (items.length === 0 || items.some(({ type }) => type !== 'string')) return undefined;
  return { ...scalar('string'), values: new Set(items.map(({ value }) => String(value))) };
}
