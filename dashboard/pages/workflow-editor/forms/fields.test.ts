// Which control a field gets.
import { expect, test } from 'vitest';
import type { FieldSchema } from '../check/field-schema.ts';
import {
  conditionOf,
  controlOf,
  dereferenced,
  emptyValue,
  hintOf,
  neededChoice,
  noteOf,
  variantIn,
} from './fields.ts';

const root = { $defs: { port: { type: 'integer', description: 'A port' } } };
const port: FieldSchema = { $ref: '#/$defs/port' };
const expression: FieldSchema = { type: 'string', description: 'An expression: {{ … }}' };

const format: FieldSchema = {
  oneOf: [
    {
      type: 'object',
      properties: { type: { const: 'schema' }, schema: { type: 'object' }, strict: { default: true } },
      required: ['type', 'schema'],
    },
    { type: 'object', properties: { type: { const: 'none' } }, required: ['type'] },
  ],
};

test.each<[FieldSchema, unknown, string]>([
  [{ type: 'string' }, undefined, 'text'],
  [{ type: 'string' }, 5, 'json'],
  [{ type: 'integer' }, null, 'number'],
  [{ type: 'number' }, 1.5, 'number'],
  [{ type: 'number' }, 'x', 'number'],
  [{ type: ['boolean', 'null'] }, true, 'boolean'],
  [{ type: ['string', 'number'] }, 5, 'json'],
  [{ type: 'array' }, [], 'json'],
  [{ type: 'array', items: {} }, [], 'json'],
  [{ type: 'array', items: { type: 'string' } }, undefined, 'list'],
  [{ type: 'array', items: { type: 'string' } }, ['a'], 'list'],
  [{ type: 'array', items: { type: 'string' } }, 'a', 'json'],
  [{ type: 'array', items: { type: 'string' } }, '{{ inputs.l }}', 'expression'],
  [{ type: ['boolean', 'string'] }, undefined, 'condition'],
  [{ type: ['boolean', 'string'] }, true, 'condition'],
  [{ type: ['boolean', 'string'] }, 'x', 'condition'],
  [{ type: ['boolean', 'string'] }, '{{ true }}', 'condition'],
  [{ type: ['boolean', 'string'] }, 5, 'json'],
  [format, undefined, 'variants'],
  [format, { type: 'none' }, 'variants'],
  [format, { type: 'other' }, 'json'],
  [format, 'text', 'json'],
  [{ type: 'object' }, '{"a', 'json'],
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
  [{}, '{"a', 'json'],
  [{}, '[', 'json'],
  [{ type: ['string', 'array'] }, 'text', 'text'],
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
  [{ type: ['string', 'boolean'] }, false, 'condition'],
  [{ type: ['string', 'number'] }, false, 'text or number'],
  [{}, true, 'required'],
  [{}, false, ''],
])('the note of %j, required %j', (schema, isRequired, note) => {
  expect(noteOf(schema, isRequired, root)).toBe(note);
});

test('of several objects, the one is shown that the value is meant to be', () => {
  const control = controlOf(format, { type: 'none' }, root);
  if (control.kind !== 'variants') throw new Error(control.kind);
  expect(control.variants.map(({ is }) => is)).toEqual(['schema', 'none']);
  expect(variantIn(control, { type: 'none', more: 1 })?.is).toBe('none');
  expect(variantIn(control, { type: 'x' })).toBeUndefined();
  // Objects that no key tells apart are written as JSON.
  expect(controlOf({ oneOf: [{ properties: { a: {} } }, { properties: { b: {} } }] }, {}, root).kind).toBe(
    'json',
  );
});

test.each<[FieldSchema, unknown]>([
  [{ type: 'string' }, ''],
  [port, ''],
  [{ type: 'array', items: { type: 'string' } }, []],
  [{ type: 'object' }, {}],
  [{ default: 7, type: 'integer' }, 7],
  [
    {
      type: 'object',
      properties: { role: { enum: ['a', 'b'] }, content: { type: 'string' }, name: {} },
      required: ['role', 'content'],
    },
    { role: '', content: '' },
  ],
  [format.oneOf?.[0] ?? {}, { type: 'schema', schema: {} }],
])('what is added for %j has what it needs: %j', (schema, value) => {
  expect(emptyValue(schema, root)).toEqual(value);
});

test('fields of which some are needed are shown until the choice is made', () => {
  const schema = { anyOf: [{ required: ['to', 'subject'] }, { required: ['answers'] }] };
  expect(neededChoice(schema, {})).toEqual(['to', 'subject', 'answers']);
  expect(neededChoice(schema, { subject: 's' })).toEqual(['to', 'subject', 'answers']);
  expect(neededChoice(schema, { to: [], subject: 's' })).toEqual([]);
  expect(neededChoice({ anyOf: [{ type: 'string' }] }, {})).toEqual([]);
});

test.each<[FieldSchema, string | undefined]>([
  [{ description: 'The most', default: 10 }, 'The most. 10 when left out.'],
  [{ description: 'What to search.', default: '' }, 'What to search. Empty when left out.'],
  [{ default: [] }, 'Empty when left out.'],
  [{ description: 'A port' }, 'A port'],
  [{ description: 'A port', default: null }, 'A port'],
  [{}, undefined],
])('the hint of %j', (schema, hint) => {
  expect(hintOf(schema)).toBe(hint);
});

test.each<[string, boolean, boolean, unknown]>([
  ['steps.a.b = 1', false, false, 'steps.a.b = 1'],
  ['steps.a.b = 1 ', false, true, '{{ steps.a.b = 1 }}'],
  ['{{ steps.a.b', false, true, '{{ steps.a.b'],
  [' true ', true, false, true],
  ['false', true, true, false],
  ['', false, true, undefined],
  ['  ', true, true, ''],
])('the condition %j, required %j, whole %j', (text, isRequired, isWhole, value) => {
  expect(conditionOf(text, isRequired, isWhole)).toBe(value);
});
