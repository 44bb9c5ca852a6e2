// The functions that an expression can call: those of JSONata 2.0.6 and those that Step Functions adds.
import { anything, type Known, oneItem, scalar, type Type, union, unknown } from './types.ts';

const string = scalar('string');
const number = scalar('number');
const boolean = scalar('boolean');
/** What $type gives (https://docs.jsonata.org/object-functions#type); a whole number is a `number` there. */
const typeName: Type = {
  ...string,
  values: new Set(['null', 'number', 'string', 'boolean', 'array', 'object', 'function']),
};
const texts: Type = { kind: 'array', items: string };
const array: Type = { kind: 'array', items: unknown };

/** The type of each function's result, when its arguments have values. */
const results: Readonly<Record<string, Type>> = {
  sum: number, count: number, max: number, min: number, average: number,
  string, substring: string, substringBefore: string, substringAfter: string, lowercase: string,
  uppercase: string, length: number, trim: string, pad: string, match: unknown, contains: boolean,
  replace: string, split: texts, join: string, formatNumber: string, formatBase: string,
  formatInteger: string, parseInteger: number, number, floor: number, ceil: number, round: number,
  abs: number, sqrt: number, power: number, random: number, boolean, not: boolean, map: unknown,
  zip: array, filter: unknown, single: unknown, reduce: unknown, sift: unknown, keys: unknown,
  lookup: unknown, append: unknown, exists: boolean, spread: unknown, merge: unknown, reverse: array,
  each: unknown, error: unknown, assert: unknown, type: typeName, sort: unknown, shuffle: array,
  distinct: unknown, base64encode: string, base64decode: string, encodeUrlComponent: string,
  encodeUrl: string, decodeUrlComponent: string, decodeUrl: string, toMillis: number,
  fromMillis: string, clone: unknown, now: string, millis: number,
  // Added by Step Functions.
  partition: array, range: array, hash: string, uuid: string, parse: unknown,
}; // biome-ignore format: a table

/** They have a result whatever their arguments are. */
const ALWAYS = new Set(['count', 'exists', 'now', 'millis', 'uuid', 'random']);

/** They have a result whenever all their arguments have values. */
const IF_GIVEN = new Set([
  'string',
  'substring',
  'uppercase',
  'lowercase',
  'trim',
  'length',
  'boolean',
  'not',
  'number',
  'join',
  'replace',
  'contains',
  'type',
]);

/** Each evaluation has another result. */
const CHANGING = new Set(['random', 'uuid', 'shuffle', 'now', 'millis']);

export const functionNames: readonly string[] = Object.keys(results);

export function isFunction(name: string): boolean {
  return Object.hasOwn(results, name);
}

export function resultType(name: string): Type {
  return (isFunction(name) && results[name]) || unknown;
}

export function alwaysGives(name: string): boolean {
  return ALWAYS.has(name);
}

export function isChanging(name: string): boolean {
  return CHANGING.has(name);
}

export function givesIfGiven(name: string): boolean {
  return IF_GIVEN.has(name);
}

/** Functions that call another one with each item of a list, and the arguments of that call. */
const OF_ITEMS: Readonly<Record<string, (item: Known) => readonly Known[]>> = {
  map: withIndex,
  filter: withIndex,
  single: withIndex,
  sort: (item) => [item, item],
  // The first one is what came of the items before.
  reduce: (item) => [anything, ...withIndex(item)],
};

/** Functions that call another one with each field of an object: its value and its name. */
const OF_FIELDS = new Set(['each', 'sift']);

function withIndex(item: Known): readonly Known[] {
  return [item, { type: scalar('integer'), certain: true }];
}

/** The arguments of the function that such a function calls; undefined for other functions. */
export function givenOfItems(name: string, list: Type): readonly Known[] | undefined {
  if (OF_FIELDS.has(name))
    return [
      { type: anyField(list), certain: true },
      { type: string, certain: true },
    ];
  const given = Object.hasOwn(OF_ITEMS, name) ? OF_ITEMS[name] : undefined;
  return given?.({ type: oneItem(list), certain: true });
}

function anyField(type: Type): Type {
  return type.kind === 'object' && !type.open && type.fields.size > 0
    ? union([...type.fields.values()].map((field) => field.type))
    : unknown;
}

/** The object that $merge makes of a list: each field of any of its items, of which the last one counts. */
export function mergedType(list: Type): Type {
  const item = oneItem(list);
  const objects = item.kind === 'union' ? item.options : [item];
  const fields = new Map<string, Known>();
  for (const object of objects) {
    if (object.kind !== 'object' || object.open) return unknown;
    for (const [name, { type }] of object.fields) {
      const before = fields.get(name);
      fields.set(name, { type: before ? union([before.type, type]) : type, certain: false });
    }
  }
  return { kind: 'object', fields, open: false };
}

/** What is known of `left <operator> right`. */
export function operatorResult(operator: string, left: Known, right: Known): Known {
  const certain = left.certain && right.certain;
  switch (operator) {
    case '&':
      return { type: string, certain: true };
    case 'and':
    case 'or':
    case 'in':
    case '=':
    case '!=':
      return { type: boolean, certain: true };
    case '<':
    case '<=':
    case '>':
    case '>=':
      return { type: boolean, certain };
    case '..':
      return anything;
    default:
      return { type: number, certain };
  }
}
