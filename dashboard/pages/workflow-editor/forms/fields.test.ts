// Which control a field gets.
import { expect, test } from 'vitest';
import type { FieldSchema } from '../check/field-schema.ts';
import { controlOf, dereferenced, noteOf } from './fields.ts';

const root = { $defs: { port: { type: 'integer', description: 'A port' } } };
const port: FieldSchema = { $ref: '#/$defs/port' };
const expression: FieldSchema = { type: 'string', description: 'An expression: {{ … }}' };

test.each<[FieldSchema, unknown, string]>([
  [{ type: 'string' }, undefined, 'text'],
  [{ type: 'string' }, 5, 'json'],
  [{ type: 'integer' }, null, 'number'],
  [{ type: 'number' }, 1.5, 'number'],
  [{ type: 'number' }, 'x', 'text'],
  [{ type: ['boolean', 'null'] }, true, 'boolean'],
  [{ type: ['string', 'number'] }, 5, 'json'],
  [{ type: 'array' }, [], 'json'],
  [{ type: 'integer' }, '{{ inputs.n }}', 'expression'],
  [{ enum: ['a', 'b'] }, 'a', 'choice'],
  [{ enum: ['a', 'b'] }, 5, 'json'],
  [{ enum: ['a', 1] }, undefined, 'json'],
  [{ const: 'continue' }, undefined, 'choice'],
  [{ properties: {} }, undefined, 'object'],
  [{ properties: {} }, [], 'json'],
  [port, undefined, 'number'],
  [{ anyOf: [port, expression] }, undefined, 'number'],
  [{ anyOf: [port, { type: 'null' }] }, 80, 'number'],
  [{ anyOf: [port, { type: 'string' }] }, undefined, 'json'],
  [{}, 'text', 'text'],
])('%j with the value %j', (schema, value, kind) => {
  expect(controlOf(schema, value, root).kind).toBe(kind);
});

test('a reference keeps what stands beside it, also where that is said by allOf', () => {
  const own = { type: 'integer', description: 'Where it listens' };
  expect(dereferenced({ ...port, description: 'Where it listens' }, root)).toEqual(own);
  expect(dereferenced({ allOf: [port], description: 'Where it listens' }, root)).toMatchObject(own);
  expect(dereferenced({ $ref: '#/$defs/gone', description: 'x' }, root)).toEqual({ description: 'x' });
});

test.each<[FieldSchema, boolean, string]>([
  [port, true, 'whole number · required'],
  [{ type: ['string', 'null'] }, false, 'text'],
  [{ type: ['string', 'boolean'] }, false, 'text or yes or no'],
  [{}, true, 'required'],
  [{}, false, ''],
])('the note of %j, required %j', (schema, isRequired, note) => {
  expect(noteOf(schema, isRequired, root)).toBe(note);
});
