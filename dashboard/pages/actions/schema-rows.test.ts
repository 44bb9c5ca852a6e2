// JSON Schemas in words.
import { expect, test } from 'vitest';
import { schemaRows } from './schema-rows.ts';

test('fields are listed with their types in words, those within others below them', () => {
  const rows = schemaRows({
    type: 'object',
    required: ['title', 'list'],
    properties: {
      title: { type: 'string', description: 'What it is called' },
      count: { type: 'integer', default: 3 },
      kind: { enum: ['a', 'b'] },
      maybe: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      types: { type: ['number', 'null'] },
      any: {},
      list: {
        type: 'array',
        items: { $ref: '#/$defs/mail' },
      },
      texts: { type: 'array', items: { type: 'string' } },
      nested: { oneOf: [{ type: 'null' }, { type: 'object', properties: { deep: { const: 1 } } }] },
    },
    $defs: { mail: { type: 'object', properties: { subject: { type: 'string' } }, required: ['subject'] } },
  });
  expect(rows.map(({ name, type, required }) => `${name}${required ? '*' : ''}: ${type}`)).toEqual([
    'title*: text',
    'count: whole number',
    'kind: "a" or "b"',
    'maybe: text or null',
    'types: number or null',
    'any: anything',
    'list*: list of objects',
    'list[].subject*: text',
    'texts: list of texts',
    'nested: null or object',
    'nested.deep: 1',
  ]);
  expect(rows[0]).toMatchObject({ description: 'What it is called', default: undefined });
  expect(rows[1]?.default).toBe('3');
});

test('a schema that holds itself ends', () => {
  const node = { type: 'object', properties: { next: { $ref: '#' } } };
  expect(schemaRows(node).map(({ name }) => name)).toEqual([
    'next',
    'next.next',
    'next.next.next',
    'next.next.next.next',
  ]);
});
