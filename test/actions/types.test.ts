// What must not compile in an action: each line below an @ts-expect-error is an error that tsc has to report.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { defineAction } from '../../lib/actions/define-action.ts';

const base = {
  title: 'Test',
  summary: 'A test.',
  connection: { provider: 'github', secrets: z.object({ token: z.string() }) },
  effect: 'read' as const,
  timeoutSeconds: 5,
  input: z.strictObject({ count: z.int(), note: z.string().optional() }),
  output: z.object({ text: z.string(), total: z.int() }),
  example: { input: { count: 1 }, output: { text: '', total: 1 } },
};

test('an action that is right compiles, and is a handler with its definition', () => {
  const handler = defineAction({
    ...base,
    run: async ({ count }, { secrets }) => ({ text: secrets.token, total: count }),
  });
  expect(handler.definition.title).toBe('Test');
});

test('mistakes do not compile', () => {
  const mistakes = () => [
    defineAction({
      ...base,
      // @ts-expect-error a secret that the action did not declare
      run: async ({ count }, { secrets }) => ({ text: secrets.password, total: count }),
    }),
    defineAction({
      ...base,
      // @ts-expect-error an output of another type
      run: async () => ({ text: 'x', total: 'many' }),
    }),
    defineAction({
      ...base,
      // @ts-expect-error an output without one of its fields
      run: async () => ({ text: 'x' }),
    }),
    defineAction({
      ...base,
      // @ts-expect-error an input field that the schema does not have
      run: async ({ amount }) => ({ text: 'x', total: amount }),
    }),
    defineAction({
      ...base,
      // @ts-expect-error an optional field used as if it were always there
      run: async ({ note }) => ({ text: note.trim(), total: 1 }),
    }),
    defineAction({
      ...base,
      // @ts-expect-error an example that does not fit the input
      example: { input: { count: 'one' }, output: { text: '', total: 1 } },
      run: async () => ({ text: 'x', total: 1 }),
    }),
    defineAction({
      ...base,
      // @ts-expect-error an effect that there is not
      effect: 'delete',
      run: async () => ({ text: 'x', total: 1 }),
    }),
    // @ts-expect-error an effect outside without what makes it happen once
    defineAction({ ...base, effect: 'write', run: async () => ({ text: 'x', total: 1 }) }),
    // @ts-expect-error what only an action that writes has
    defineAction({ ...base, once: 'marker', run: async () => ({ text: 'x', total: 1 }) }),
    // @ts-expect-error no run
    defineAction(base),
  ];
  expect(mistakes).toBeTypeOf('function');
});
