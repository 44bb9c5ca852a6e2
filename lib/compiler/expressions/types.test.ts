// Types: what fits what, what fields there are, and how they are called.
import { expect, test } from 'vitest';
import {
  bounded,
  describe,
  fromLiteral,
  isBoolean,
  itemOf,
  type Known,
  many,
  mayEqual,
  mayFit,
  member,
  nullable,
  oneItem,
  scalar,
  type Type,
  textsOf,
  union,
  unknown,
  withoutNull,
} from './types.ts';

const [string, number, integer, boolean, none] = [
  scalar('string'),
  scalar('number'),
  scalar('integer'),
  scalar('boolean'),
  scalar('null'),
];
const list = (items: Type): Type => ({ kind: 'array', items });
const object = (fields: Readonly<Record<string, Type>>, open = false): Type => ({
  kind: 'object',
  fields: new Map(
    Object.entries(fields).map(([name, type]): [string, Known] => [name, { type, certain: true }]),
  ),
  open,
});
const texts = (...values: string[]): Type => ({ ...string, values: new Set(values) });

test.each<[string, Type, string]>([
  ['nothing known', unknown, 'a value'],
  ['a scalar', integer, 'an integer'],
  ['null', none, 'null'],
  ['a list', list(string), 'an array'],
  ['an object', object({}), 'an object'],
  ['one or several', many(number), 'a number or an array'],
  ['one or several of what is not known', { kind: 'many', items: unknown }, 'a value'],
  ['one of several', union([string, boolean, none]), 'a string or a boolean or null'],
  ['one of which nothing is known', { kind: 'union', options: [string, unknown] }, 'a value'],
])('it is called: %s', (_, type, words) => {
  expect(describe(type)).toBe(words);
});

test.each<[string, Type, Type, boolean]>([
  ['the same', string, string, true],
  ['another', string, number, false],
  ['a whole number for a number', integer, number, true],
  ['a number for a whole one', number, integer, true],
  ['a text for a whole number', string, integer, false],
  ['what is not known', unknown, string, true],
  ['something for what is not known', string, unknown, true],
  ['one of several', union([string, none]), none, true],
  ['none of several', union([string, none]), boolean, false],
  ['a list for one or several', list(string), many(number), true],
  ['an object for one or several', object({}), many(number), false],
  ['a list for a list of others', list(string), list(number), true],
])('what may fit: %s', (_, given, wanted, fits) => {
  expect(mayFit(given, wanted)).toBe(fits);
});

test.each<[string, Type, Type, boolean]>([
  ['texts that have one in common', texts('a', 'b'), texts('b', 'c'), true],
  ['texts that have none', texts('a'), texts('b', 'c'), false],
  ['a known text and any', texts('a'), string, true],
  ['a text and null', string, none, true],
  ['null and a number', none, number, true],
  ['a text and a number', string, number, false],
  ['a text that may be null and another', nullable(texts('a')), texts('b'), false],
])('what may be equal: %s', (_, left, right, equal) => {
  expect([mayEqual(left, right), mayEqual(right, left)]).toEqual([equal, equal]);
});

test.each<[string, Type[], Type]>([
  ['one', [string], string],
  ['the same twice', [string, string], string],
  [
    'unions within',
    [union([string, none]), union([none, number])],
    { kind: 'union', options: [string, none, number] },
  ],
  ['something that is not known', [string, unknown, number], unknown],
  ['texts of several values', [texts('a'), texts('b', 'a')], texts('a', 'b')],
  ['a known text and any', [texts('a'), string], string],
  ['any text and a known one', [string, texts('a')], string],
  ['none', [], { kind: 'union', options: [] }],
])('a union: %s', (_, options, expected) => {
  expect(union(options)).toEqual(expected);
});

test('of too many alternatives, texts or parts nothing is known', () => {
  const objects = (count: number) => Array.from({ length: count }, (__, n) => object({ [`f${n}`]: string }));
  expect(union(objects(16)).kind).toBe('union');
  expect(union(objects(17))).toBe(unknown);
  const values = (from: number, count: number) =>
    texts(...Array.from({ length: count }, (__, n) => `t${from + n}`));
  expect(union([values(0, 128), values(128, 128)])).toMatchObject({ values: { size: 256 } });
  expect(union([values(0, 128), values(128, 129)])).toEqual(string);
  // The object is one part of it itself.
  const wide = (fields: number) =>
    object(Object.fromEntries(Array.from({ length: fields }, (__, n) => [`f${n}`, string])));
  const [most, more] = [wide(4095), wide(4096)];
  expect([bounded(most), bounded(more)]).toEqual([most, unknown]);
  expect(bounded(list(union([more, string])))).toBe(unknown);
  expect(bounded(many(more))).toBe(unknown);
});

test.each<[string, Type, Type]>([
  ['an array', list(list(string)), string],
  ['one or several', many(list(string)), string],
  ['anything else', object({}), object({})],
])('what paths go through, at the end: %s', (_, type, item) => {
  expect(itemOf(type)).toEqual(item);
});

test.each<[string, Type, Type]>([
  ['a list', list(list(string)), list(string)],
  ['one or several', many(string), string],
  ['a list that may be null', union([list(string), none]), string],
  ['one of several lists', union([list(string), number]), union([string, number])],
  ['anything else', string, string],
])('one item: %s', (_, type, item) => {
  expect(oneItem(type)).toEqual(item);
});

test('many of many, and of lists, are many', () => {
  expect(many(many(string))).toEqual({ kind: 'many', items: string });
  expect(many(list(string))).toEqual({ kind: 'many', items: string });
  expect(many(unknown)).toBe(unknown);
});

const certain = (type: Type): Known => ({ type, certain: true });
const perhaps = (type: Type): Known => ({ type, certain: false });
const missing = (on: string, ...fields: string[]) => ({ missing: true, fields, on });

test.each<[string, Type, unknown]>([
  ['an object', object({ a: string }), certain(string)],
  ['an object without it', object({ b: string, c: string }), missing('an object', 'b', 'c')],
  ['an open one without it', object({ b: string }, true), perhaps(unknown)],
  ['a text', string, missing('a string')],
  ['what is not known', unknown, perhaps(unknown)],
  ['a list', list(object({ a: string })), perhaps({ kind: 'many', items: string })],
  ['a list of others', list(object({ b: string })), missing('an object', 'b')],
  ['one or several', many(object({ a: list(string) })), perhaps({ kind: 'many', items: string })],
  ['an object or null', union([object({ a: string }), none]), perhaps(string)],
  ['null alone', { kind: 'union', options: [none] }, perhaps(unknown)],
  ['two objects', union([object({ a: string }), object({ a: number })]), certain(union([string, number]))],
  ['one of two objects', union([object({ a: string }), object({ b: number })]), perhaps(string)],
  [
    'none of two objects',
    union([object({ b: string, c: string }), object({ b: number })]),
    missing('an object', 'b', 'c'),
  ],
])('the field a of %s', (_, type, expected) => {
  expect(member(type, 'a')).toEqual(expected);
});

test.each<[unknown, Type]>([
  [null, none],
  ['x', string],
  [1, integer],
  [1.5, number],
  [true, boolean],
  [[], list(unknown)],
  [[1, 'x'], list(union([integer, string]))],
  [{ a: 1 }, object({ a: integer })],
  [undefined, unknown],
])('the type of %j', (value, type) => {
  expect(fromLiteral(value)).toEqual(type);
});

test('null beside something, and the texts that there are', () => {
  expect(withoutNull(nullable(string))).toEqual(string);
  expect(withoutNull(none)).toEqual(none);
  expect(textsOf(texts('a'))).toEqual(new Set(['a']));
  expect(textsOf(nullable(texts('a')))).toEqual(new Set(['a']));
  expect(textsOf(union([texts('a'), number]))).toBeUndefined();
  expect(textsOf(nullable(number))).toBeUndefined();
  expect(textsOf(list(texts('a')))).toBeUndefined();
  expect([isBoolean(boolean), isBoolean(nullable(boolean)), isBoolean(string)]).toEqual([true, false, false]);
});
