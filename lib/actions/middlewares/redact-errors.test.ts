// What of an error leaves the action.
import { expect, test } from 'vitest';
import { actionChain } from '../../../test/support/action-chain.ts';
import { lambdaContext } from '../../../test/support/lambda-context.ts';
import { InvalidInput, NotFound } from '../../errors.ts';
import { invocationValue } from '../../invocation-value.ts';
import type { ActionMiddleware } from '../invocation/invocation.ts';
import { redactErrors } from './redact-errors.ts';

/** The error that a chain ends with when the given middleware stands inside. */
async function told(
  inside: ActionMiddleware,
  known: object | null = { token: 'tok-1234567890' },
): Promise<Error> {
  const secrets = invocationValue<object>('secrets');
  const context = lambdaContext();
  if (known) secrets.set(context, known);
  const handler = actionChain()
    .use(redactErrors('github', secrets))
    .use(inside)
    .handler(async () => ({}));
  const error: unknown = await handler({}, context).catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new TypeError('the chain did not fail');
  return error;
}

const throwing = (error: unknown): ActionMiddleware => ({
  before() {
    throw error;
  },
});

test('a known error keeps its name and its words, without the secret, its stack and its cause', async () => {
  const cause = new Error('tok-1234567890');
  const error = await told(throwing(new NotFound('No repository for tok-1234567890', { cause })));
  expect(error).toMatchObject({ name: 'NotFound', message: 'No repository for [redacted]' });
  expect([error.stack, error.cause]).toEqual(['NotFound: No repository for [redacted]', undefined]);
});

test('an unexpected error tells only where to look', async () => {
  expect(await told(throwing(new TypeError('reading tok-1234567890')))).toMatchObject({
    name: 'Error',
    message: 'The action failed unexpectedly; see its log, request 6f0c2c5e-0000-4000-8000-000000000000',
  });
});

test('what has the form of a token is taken out before any secret is known', async () => {
  const error = await told(throwing(new InvalidInput('Bad key sk-abcdefgh1234')), null);
  expect(error).toMatchObject({ name: 'InvalidInput', message: 'Bad key [redacted]' });
});

test('an error that a middleware inside puts in its place is redacted too, and nothing refers to the first one', async () => {
  const error = await told({
    before() {
      throw new Error('first tok-1234567890');
    },
    onError(request) {
      request.error = new NotFound('second tok-1234567890', { cause: request.error });
    },
  });
  expect(error.message).toBe('second [redacted]');
  expect(Object.getOwnPropertyNames(error).sort()).toEqual(['message', 'name', 'stack']);
});
