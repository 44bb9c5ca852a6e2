// Which schemas OpenAI's strict mode takes, and what is left of one as a function's parameters.
import { expect, test } from 'vitest';
import { functionParameters, isStrict } from './strict-schema.ts';

const text = { type: 'string' };
const object = (properties: object, rest: object = {}) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...rest,
});

test.each([
  ['no properties', object({})],
  ['nested', object({ a: object({ b: { type: 'array', items: object({ c: text }) } }) })],
  [
    'a choice, an enumeration, a bound',
    object({
      a: { anyOf: [text, { type: 'null' }] },
      b: { enum: ['x'] },
      c: { type: 'integer', minimum: 1 },
    }),
  ],
  [
    'a definition',
    object({ a: { $ref: '#/$defs/t' } }, { $defs: { t: object({ a: { $ref: '#/$defs/t' } }) } }),
  ],
  ['several types', object({ a: { type: ['string', 'null'], format: 'date' } })],
])('strict: %s', (_, schema) => {
  expect(isStrict(schema)).toBe(true);
});

test.each([
  ['no object', { type: 'array', items: text }],
  ['an optional property', object({ a: text }, { required: [] })],
  ['further properties', object({ a: text }, { additionalProperties: undefined })],
  ['a free object within', object({ a: { type: 'object' } })],
  ['a length', object({ a: { type: 'string', minLength: 1 } })],
  ['a default', object({ a: { type: 'string', default: 'x' } })],
  ['a format that it has not', object({ a: { type: 'string', format: 'uri' } })],
  ['anything', object({ a: {} })],
  ['a list of anything', object({ a: { type: 'array' } })],
  ['oneOf', object({ a: { oneOf: [text] } })],
  ['an open definition', object({ a: { $ref: '#/$defs/t' } }, { $defs: { t: { type: 'object' } } })],
  ['too deep', Array.from({ length: 12 }).reduce<object>((inner) => object({ a: inner }), text)],
])('not strict: %s', (_, schema) => {
  expect(isStrict({ ...schema })).toBe(false);
});

test('a function’s parameters have no union at the top level', () => {
  const schema = object({ a: text }, { oneOf: [{ required: ['a'] }], $schema: 'x' });
  expect(functionParameters(schema)).toEqual(object({ a: text }));
  expect(functionParameters({})).toEqual({ type: 'object', properties: {} });
});
