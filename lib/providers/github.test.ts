// How long GitHub's limits last, and whether further waits have to be longer.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { type ProviderServer, startProviderServer } from '../../test/support/provider-server.ts';
import { data, githubClient } from './github.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const SECONDARY = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
function failing(status: number, message: string, headers: Record<string, string>) {
  server.answer({ status, headers, body: { message } });
  const client = githubClient({ secrets: { token: 't' }, signal: AbortSignal.timeout(60_000) });
  return data(z.unknown(), client.rest.users.getAuthenticated());
}
const inSeconds = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds);

test.each<[string, number, string, Record<string, string>, number, boolean]>([
  ['a limit that says how long', 403, SECONDARY, { 'retry-after': '7' }, 7, false],
  ['a limit that does not', 403, SECONDARY, {}, 60, true],
  ['too many requests', 429, 'Too many requests', {}, 60, true],
  ['what is made too quickly', 422, 'was submitted too quickly', {}, 60, true],
  [
    'a limit whose reset has passed',
    429,
    'x',
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' },
    60,
    true,
  ],
])('%s', async (_, status, message, headers, seconds, growing) => {
  await expect(failing(status, message, headers)).rejects.toMatchObject({
    ...{ name: 'RateLimited', retryAfterSeconds: seconds, growing },
  });
});

test('the primary limit lasts until its reset; one that is not used up says nothing', async () => {
  const limits = (remaining: string) => ({
    ...{ 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset': inSeconds(600) },
  });
  const error: unknown = await failing(403, 'API rate limit exceeded', limits('0')).catch((one) => one);
  expect(error).toMatchObject({ name: 'RateLimited', growing: false });
  expect([599, 600]).toContain(Object(error).retryAfterSeconds);
  await expect(failing(403, 'Resource not accessible by integration', limits('5'))).rejects.toMatchObject({
    name: 'Unauthorized',
  });
});

// A classic token's scopes come with every answer.
test.each<[string, number, string, Record<string, string>, object]>([
  ['forbidden', 403, 'Must have admin rights', {}, { name: 'Unauthorized', lacksScope: true }],
  ['not found', 404, 'Not Found', {}, { name: 'NotFound' }],
  ['invalid', 422, 'Validation Failed', {}, { name: 'InvalidInput' }],
  ['not authenticated', 401, 'Bad credentials', {}, { name: 'Unauthorized', lacksScope: false }],
  ['limited', 403, SECONDARY, { 'retry-after': '7' }, { name: 'RateLimited', retryAfterSeconds: 7 }],
])(
  'only what is forbidden is told as a scope that is lacking: %s',
  async (_, status, message, more, error) => {
    const scopes = { 'x-accepted-oauth-scopes': 'repo', 'x-oauth-scopes': 'gist, read:user' };
    await expect(failing(status, message, { ...scopes, ...more })).rejects.toMatchObject(error);
  },
);

test.each<[string, Record<string, string>, boolean]>([
  [
    'none of those that do',
    { 'x-accepted-oauth-scopes': 'repo, public_repo', 'x-oauth-scopes': 'gist' },
    true,
  ],
  ['none at all', { 'x-accepted-oauth-scopes': 'repo', 'x-oauth-scopes': '' }, true],
  [
    'one of those that do',
    { 'x-accepted-oauth-scopes': 'repo, public_repo', 'x-oauth-scopes': 'gist,public_repo' },
    false,
  ],
  ['some, and none is needed', { 'x-accepted-oauth-scopes': '', 'x-oauth-scopes': 'gist' }, false],
  ['no scopes, as one for single repositories', { 'x-accepted-oauth-scopes': 'repo' }, false],
])('what is forbidden to a token that has %s', async (_, headers, lacksScope) => {
  await expect(failing(403, 'Forbidden', headers)).rejects.toMatchObject({
    name: 'Unauthorized',
    lacksScope,
  });
});
