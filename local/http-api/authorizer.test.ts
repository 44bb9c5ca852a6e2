// The Lambda authorizer of the HTTP API, and the cache of its results.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Event, json, type Result, TestHttpApi } from './testing/http-api.ts';

let api: TestHttpApi;
beforeEach(async () => {
  api = await TestHttpApi.start();
});
afterEach(() => api.close());

test('without the header the authorizer is not asked', async () => {
  const sent = await api.send('GET', '/private/1');
  expect([sent.status, sent.body.toString()]).toEqual([401, '{"message":"Unauthorized"}']);
  expect(api.calls).toEqual([]);
});

test('the authorizer gets the request, and its context reaches the function', async () => {
  const event: Event = json(await api.send('GET', '/private/7?x=1', { authorization: 'Bearer good' }));
  expect(event.requestContext.authorizer).toEqual({ lambda: { sub: 'user-1', roles: ['admin'] } });
  expect(api.calls[0]?.name).toBe('authorizer');
  expect(api.calls[0]?.event).toMatchObject({
    version: '2.0',
    type: 'REQUEST',
    routeArn: 'arn:aws:execute-api:us-east-1:000000000000:local/$default/GET/private/{id}',
    identitySource: ['Bearer good'],
    routeKey: 'GET /private/{id}',
    rawPath: '/private/7',
    headers: { authorization: 'Bearer good' },
    pathParameters: { id: '7' },
  });
});

test.each<[string, () => Result, number, string]>([
  ['isAuthorized false', () => ({ isAuthorized: false }), 403, 'Forbidden'],
  ['Error("Unauthorized")', () => Promise.reject(new Error('Unauthorized')), 401, 'Unauthorized'],
  ['another error', () => Promise.reject(new Error('no keys')), 500, 'Internal Server Error'],
  ['garbage', () => 'yes', 500, 'Internal Server Error'],
  ['text for isAuthorized', () => ({ isAuthorized: 'true' }), 500, 'Internal Server Error'],
])('an authorizer that answers %s refuses', async (_, authorizer, status, message) => {
  api.functions['authorizer'] = authorizer;
  const sent = await api.send('GET', '/private/7', { authorization: 'Bearer x' });
  expect([sent.status, json(sent)]).toEqual([status, { message }]);
  expect(api.calls.map(({ name }) => name)).toEqual(['authorizer']);
});

test('the authorizer’s answer counts for the same header, yes and no alike', async () => {
  for (const authorization of ['Bearer good', 'Bearer good', 'Bearer bad', 'Bearer bad', 'Bearer good'])
    await api.send('GET', '/private/7', { authorization });
  expect(
    api.calls.filter(({ name }) => name === 'authorizer').map(({ event }) => event.headers['authorization']),
  ).toEqual(['Bearer good', 'Bearer bad']);
});

test('a failure of the authorizer is not kept', async () => {
  const { authorizer } = api.functions;
  api.functions['authorizer'] = () => Promise.reject(new Error('no keys'));
  expect((await api.send('GET', '/private/7', { authorization: 'Bearer good' })).status).toBe(500);
  if (authorizer) api.functions['authorizer'] = authorizer;
  expect((await api.send('GET', '/private/7', { authorization: 'Bearer good' })).status).toBe(200);
});

test('without a TTL the authorizer is asked every time', async () => {
  await api.restart({ authorizerTtlSeconds: 0 });
  for (let index = 0; index < 2; index++)
    await api.send('GET', '/private/7', { authorization: 'Bearer good' });
  expect(api.calls.filter(({ name }) => name === 'authorizer')).toHaveLength(2);
});
