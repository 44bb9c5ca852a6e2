// Google's access tokens: when a new one is requested, for whom, and what a refusal means.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ProviderServer, startProviderServer } from '../../test/support/provider-server.ts';
import { accessTokens } from './google-token.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const ada = { client_id: 'client', client_secret: 'hidden', refresh_token: 'of-ada' };
const bea = { ...ada, refresh_token: 'of-bea' };
const { signal } = new AbortController();
const given = (access_token: string, more: object = { expires_in: 3600 }) => ({
  body: { access_token, ...more },
});

test('a token is used until a minute before it expires', async () => {
  let now = 0;
  const tokens = accessTokens(() => now);
  server.answer(given('a1'), given('a2', {}), given('a3'));
  expect(await tokens.get(ada, signal)).toEqual({ token: 'a1', scopes: undefined, cached: false });
  now = 3_539_999;
  expect(await tokens.get(ada, signal)).toEqual({ token: 'a1', scopes: undefined, cached: true });
  now = 3_540_000;
  expect(await tokens.get(ada, signal)).toEqual({ token: 'a2', scopes: undefined, cached: false });
  // An hour, where Google does not say how long.
  now += 3_539_999;
  expect(await tokens.get(ada, signal)).toEqual({ token: 'a2', scopes: undefined, cached: true });
  tokens.forget(ada);
  expect(await tokens.get(ada, signal)).toEqual({ token: 'a3', scopes: undefined, cached: false });
});

test('calls that want a token at the same time share one request, and a refusal', async () => {
  server.reset();
  const tokens = accessTokens(() => 0);
  server.answer({ status: 503, body: 'down' }, given('a'));
  const get = () => tokens.get(ada, signal);
  const refused = await Promise.allSettled([get(), get()]);
  expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(server.asked).toHaveLength(1);
  expect((await Promise.all([get(), get(), get()])).map(({ token }) => token)).toEqual(['a', 'a', 'a']);
  expect(server.asked).toHaveLength(2);
});

test('a token comes with what it allows, also from the cache', async () => {
  const tokens = accessTokens(() => 0);
  server.answer(given('a', { scope: 'https://mail.google.com/  openid' }));
  const scopes = ['https://mail.google.com/', 'openid'];
  expect(await tokens.get(ada, signal)).toEqual({ token: 'a', scopes, cached: false });
  expect(await tokens.get(ada, signal)).toEqual({ token: 'a', scopes, cached: true });
});

test('every refresh token has its own, and forgetting one keeps the others', async () => {
  const tokens = accessTokens(() => 0);
  server.answer(given('a'), given('b'), given('c'), given('d'));
  const other = { ...ada, client_id: 'another' };
  const names = [];
  for (const secrets of [ada, bea, other, ada, bea, other])
    names.push((await tokens.get(secrets, signal)).token);
  expect(names).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  tokens.forget(ada);
  expect([(await tokens.get(bea, signal)).token, (await tokens.get(ada, signal)).token]).toEqual(['b', 'd']);
  expect(Object.fromEntries(new URLSearchParams(server.asked[1]?.text))).toEqual({
    grant_type: 'refresh_token',
    ...bea,
  });
});

test.each([
  [
    400,
    { error: 'invalid_grant', error_description: 'Token has been revoked.' },
    'ConnectionExpired',
    "Google no longer takes the connection's refresh token: invalid_grant: Token has been revoked.",
  ],
  [
    401,
    { error: 'invalid_client' },
    'Unauthorized',
    "Google refused the connection's credentials: invalid_client",
  ],
  [
    400,
    { error: 'unauthorized_client' },
    'Unauthorized',
    "Google refused the connection's credentials: unauthorized_client",
  ],
  [
    400,
    { error: 'temporarily_unavailable' },
    'ProviderUnavailable',
    'Google answered 400: temporarily_unavailable',
  ],
  [403, { error: 'rate_limit_exceeded' }, 'RateLimited', 'Google answered 403: rate_limit_exceeded'],
  [403, { error: 'slow_down' }, 'RateLimited', 'Google answered 403: slow_down'],
  [429, { error: 'invalid_grant' }, 'RateLimited', 'Google answered 429: invalid_grant'],
  [500, { error: 'server_error' }, 'ProviderUnavailable', 'Google answered 500: server_error'],
  [503, 'down', 'ProviderUnavailable', 'Google answered 503: no message'],
  [
    307,
    { error: 'invalid_grant' },
    'ProviderUnavailable',
    'Google answered 307: invalid_grant (a redirect, which is not followed)',
  ],
  [
    200,
    { hello: 'x' },
    'ProviderUnavailable',
    'Google answered in an unknown format (unexpected: /access_token)',
  ],
])('%i %j is %s, and nothing is kept of it', async (status, body, name, message) => {
  const tokens = accessTokens(() => 0);
  server.answer({ status, body }, given('later'));
  await expect(tokens.get(ada, signal)).rejects.toMatchObject({ name, message });
  expect(await tokens.get(ada, signal)).toEqual({ token: 'later', cached: false });
});
