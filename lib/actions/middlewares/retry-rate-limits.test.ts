// When a rate limit is left to the state machine. The limits by cases are in define-action.test.ts.
import { afterEach, expect, test, vi } from 'vitest';
import { actionChain, actionEventOf } from '../../../test/support/action-chain.ts';
import { lambdaContext } from '../../../test/support/lambda-context.ts';
import { Conflict, RateLimited } from '../../errors.ts';
import { invocationValue } from '../../invocation-value.ts';
import type { ActionEvent } from '../invocation/action-event.ts';
import { retryRateLimits } from './retry-rate-limits.ts';

afterEach(() => vi.restoreAllMocks());

async function failing(
  error: Error,
  retry: ActionEvent['retry'] | undefined,
  known = true,
): Promise<unknown> {
  const event = invocationValue<ActionEvent>('event');
  const context = lambdaContext();
  if (known) event.set(context, actionEventOf({ retry }));
  const handler = actionChain()
    .use(retryRateLimits(event))
    .handler(() => Promise.reject(error));
  return handler({}, context).catch((thrown: unknown) => thrown);
}

const retry = { attempt: 3, max_attempts: 5, interval_seconds: 2, backoff_rate: 3 };

test('the state machine waits as long as the provider said', async () => {
  expect(await failing(new RateLimited('Slow down', 7), retry)).toMatchObject({
    name: 'RetryAfter',
    message: '7',
  });
});

test.each([
  ['a part, by chance, of the backoff', retry, 0.5, '9'],
  ['not more than 30 seconds', { ...retry, attempt: 4 }, 1, '30'],
  ['not more than the step says', { ...retry, max_interval_seconds: 5 }, 1, '5'],
] as const)('where it said nothing: %s', async (_, given, chance, seconds) => {
  vi.spyOn(Math, 'random').mockReturnValue(chance);
  expect(await failing(new RateLimited('Slow down'), given)).toMatchObject({
    name: 'RetryAfter',
    message: seconds,
  });
});

test('the last try, another error and an event that was invalid stay as they are', async () => {
  const limit = new RateLimited('Slow down', 7);
  expect(await failing(limit, { ...retry, attempt: 5 })).toBe(limit);
  expect(await failing(limit, undefined, false)).toBe(limit);
  const conflict = new Conflict('x');
  expect(await failing(conflict, retry)).toBe(conflict);
});
