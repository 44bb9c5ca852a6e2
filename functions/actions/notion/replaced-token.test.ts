// Connections of Notion that came by consent: their access token ends, and is replaced in the middle of a run.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { invoke, type ProviderServer, startProviderServer } from '../../../test/support/provider-server.ts';
import { handler } from './search-pages.ts';

const CONNECTIONS = '/ai-orchestra/test/connections/notion';
const TOKENS = '/ai-orchestra/test/connection-tokens/notion/';

let server: ProviderServer;
let count = 0;
let id: string;
beforeAll(async () => {
  server = await startProviderServer();
});
beforeEach(() => {
  server.reset();
  count += 1;
  id = `grant-${count}`;
  const client = { client_id: 'client', client_secret: 'hush-hush' };
  const grant = { token: 'first-access', refresh_token: `first-refresh-${count}` };
  server.stored.set(`${CONNECTIONS}/${id}`, JSON.stringify({ ...client, ...grant }));
});
afterAll(() => server.close());

const search = () => invoke(handler, { query: 'x' }, { connection: id });
const refused = {
  status: 401,
  body: { object: 'error', status: 401, code: 'unauthorized', message: 'API token is invalid.' },
};
const found = { body: { object: 'list', results: [], has_more: false } };
const pair = { body: { access_token: 'second-access', refresh_token: 'second-refresh' } };
const bearers = () =>
  server.asked.filter(({ path }) => path === '/v1/search').map(({ headers }) => headers.authorization);
const kept = () =>
  [...server.stored].filter(([name]) => name.startsWith(TOKENS)).map(([, value]) => JSON.parse(value));

test('a refused token is replaced by both of a refresh, and the call made again; later calls use the new one', async () => {
  server.answer(refused, pair, found, found);
  expect(await search()).toEqual({ pages: [], has_more: false });
  expect(await search()).toEqual({ pages: [], has_more: false });
  expect(bearers()).toEqual(['Bearer first-access', 'Bearer second-access', 'Bearer second-access']);
  const [asked] = server.asked.filter(({ path }) => path === '/v1/oauth/token');
  expect(asked?.json).toEqual({ grant_type: 'refresh_token', refresh_token: `first-refresh-${count}` });
  expect(asked?.headers).toMatchObject({
    authorization: `Basic ${Buffer.from('client:hush-hush').toString('base64')}`,
    'notion-version': '2026-03-11',
  });
  expect(kept()).toContainEqual({ token: 'second-access', refresh_token: 'second-refresh' });
  // The connection itself is as it was, with what is known of it.
  expect(server.stored.get(`${CONNECTIONS}/${id}`)).toContain('first-access');
});

test('a grant that is gone is told with the page where the account is connected again', async () => {
  server.answer(refused, { status: 400, body: { error: 'invalid_grant' } });
  await expect(search()).rejects.toMatchObject({
    name: 'ConnectionExpired',
    message: `The connection notion/${id} has to be connected again: Notion no longer takes the connection's refresh token: invalid_grant (/app/connections?connection=notion/${id})`,
  });
});

test('a provider that does not answer the refresh is no reason to connect again', async () => {
  server.answer(refused, { status: 503, body: {} });
  await expect(search()).rejects.toMatchObject({ name: 'ProviderUnavailable' });
  server.answer(refused, pair, found);
  expect(await search()).toEqual({ pages: [], has_more: false });
});

test('a token that is refused after the refresh too is not replaced again', async () => {
  server.answer(refused, pair, refused);
  await expect(search()).rejects.toMatchObject({ name: 'Unauthorized' });
  expect(bearers()).toHaveLength(2);
});

test.each([
  [400, 'validation_error', 'InvalidInput'],
  [403, 'restricted_resource', 'Unauthorized'],
  [404, 'object_not_found', 'NotFound'],
  [409, 'conflict_error', 'Conflict'],
  [429, 'rate_limited', 'RateLimited'],
  [503, 'service_unavailable', 'ProviderUnavailable'],
])('an answer of %i %s is no reason to replace the token', async (status, code, name) => {
  server.answer({ status, body: { object: 'error', status, code, message: 'no' } });
  await expect(search()).rejects.toMatchObject({ name });
  expect(server.asked.map(({ path }) => path)).toEqual(['/v1/search']);
});
