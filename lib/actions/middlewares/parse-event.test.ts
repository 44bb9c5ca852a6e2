// The event of an action.
import { expect, test } from 'vitest';
import { actionChain, actionEventOf } from '../../../test/support/action-chain.ts';
import { lambdaContext } from '../../../test/support/lambda-context.ts';
import { invocationValue } from '../../invocation-value.ts';
import type { ActionEvent } from '../invocation/action-event.ts';
import { parseEvent } from './parse-event.ts';

async function parsed(given: unknown): Promise<ActionEvent> {
  const event = invocationValue<ActionEvent>('event');
  const context = lambdaContext();
  await actionChain()
    .use(parseEvent(event))
    .handler(async () => ({}))(given, context);
  return event.get(context);
}

test('what a state machine sends, with its defaults', async () => {
  const sent = actionEventOf({ input: { a: 1 }, connection: 'work' });
  expect(await parsed({ ...sent, retry: { attempt: 1, max_attempts: 2 } })).toEqual({
    ...sent,
    retry: { attempt: 1, max_attempts: 2, interval_seconds: 1, backoff_rate: 2 },
  });
});

test.each([
  [{ input: {} }, '/execution: must be an object'],
  [null, '(whole): must be an object'],
  [{ ...actionEventOf(), connection: 5 }, '/connection: must be a string'],
])('%j is no event', async (given, place) => {
  await expect(parsed(given)).rejects.toMatchObject({
    name: 'InvalidInput',
    message: `The event is invalid. ${place}`,
  });
});
