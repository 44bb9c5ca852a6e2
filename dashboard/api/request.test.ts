// The typed client against a server: what it sends, and how it understands every answer.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { serverNow } from '../design-system/time-text.ts';
import { setAuthorization } from './authorization.ts';
import { ApiError, NetworkError } from './errors.ts';
import { forgetAnswers, request } from './request.ts';

let sent: RequestInit | undefined;
let answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
const server = createServer((incoming, outgoing) => answer(incoming, outgoing));
const params = { id: 'greeting.1' };

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { fetch } = globalThis;
  // In a browser the page's own address completes a path.
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    sent = init;
    return fetch(`http://127.0.0.1:${port}${path}`, init);
  });
});
afterAll(() => {
  vi.unstubAllGlobals();
  // Other test files share the process.
  setAuthorization({ token: async () => undefined, renew: async () => undefined });
  server.close();
});
beforeEach(() => {
  forgetAnswers();
  setAuthorization({ token: async () => 'old', renew: async () => undefined });
});

const json = (outgoing: ServerResponse, status: number, text: string, headers = {}) =>
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);

test('large numbers of an answer keep their digits', async () => {
  answer = (_incoming, outgoing) => json(outgoing, 200, '{"input":{"id":9223372036854775807}}');
  const { body } = await request('GET /executions/{id}', { params });
  expect(JSON.stringify(body.input)).toBe('{"id":9223372036854775807}');
});

test('what has an ETag is asked for with it, and not sent again', async () => {
  const asked: (string | undefined)[] = [];
  answer = (incoming, outgoing) => {
    asked.push(incoming.headers['if-none-match']);
    if (incoming.headers['if-none-match'] === '"1"') outgoing.writeHead(304).end();
    else json(outgoing, 200, '{"id":"greeting"}', { etag: '"1"' });
  };
  const first = await request('GET /workflows/{id}', { params: { id: 'greeting' } });
  const second = await request('GET /workflows/{id}', { params: { id: 'greeting' } });
  expect(second).toBe(first);
  expect(asked).toEqual([undefined, '"1"']);
});

test('what was read has no part in what is written, and 100 answers are known', async () => {
  const asked: string[] = [];
  answer = (incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url} ${incoming.headers['if-none-match']}`);
    json(outgoing, 200, '{}', { etag: incoming.method === 'PUT' ? '"2"' : '"1"' });
  };
  const read = (id: number) => request('GET /workflows/{id}', { params: { id: `w${id}` } });
  await read(0);
  const put = { params: { id: 'w0' }, headers: { 'if-match': '"1"' }, body: {} };
  await request('PUT /workflows/{id}', put);
  for (let id = 1; id < 100; id += 1) await read(id);
  asked.length = 0;
  // The one that was read last is known longest.
  for (const id of [0, 100, 0, 1]) await read(id);
  expect(asked).toEqual([
    'GET /workflows/w0 "1"',
    'GET /workflows/w100 undefined',
    'GET /workflows/w0 "1"',
    'GET /workflows/w1 undefined',
  ]);
  await request('DELETE /workflows/{id}', { params: { id: 'w0' }, headers: { 'if-match': '"1"' } });
  expect(asked.at(-1)).toBe('DELETE /workflows/w0 undefined');
});

test('whether the API is well, and a login, are asked for without a token', async () => {
  const tokens: (string | undefined)[] = [];
  answer = (incoming, outgoing) => {
    tokens.push(incoming.headers.authorization);
    json(outgoing, 200, '{}');
  };
  const token = vi.fn(async () => 'old');
  setAuthorization({ token, renew: async () => undefined });
  await request('GET /health');
  await request('POST /auth/login', { body: { user_id: 'ada', password: 'x' } });
  expect([tokens, token.mock.calls.length]).toEqual([[undefined, undefined], 0]);
  await request('GET /executions');
  expect(tokens[2]).toBe('Bearer old');
});

test('where nobody is logged in, a refusal asks for no token', async () => {
  answer = (_incoming, outgoing) => json(outgoing, 401, '{"message":"Unauthorized"}');
  const renew = vi.fn(async () => 'new');
  setAuthorization({ token: async () => undefined, renew });
  await expect(request('GET /executions')).rejects.toMatchObject({ status: 401 });
  expect(renew).not.toHaveBeenCalled();
});

test('nothing comes out of a cache, and no answer leads elsewhere', async () => {
  answer = (_incoming, outgoing) => outgoing.writeHead(302, { location: '/health' }).end();
  await expect(request('GET /executions')).rejects.toBeInstanceOf(NetworkError);
  expect(sent).toMatchObject({ cache: 'no-store', redirect: 'error' });
});

test('a request that is given up is no failure of the network', async () => {
  const control = new AbortController();
  answer = () => control.abort();
  await expect(request('GET /executions', {}, { signal: control.signal })).rejects.toMatchObject({
    name: 'AbortError',
  });
});

test('an answer tells the time of the service', async () => {
  const now = Date.now() + 3_600_000;
  answer = (_incoming, outgoing) => json(outgoing, 200, '{}', { date: new Date(now).toUTCString() });
  await request('GET /health');
  expect(Math.abs(serverNow() - now)).toBeLessThan(60_000);
});

test('problem details become an error with all that they say', async () => {
  const problems = [{ code: 'x', pointer: '/query/limit', message: 'is no number' }, { code: 1 }];
  const body = {
    type: '/docs#invalid-request',
    title: 'Not valid',
    status: 400,
    detail: 'See',
    problems,
    instance: 'r',
  };
  answer = (_incoming, outgoing) =>
    outgoing.writeHead(400, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body));
  const error = await request('GET /executions').catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(ApiError);
  expect({ ...(error as ApiError) }).toMatchObject({
    status: 400,
    type: 'invalid-request',
    title: 'Not valid',
    detail: 'See',
    problems: [problems[0]],
    instance: 'r',
  });
});

test('an answer of the gateway itself has a title too', async () => {
  answer = (_incoming, outgoing) => json(outgoing, 429, '{"message":"Too Many Requests"}');
  await expect(request('GET /executions')).rejects.toMatchObject({ status: 429, title: 'Too many requests' });
});

test('a refused token is renewed once, and the request sent again', async () => {
  const tokens: (string | undefined)[] = [];
  answer = (incoming, outgoing) => {
    tokens.push(incoming.headers.authorization);
    if (incoming.headers.authorization === 'Bearer new')
      json(outgoing, 200, '{"items":[],"next_cursor":null}');
    else json(outgoing, 401, '{"message":"Unauthorized"}');
  };
  setAuthorization({
    token: async () => 'old',
    renew: async (refused) => (refused === 'old' ? 'new' : undefined),
  });
  expect((await request('GET /executions')).body).toEqual({ items: [], next_cursor: null });
  expect(tokens).toEqual(['Bearer old', 'Bearer new']);
  setAuthorization({ token: async () => 'old', renew: async () => undefined });
  await expect(request('GET /executions')).rejects.toMatchObject({
    status: 401,
    title: 'The login is no longer good',
  });
  expect(tokens).toHaveLength(3);
});

test('no answer, and half an answer, are a failure of the network', async () => {
  answer = (incoming) => incoming.destroy();
  await expect(request('GET /executions')).rejects.toBeInstanceOf(NetworkError);
  answer = (_incoming, outgoing) => json(outgoing, 200, '{"items":[');
  await expect(request('GET /executions')).rejects.toBeInstanceOf(NetworkError);
});

test('a page of something else in its place is a failure of the network, with an error’s status an error', async () => {
  const page = (status: number) => (_incoming: IncomingMessage, outgoing: ServerResponse) =>
    outgoing.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Log in to this network</h1>');
  answer = page(200);
  await expect(request('GET /executions')).rejects.toMatchObject({
    name: 'NetworkError',
    message: 'Something else has answered in its place',
  });
  answer = page(502);
  await expect(request('GET /executions')).rejects.toMatchObject({
    name: 'ApiError',
    title: 'The service answered 502',
  });
});

test('what the routes do not know does not compile', () => {
  const wrong = () => [
    // @ts-expect-error the path needs its parameter
    request('GET /executions/{id}'),
    // @ts-expect-error no such route
    request('GET /execution/{id}', { params }),
    // @ts-expect-error no such status
    request('GET /executions', { query: { status: 'lost' } }),
    // @ts-expect-error the body is missing
    request('POST /auth/login', {}),
  ];
  expect(wrong).toBeTypeOf('function');
});
