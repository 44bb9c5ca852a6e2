// The HTTP API over real HTTP: routes, events, and the responses for what functions return.
import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Event, json, type Result, TestHttpApi } from './testing/http-api.ts';

let api: TestHttpApi;
beforeEach(async () => {
  api = await TestHttpApi.start();
});
afterEach(() => api.close());

test('the event is that of payload format 2.0', async () => {
  const before = Date.now();
  const sent = await api.send(
    'POST',
    '/echo?a=1&b=x%20y&a=2',
    {
      'content-type': 'application/json',
      'User-Agent': 'test/1',
      'X-Many': ['one', 'two'],
      cookie: 'c=1; d=2',
      host: 'api.localhost:80',
    },
    '{"grüße":1}',
  );
  const { requestContext, ...event }: Event = json(sent);
  expect(event).toEqual({
    version: '2.0',
    routeKey: 'POST /echo',
    rawPath: '/echo',
    rawQueryString: 'a=1&b=x%20y&a=2',
    cookies: ['c=1', 'd=2'],
    headers: expect.objectContaining({
      'content-type': 'application/json',
      'user-agent': 'test/1',
      'x-many': 'one,two',
    }),
    queryStringParameters: { a: '1,2', b: 'x y' },
    body: '{"grüße":1}',
    isBase64Encoded: false,
  });
  expect(event.headers['cookie']).toBeUndefined();
  expect(requestContext).toEqual({
    accountId: '000000000000',
    apiId: 'local',
    domainName: 'api.localhost:80',
    domainPrefix: 'localhost',
    http: { method: 'POST', path: '/echo', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test/1' },
    requestId: sent.headers['apigw-requestid'],
    routeKey: 'POST /echo',
    stage: '$default',
    time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    timeEpoch: expect.any(Number),
  });
  expect(requestContext.timeEpoch).toBeGreaterThanOrEqual(before);
});

test('a bodiless GET has no body, no cookies, no parameters', async () => {
  const event: Event = json(await api.send('GET', '/echo'));
  for (const absent of ['body', 'cookies', 'queryStringParameters', 'pathParameters'])
    expect(event).not.toHaveProperty(absent);
});

test('content that is not text travels in base64', async () => {
  const content = Buffer.from([0, 255, 128]);
  const sent = async (type: string | undefined, bytes: Buffer = content) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    const { isBase64Encoded, body }: Event = json(await api.send('POST', '/echo', headers, bytes));
    return [isBase64Encoded, body];
  };
  const form = 'application/x-www-form-urlencoded';
  for (const type of [
    'application/octet-stream',
    form,
    'application/problem+json',
    'application/jsonl',
    undefined,
  ])
    expect([type, ...(await sent(type))]).toEqual([type, true, 'AP+A']);
  for (const type of ['application/json', 'Application/JSON;charset=utf-8', 'application/xml', 'text/csv']) {
    expect([type, ...(await sent(type, Buffer.from('"ü"')))]).toEqual([type, false, '"ü"']);
    expect([type, ...(await sent(type))]).toEqual([type, false, '\0\u{fffd}\u{fffd}']);
  }
});

test('literal routes win over parameters, and parameters are decoded', async () => {
  expect(json(await api.send('GET', '/workflows/validate'))).toEqual({ from: 'validate' });
  expect(json(await api.send('GET', '/workflows/abc'))).toEqual({ from: 'one' });
  const event: Event = json(await api.send('GET', '/workflows/a%2Fb%20%C3%BC/executions'));
  expect(event).toMatchObject({
    routeKey: 'GET /workflows/{id}/executions',
    pathParameters: { id: 'a/b ü' },
  });
  expect(json(await api.send('GET', '/workflows/validate/executions')).pathParameters).toEqual({
    id: 'validate',
  });
  expect(json(await api.send('GET', '/workflows/%zz/executions')).pathParameters).toEqual({ id: '%zz' });
  expect(json(await api.send('GET', '/workflows/../executions')).pathParameters).toEqual({ id: '..' });
});

test.each([
  ['GET', '/nowhere'],
  ['DELETE', '/echo'],
  ['OPTIONS', '/echo'],
  ['GET', '/workflows/'],
  ['GET', '/workflows//executions'],
  ['GET', '/echo/'],
])('%s %s is not found', async (method, path) => {
  const sent = await api.send(method, path);
  expect(sent.status).toBe(404);
  expect(sent.body.toString()).toBe('{"message":"Not Found"}');
  expect(api.calls).toEqual([]);
});

test('a HEAD request gets a status and no body', async () => {
  const sent = await api.send('HEAD', '/echo');
  expect(sent.status).toBe(404);
  expect(sent.body).toHaveLength(0);
});

test('a response’s status, headers, cookies and body are sent', async () => {
  api.functions['echo'] = () => ({
    statusCode: 201,
    headers: { 'X-One': 'a', Location: '/x', 'content-length': '999', Retries: 3 },
    cookies: ['a=1; Secure', 'b=2'],
    body: 'grüße',
  });
  const sent = await api.send('GET', '/echo');
  expect(sent.status).toBe(201);
  expect(sent.headers).toMatchObject({
    'x-one': 'a',
    location: '/x',
    retries: '3',
    'set-cookie': ['a=1; Secure', 'b=2'],
    'content-type': 'text/plain;charset=UTF-8',
    'content-length': '7',
    'apigw-requestid': expect.stringMatching(/./),
  });
  expect(sent.body.toString()).toBe('grüße');
});

test('a body in base64 is sent as bytes', async () => {
  api.functions['echo'] = () => ({
    statusCode: 200,
    headers: { 'content-type': 'image/png' },
    body: 'AP+A',
    isBase64Encoded: true,
  });
  expect((await api.send('GET', '/echo')).body).toEqual(Buffer.from([0, 255, 128]));
});

test('204 has no body', async () => {
  api.functions['echo'] = () => ({ statusCode: 204 });
  const sent = await api.send('GET', '/echo');
  expect([sent.status, sent.body.length, sent.headers['content-length']]).toEqual([204, 0, undefined]);
});

test.each([
  ['an object without a status', { a: 1 }, '{"a":1}'],
  ['a text', 'plain', 'plain'],
  ['a list', [1], '[1]'],
  ['nothing', null, 'null'],
])('%s is the body of a 200', async (_, value, body) => {
  api.functions['echo'] = () => value;
  const sent = await api.send('GET', '/echo');
  expect([sent.status, sent.headers['content-type'], sent.body.toString()]).toEqual([
    200,
    'application/json',
    body,
  ]);
});

test.each<[string, () => Result]>([
  ['fails', () => Promise.reject(new Error('secret detail'))],
  ['gives a status that is none', () => ({ statusCode: 'many' })],
  ['gives a status out of range', () => ({ statusCode: 42 })],
  ['gives an object as its body', () => ({ statusCode: 200, body: { a: 1 } })],
  ['gives a header with a line break', () => ({ statusCode: 200, headers: { a: 'x\r\nset-cookie: y' } })],
])('a function that %s is an internal error', async (_, echo) => {
  api.functions['echo'] = echo;
  const sent = await api.send('GET', '/echo');
  expect([sent.status, sent.body.toString()]).toEqual([500, '{"message":"Internal Server Error"}']);
});

test('a function that cannot be invoked is an internal error', async () => {
  const failing = () => Promise.reject(new Error('no such function'));
  await api.restart({ authorizerTtlSeconds: 0, invoke: failing });
  expect((await api.send('GET', '/echo')).status).toBe(500);
  expect((await api.send('GET', '/private/1', { authorization: 'x' })).status).toBe(500);
});

test('a function slower than the integration timeout is a 503', async () => {
  api.functions['echo'] = () => new Promise(() => {});
  const sent = await api.send('GET', '/echo');
  expect([sent.status, json(sent)]).toEqual([503, { message: 'Service Unavailable' }]);
});

test('a body over 10 MB is refused, told or not', async () => {
  const large = Buffer.alloc(10 * 1024 * 1024 + 1, 97);
  const sent = await api.send('POST', '/echo', { 'content-length': String(large.length) });
  expect([sent.status, json(sent)]).toEqual([413, { message: 'Request Entity Too Large' }]);
  const chunked = await api
    .send('POST', '/echo', { 'transfer-encoding': 'chunked' }, large)
    .catch((error: unknown) => error);
  expect(api.calls).toEqual([]);
  expect(chunked).toMatchObject({ status: 413 });
});

test('a body that is within that, and too large for a function, is refused too', async () => {
  const text = (length: number) => Buffer.alloc(length, 97);
  const type = { 'content-type': 'text/plain' };
  const answer = async (body: Buffer, headers: Record<string, string> = type) => {
    const sent = await api.send('POST', '/echo', headers, body);
    return [sent.status, sent.status === 413 && json(sent)];
  };
  const refused = [413, { message: 'Request Entity Too Large' }];
  expect(await answer(text(6_291_456))).toEqual(refused);
  expect(await answer(text(10 * 1024 * 1024))).toEqual(refused);
  // In base64 it takes a third more.
  const bytes = { 'content-type': 'application/octet-stream' };
  expect(await answer(text(5 * 1024 * 1024), bytes)).toEqual(refused);
  expect(api.calls).toEqual([]);
  expect(await answer(text(6_280_000))).toEqual([200, false]);
});

test('headers of more than 16 KB are refused', async () => {
  const sent = await api.send('GET', '/echo', { 'x-large': 'a'.repeat(16_384) });
  expect(sent.status).toBe(431);
  expect(api.calls).toEqual([]);
});

test.each<[string, Record<string, string>]>([
  ['for another name', { host: 'evil.example' }],
  ['from a page of another site', { origin: 'http://evil.example' }],
  ['that a browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
])('a request %s is refused', async (_, headers) => {
  const sent = await api.send('POST', '/echo', headers, '{}');
  expect(sent.status).toBe(403);
  expect(api.calls).toEqual([]);
});

test('a link on another site leads here', async () => {
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
  expect((await api.send('GET', '/echo', link)).status).not.toBe(403);
});

test('a port in use is told with its number', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(api.restart({ port })).rejects.toMatchObject({
    name: 'PortInUse',
    code: 'EADDRINUSE',
    port,
    message: `Port ${port} on 127.0.0.1 is in use by another process`,
  });
  other.close();
});

test('a greedy path variable takes all the segments that are left, after every narrower route', async () => {
  const routes = ['/files', '/files/{name+}', '/files/{id}/log'].map((path) => ({
    method: 'GET',
    path,
    functionName: 'echo',
    authorizer: false,
  }));
  await api.restart({ routes });
  const found = async (path: string) => {
    const { routeKey, pathParameters }: Event = json(await api.send('GET', path));
    return [routeKey, pathParameters];
  };
  expect(await found('/files')).toEqual(['GET /files', undefined]);
  expect(await found('/files/')).toEqual(['GET /files/{name+}', { name: '' }]);
  expect(await found('/files/a')).toEqual(['GET /files/{name+}', { name: 'a' }]);
  expect(await found('/files/a/b%2Fc/d%20e')).toEqual(['GET /files/{name+}', { name: 'a/b/c/d e' }]);
  expect(await found('/files/a/log')).toEqual(['GET /files/{id}/log', { id: 'a' }]);
  expect(await found('/files/a/log/b')).toEqual(['GET /files/{name+}', { name: 'a/log/b' }]);
  expect((await api.send('POST', '/files/a')).status).toBe(404);
});
