// The output of an action.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { actionChain, actionEventOf } from '../../../test/support/action-chain.ts';
import { lambdaContext } from '../../../test/support/lambda-context.ts';
import { invocationValue } from '../../invocation-value.ts';
import type { ActionEvent } from '../invocation/action-event.ts';
import { MAX_OUTPUT_BYTES } from '../invocation/output-size.ts';
import { largeValueStore } from '../large-values/store.ts';
import { checkOutput } from './check-output.ts';

const schema = z.object({
  text: z.string(),
  count: z.number().default(1),
  fields: z.record(z.string(), z.unknown()).optional(),
});

function checked(output: Record<string, unknown>) {
  const secrets = invocationValue<object>('secrets');
  const context = lambdaContext();
  secrets.set(context, { token: 'tok-1234567890' });
  const event = invocationValue<ActionEvent>('event');
  event.set(context, actionEventOf());
  const signal = invocationValue<AbortSignal>('signal');
  signal.set(context, new AbortController().signal);
  return actionChain()
    .use(checkOutput(schema, { event, signal, secrets, provider: 'github' }, largeValueStore))
    .handler(async () => output)({}, context);
}

test('what the schema does not have is left out, its defaults are put in, secrets are taken out', async () => {
  expect(await checked({ text: 'key tok-1234567890', internal: 1 })).toEqual({
    text: 'key [redacted]',
    count: 1,
  });
});

test('secrets are taken out of keys too, at any depth', async () => {
  const fields = { 'x-tok-1234567890': [{ 'tok-1234567890': 'tok-1234567890', n: null }, 5, true] };
  expect(await checked({ text: '', fields })).toEqual({
    text: '',
    count: 1,
    fields: { 'x-[redacted]': [{ '[redacted]': '[redacted]', n: null }, 5, true] },
  });
});

test('an output that does not fit its schema is an error of the action', async () => {
  await expect(checked({ text: 5 })).rejects.toThrow(z.ZodError);
});

test('an output that no state may hold is OutputTooLarge', async () => {
  await expect(checked({ text: '', fields: { x: 'x'.repeat(MAX_OUTPUT_BYTES) } })).rejects.toMatchObject({
    name: 'OutputTooLarge',
  });
});
