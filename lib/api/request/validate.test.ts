// What is told of a part of a request that does not fit its schema, where a schema leaves room for more than one answer.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { ApiProblem } from '../../problem.ts';
import { validated } from './validate.ts';

function refusal(schema: z.ZodType, value: unknown): ApiProblem {
  try {
    validated(schema, value, 'body');
  } catch (error) {
    if (error instanceof ApiProblem) return error;
    throw error;
  }
  throw new Error('It was not refused');
}

const name = z.strictObject({ name: z.string() });
const id = z.strictObject({ id: z.number() });

test('of several alternatives the mistakes of the one are told whose type fits', () => {
  const { problems } = refusal(z.object({ to: z.union([z.string(), name]) }), { to: { name: 1 } });
  expect(problems).toEqual([
    { code: 'wrong-type', pointer: '/to/name', message: '`to.name` must be a string, but it is 1' },
  ]);
});

test('where none or several would do all of them are named', () => {
  const both = z.object({ to: z.union([name, id]) });
  const told = { code: 'wrong-type', pointer: '/to' };
  expect(refusal(both, { to: {} }).problems).toMatchObject([
    { ...told, message: expect.stringContaining('but it is an object') },
  ]);
  expect(refusal(z.object({ to: z.union([z.string(), id]) }), { to: 5 }).problems).toEqual([
    { ...told, message: '`to` must be a string or an object, but it is 5' },
  ]);
});

test('a thousand mistakes are told, and how many more there are is not', () => {
  const lost = (count: number) => JSON.parse(`[${Array(count).fill('{"__proto__":1}').join()}]`);
  const list = z.array(z.record(z.string(), z.unknown()));
  const { problems, message } = refusal(list, lost(1500));
  expect(problems).toHaveLength(1000);
  expect(problems?.[999]).toEqual({
    ...{ code: 'unknown-key', pointer: '/999/__proto__' },
    ...{ message: '`__proto__` is not known here', hint: 'leave it out' },
  });
  expect(message).toBe('`__proto__` is not known here (and 999 more)');
  expect(refusal(list, lost(1)).message).toBe('`__proto__` is not known here');
});
