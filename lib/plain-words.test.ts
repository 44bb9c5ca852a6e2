// The wordings of what is wrong with a value.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { ajvWords, zodWords } from './plain-words.ts';

test.each<[z.ZodType, unknown, string]>([
  [z.string(), 5, 'must be a string'],
  [z.int(), 1.5, 'must be a whole number'],
  [z.boolean(), null, 'must be true or false'],
  [z.array(z.string()), {}, 'must be a list'],
  [z.strictObject({}), undefined, 'must be an object'],
  [z.record(z.string(), z.string()), 1, 'must be an object'],
  [z.enum(['a', 'b']), 'c', 'must be one of "a", "b"'],
  [z.literal('a'), 'c', 'must be "a"'],
  [z.string().min(1), '', 'must have at least 1 character'],
  [z.string().max(2), 'abc', 'must have at most 2 characters'],
  [z.array(z.string()).min(2), [], 'must have at least 2 items'],
  [z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 item'],
  [z.number().min(1), 0, 'must be at least 1'],
  [z.number().max(1), 2, 'must be at most 1'],
  [z.number().multipleOf(5), 2, 'must be a multiple of 5'],
  [z.string().min(1, 'must not be empty'), '', 'must not be empty'],
  [z.string().regex(/a/, 'must have an a'), '', 'must have an a'],
  [z.email(), 'x', 'must be of the form email'],
  [z.union([z.string(), z.int()]), null, 'is not one of the values that it can have'],
  [z.strictObject({}), { a: 1 }, 'is not known here'],
])('zod: %#', (schema, value, expected) => {
  expect(schema.safeParse(value).error?.issues.map(zodWords)).toEqual([expected]);
});

test.each<[object, unknown, string]>([
  [{ type: 'string' }, 5, 'must be a string'],
  [{ type: ['integer', 'null'] }, 'x', 'must be a whole number or null'],
  [{ enum: ['a', 1] }, 'c', 'must be one of "a", 1'],
  [{ const: 'a' }, 'c', 'must be "a"'],
  [{ required: ['a'] }, {}, 'must have "a"'],
  [{ properties: {}, additionalProperties: false }, { a: 1 }, 'must not have "a", which is not known here'],
  [{ minLength: 1 }, '', 'must have at least 1 character'],
  [{ maxLength: 2 }, 'abc', 'must have at most 2 characters'],
  [{ minItems: 1 }, [], 'must have at least 1 item'],
  [{ maxItems: 0 }, [1], 'must have at most 0 items'],
  [{ minProperties: 1 }, {}, 'must have at least 1 key'],
  [{ maxProperties: 1 }, { a: 1, b: 1 }, 'must have at most 1 key'],
  [{ minimum: 1 }, 0, 'must be at least 1'],
  [{ maximum: 1 }, 2, 'must be at most 1'],
  [{ exclusiveMinimum: 1 }, 1, 'must be more than 1'],
  [{ exclusiveMaximum: 1 }, 1, 'must be less than 1'],
  [{ multipleOf: 5 }, 2, 'must be a multiple of 5'],
  [{ uniqueItems: true }, [1, 1], 'must have no item twice: 0 and 1 are the same'],
  [{ pattern: '^a' }, 'b', 'must match ^a'],
  [{ not: {} }, 1, 'must not be valid'],
])('JSON Schema: %j', (schema, value, expected) => {
  const validate = new Ajv2020({ strict: false }).compile(schema);
  validate(value);
  expect(validate.errors?.map(ajvWords)).toEqual([expected]);
});
