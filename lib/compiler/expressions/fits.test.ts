// Which values are of a type that was inferred.
import { expect, test } from 'vitest';
import { fitsType, knownOfGiven } from './fits.ts';
import { many, scalar, type Type, union, unknown } from './types.ts';

const certain = (type: Type) => ({ type, certain: true });
const open: Type = { kind: 'object', open: false, fields: new Map([['a', certain(scalar('integer'))]]) };
const maybe: Type = {
  kind: 'object',
  open: false,
  fields: new Map([['a', { type: scalar('string'), certain: false }]]),
};
const both: Type = {
  ...open,
  fields: new Map([
    ['a', certain(scalar('integer'))],
    ['b', certain(scalar('string'))],
  ]),
};
const list: Type = { kind: 'array', items: scalar('string') };

test.each<[string, unknown, Type, boolean]>([
  ['anything', { a: [1] }, unknown, true],
  ['nothing', null, scalar('string'), true],
  ['a text', 'x', scalar('string'), true],
  ['a number for a text', 1, scalar('string'), false],
  ['a text that is none of the known ones', 'z', { ...scalar('string'), values: new Set(['x', 'y']) }, false],
  ['a whole number', 2, scalar('integer'), true],
  ['a fraction for a whole number', 2.5, scalar('integer'), false],
  ['a fraction', 2.5, scalar('number'), true],
  ['a text for a boolean', 'true', scalar('boolean'), false],
  ['something for null', 0, scalar('null'), false],
  ['an object with more fields', { a: 1, b: 2 }, open, true],
  ['an object with a field of another type', { a: '1' }, open, false],
  ['an object without a field that is always there', {}, open, false],
  ['an object without a field that may be there', {}, maybe, true],
  ['an object with one field of another type', { a: 1, b: 1 }, both, false],
  ['an object with both', { a: 1, b: 'x' }, both, true],
  ['a list for an object', [{ a: 1 }], open, false],
  ['a list', ['x', null], list, true],
  ['a list with another item', ['x', 1], list, false],
  ['one item', 'x', many(scalar('string')), true],
  ['several items', ['x', 'y'], many(scalar('string')), true],
  ['one of several types', 1, union([scalar('string'), scalar('integer')]), true],
  ['none of several types', [], union([scalar('string'), scalar('integer')]), false],
])('%s: %j', (_, value, type, fits) => {
  expect(fitsType(value, type)).toBe(fits);
});

test('a variable is what was inferred where all its values are of that, else what the first other one is', () => {
  const known = certain(scalar('string'));
  expect(knownOfGiven(known, [])).toBe(known);
  expect(knownOfGiven(known, ['x', null])).toBe(known);
  expect(knownOfGiven(known, ['x', 1, true])).toEqual(certain(scalar('integer')));
});
