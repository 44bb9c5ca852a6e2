// The input of an action.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { actionChain, actionEventOf } from '../../../test/support/action-chain.ts';
import { lambdaContext } from '../../../test/support/lambda-context.ts';
import { invocationValue } from '../../invocation-value.ts';
import type { ActionEvent } from '../invocation/action-event.ts';
import { validateInput } from './validate-input.ts';

const schema = z.strictObject({
  name: z.string().min(2),
  note: z.string().optional(),
  due: z.string().nullable().default(null),
  tags: z.array(z.string()).default([]),
});

async function validated(given: unknown) {
  const event = invocationValue<ActionEvent>('event');
  const input = invocationValue<z.output<typeof schema>>('input');
  const context = lambdaContext();
  event.set(context, actionEventOf({ input: given }));
  await actionChain()
    .use(validateInput(schema, event, input))
    .handler(async () => ({}))({}, context);
  return input.get(context);
}

test('the input as its schema makes it', async () => {
  expect(await validated({ name: 'Ada', note: 'x' })).toEqual({
    name: 'Ada',
    note: 'x',
    due: null,
    tags: [],
  });
});

test('null leaves an optional parameter out, unless it takes null', async () => {
  expect(await validated({ name: 'Ada', note: null, due: null, tags: null })).toEqual({
    name: 'Ada',
    due: null,
    tags: [],
  });
});

test.each([
  [{ name: null }, '/name: must be a string'],
  [{ name: 'A' }, '/name: must have at least 2 characters'],
  [{ name: 'Ada', 'a/b': 'hush' }, '/a~1b: is not known here'],
  [{ name: 'Ada', tags: ['a\ud800b'] }, '/tags/0: must be Unicode text, and holds half of a surrogate pair'],
])('%j is invalid input', async (given, place) => {
  await expect(validated(given)).rejects.toMatchObject({
    name: 'InvalidInput',
    message: `The input is invalid. ${place}`,
  });
});

test('of very many mistakes twenty are named', async () => {
  const tags = Array.from({ length: 23 }, () => 0);
  await expect(validated({ name: 'Ada', tags })).rejects.toThrow(/\/tags\/19: [^;]*; and 3 more$/);
});
