// The types of values that JSON Schemas describe.
import { expect, test } from 'vitest';
import { dereference, fromSchema } from './schema-types.ts';
import { type Known, scalar, type Type, union, unknown } from './types.ts';

const string = scalar('string');
const texts = (...values: string[]): Type => ({ ...string, values: new Set(values) });
const object = (fields: Readonly<Record<string, Known>>, open = false): Type => ({
  kind: 'object',
  fields: new Map(Object.entries(fields)),
  open,
});
const certain = (type: Type): Known => ({ type, certain: true });
const perhaps = (type: Type): Known => ({ type, certain: false });

test.each<[string, unknown, Type]>([
  ['a type', { type: 'integer' }, scalar('integer')],
  ['several', { type: ['string', 'null'] }, union([string, scalar('null')])],
  ['a list', { type: 'array', items: { type: 'boolean' } }, { kind: 'array', items: scalar('boolean') }],
  ['a list of anything', { type: 'array' }, { kind: 'array', items: unknown }],
  ['one value', { const: 'a' }, texts('a')],
  ['one value that is no text', { const: 1 }, scalar('integer')],
  ['some values', { enum: ['a', 'b', null] }, union([texts('a', 'b'), scalar('null')])],
  ['values without texts', { enum: [1, true] }, union([scalar('integer'), scalar('boolean')])],
  ['one of several', { anyOf: [{ type: 'string' }, { type: 'number' }] }, union([string, scalar('number')])],
  ['exactly one', { oneOf: [{ type: 'string' }, { type: 'null' }] }, union([string, scalar('null')])],
  ['all of several', { type: 'string', allOf: [{}] }, unknown],
  ['nothing', {}, unknown],
  ['an unknown type', { type: 'text' }, unknown],
  ['no schema', [], unknown],
  ['true', true, unknown],
  [
    'fields',
    { type: 'object', properties: { a: { type: 'string' }, b: {} }, required: ['a'] },
    object({ a: certain(string), b: perhaps(unknown) }),
  ],
  ['any fields', { type: 'object' }, object({}, true)],
  ['no fields', { type: 'object', additionalProperties: false }, object({})],
  [
    'fields and others',
    { type: 'object', properties: { a: {} }, additionalProperties: { type: 'string' } },
    object({ a: perhaps(unknown) }, true),
  ],
  [
    'a reference',
    { type: 'array', items: { $ref: '#/$defs/a~1b' }, $defs: { 'a/b': { type: 'string' } } },
    { kind: 'array', items: string },
  ],
  ['a reference to nothing', { $ref: '#/$defs/none' }, unknown],
  ['a reference to another document', { $ref: 'other.json', 'other.json': { type: 'string' } }, unknown],
  ['itself', { $ref: '#' }, unknown],
])('%s', (_, schema, type) => {
  expect(fromSchema(schema)).toEqual(type);
});

test('a schema within another is read with the references of the whole', () => {
  const root = { $defs: { text: { type: 'string' } } };
  expect(fromSchema({ $ref: '#/$defs/text' }, root)).toEqual(string);
  expect(dereference('#/$defs/text', root)).toBe(root.$defs.text);
  expect(dereference('#/$defs/text/type', root)).toBe('string');
  expect(dereference('#/$defs/text/type/x', root)).toBeUndefined();
  expect(dereference('/$defs/text', root)).toBeUndefined();
});

test('sixteen levels are followed, 4,096 parts, and 256 texts', () => {
  const nested = (levels: number): object =>
    levels === 0 ? { type: 'string' } : { type: 'array', items: nested(levels - 1) };
  const innermost = (levels: number) => {
    let type = fromSchema(nested(levels));
    while (type.kind === 'array') type = type.items;
    return type;
  };
  expect([innermost(16), innermost(17)]).toEqual([string, unknown]);
  const wide = (count: number) => ({
    type: 'object',
    properties: Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, { type: 'string' }])),
  });
  expect([fromSchema(wide(4095)).kind, fromSchema(wide(4096))]).toEqual(['object', unknown]);
  const values = (count: number) => ({ enum: Array.from({ length: count }, (_, n) => `t${n}`) });
  expect(fromSchema(values(256))).toMatchObject({ values: { size: 256 } });
  expect(fromSchema(values(257))).toEqual(string);
});
