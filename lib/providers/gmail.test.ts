// Which refusals of Gmail are limits, and when a call is made again with a new access token.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { type ProviderServer, startProviderServer } from '../../test/support/provider-server.ts';
import { gmailCaller } from './gmail.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const secrets = { client_id: 'c', client_secret: 's', refresh_token: 'r' };
/** A caller whose first token is from the cache or not, and how often it was dropped. */
function caller(cached: boolean) {
  let [given, forgotten] = [0, 0];
  const tokens = {
    get: async () => {
      given += 1;
      return { token: `token-${given}`, scopes: undefined, cached: cached && given === 1 };
    },
    forget: () => {
      forgotten += 1;
    },
  };
  const call = gmailCaller({ secrets, signal: AbortSignal.timeout(60_000) }, tokens);
  const run = () => call(z.object({ ok: z.boolean() }), (gmail) => gmail.users.getProfile({ userId: 'me' }));
  return { run, forgotten: () => forgotten };
}
const sent = () => server.asked.map(({ headers }) => headers.authorization);

test('a cached token that is refused is replaced once; a new one that is refused is not', async () => {
  const refused = { status: 401, body: { error: { message: 'Invalid Credentials' } } };
  const cached = caller(true);
  server.answer(refused, { body: { ok: true } });
  expect(await cached.run()).toEqual({ ok: true });
  expect([sent(), cached.forgotten()]).toEqual([['Bearer token-1', 'Bearer token-2'], 1]);
  server.reset();
  const fresh = caller(false);
  server.answer(refused, { body: { ok: true } });
  await expect(fresh.run()).rejects.toMatchObject({ name: 'Unauthorized' });
  expect([sent(), fresh.forgotten()]).toEqual([['Bearer token-1'], 1]);
});

const error = (status: number, error: object) => ({ status, body: { error: { message: 'no', ...error } } });
test.each([
  ...['rateLimitExceeded', 'userRateLimitExceeded', 'dailyLimitExceeded', 'concurrentLimitExceeded'],
  ...['quotaExceeded', 'limitExceeded', 'RATE_LIMIT_EXCEEDED'],
])('a 403 with the reason %s is a limit', async (reason) => {
  for (const told of [{ errors: [{ reason }] }, { details: [{ reason }] }]) {
    server.answer(error(403, told));
    await expect(caller(false).run()).rejects.toMatchObject({ name: 'RateLimited' });
  }
});

test('so is one by its status or its words, and no other', async () => {
  const name = async (status: number, told: object) => {
    server.answer(error(status, told));
    return caller(false)
      .run()
      .catch((thrown: unknown) => (thrown instanceof Error ? thrown.name : ''));
  };
  expect(await name(403, { status: 'RESOURCE_EXHAUSTED' })).toBe('RateLimited');
  expect(await name(403, { message: 'User-rate limit exceeded' })).toBe('RateLimited');
  expect(await name(429, {})).toBe('RateLimited');
  expect(await name(403, { errors: [{ reason: 'insufficientPermissions' }] })).toBe('Unauthorized');
  expect(await name(400, { message: 'The limit of recipients is exceeded' })).toBe('InvalidInput');
});
