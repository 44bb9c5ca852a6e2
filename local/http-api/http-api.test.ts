// The HTTP API over real HTTP: routes, events, the authorizer and its cache, and what becomes of answers.
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { APIGatewayProxyEventV2WithLambdaAuthorizer } from 'aws-lambda';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpApi, type HttpApi } from './http-api.ts';

type Event = APIGatewayProxyEventV2WithLambdaAuthorizer<Record<string, unknown>>;
type Answer = unknown | Promise<unknown>;

const open = (method: string, path: string, functionName = 'echo') => ({
  method,
  path,
  functionName,
  authorizer: false,
});
const routes = [
  open('GET', '/workflows/{id}', 'one'),
  open('GET', '/workflows/validate', 'validate'),
  open('GET', '/workflows/{id}/executions'),
  open('GET', '/workflows/validate/rules'),
  open('POST', '/echo'),
  open('GET', '/echo'),
  { method: 'GET', path: '/private/{id}', functionName: 'echo', authorizer: true },
];

let api: HttpApi;
let functions: Record<string, (event: Event) => Answer>;
let calls: { name: string; event: Event }[];

async function invoke(name: string, payload: string) {
  const event: Event = JSON.parse(payload);
  calls.push({ name, event });
  try {
    const result = await functions[name]?.(event);
    return { payload: JSON.stringify(result ?? null) };
  } catch (error) {
    const errorMessage = error instanceof Error ? error.message : String(error);
    return {
      payload: JSON.stringify({ errorType: 'Error', errorMessage, trace: [] }),
      functionError: 'Unhandled',
    };
  }
}

beforeEach(async () => {
  calls = [];
  functions = {
    echo: (event) => ({ statusCode: 200, body: JSON.stringify(event) }),
    one: () => ({ from: 'one' }),
    validate: () => ({ from: 'validate' }),
    authorizer: (event) => ({
      isAuthorized: event.headers['authorization'] === 'Bearer good',
      context: { sub: 'user-1', roles: ['admin'] },
    }),
  };
  api = await createHttpApi({
    routes,
    authorizerFunctionName: 'authorizer',
    authorizerTtlSeconds: 60,
    invoke,
    port: 0,
    integrationTimeoutMs: 300,
  });
});

afterEach(() => api.close());

interface Sent {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  raw: string[];
  body: Buffer;
}

/** Sends exactly what it is given: fetch would normalise paths and merge headers. */
function send(
  method: string,
  path: string,
  headers: Record<string, string | string[]> = {},
  body: string | Buffer = '',
) {
  return new Promise<Sent>((resolve, reject) => {
    const { hostname, port } = new URL(api.url);
    const outgoing = httpRequest({ hostname, port, method, path, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk) => chunks.push(chunk));
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode,
          headers: incoming.headers,
          raw: incoming.rawHeaders,
          body: Buffer.concat(chunks),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const json = ({ body }: Sent) => JSON.parse(body.toString());

test('the event is that of payload format 2.0', async () => {
  const before = Date.now();
  const sent = await send(
    'POST',
    '/echo?a=1&b=x%20y&a=2',
    {
      'content-type': 'application/json',
      'User-Agent': 'test/1',
      'X-Many': ['one', 'two'],
      cookie: 'c=1; d=2',
      host: 'api.example:80',
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
    domainName: 'api.example:80',
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
  const event: Event = json(await send('GET', '/echo'));
  for (const absent of ['body', 'cookies', 'queryStringParameters', 'pathParameters'])
    expect(event).not.toHaveProperty(absent);
});

test('content that is not text travels in base64', async () => {
  const content = Buffer.from([0, 255, 128]);
  const event: Event = json(
    await send('POST', '/echo', { 'content-type': 'application/octet-stream' }, content),
  );
  expect(event).toMatchObject({ isBase64Encoded: true, body: 'AP+A' });
});

test('literal routes win over parameters, and parameters are decoded', async () => {
  expect(json(await send('GET', '/workflows/validate'))).toEqual({ from: 'validate' });
  expect(json(await send('GET', '/workflows/abc'))).toEqual({ from: 'one' });
  const event: Event = json(await send('GET', '/workflows/a%2Fb%20%C3%BC/executions'));
  expect(event).toMatchObject({
    routeKey: 'GET /workflows/{id}/executions',
    pathParameters: { id: 'a/b ü' },
  });
  expect(json(await send('GET', '/workflows/validate/executions')).pathParameters).toEqual({
    id: 'validate',
  });
  expect(json(await send('GET', '/workflows/%zz/executions')).pathParameters).toEqual({ id: '%zz' });
  expect(json(await send('GET', '/workflows/../executions')).pathParameters).toEqual({ id: '..' });
});

test.each([
  ['GET', '/nowhere'],
  ['DELETE', '/echo'],
  ['OPTIONS', '/echo'],
  ['GET', '/workflows/'],
  ['GET', '/workflows//executions'],
  ['GET', '/echo/'],
])('%s %s is not found', async (method, path) => {
  const sent = await send(method, path);
  expect(sent.status).toBe(404);
  expect(sent.body.toString()).toBe('{"message":"Not Found"}');
  expect(calls).toEqual([]);
});

test('a HEAD request gets a status and no body', async () => {
  const sent = await send('HEAD', '/echo');
  expect(sent.status).toBe(404);
  expect(sent.body).toHaveLength(0);
});

test('without the header the authorizer is not asked', async () => {
  const sent = await send('GET', '/private/1');
  expect([sent.status, sent.body.toString()]).toEqual([401, '{"message":"Unauthorized"}']);
  expect(calls).toEqual([]);
});

test('the authorizer gets the request, and its context reaches the function', async () => {
  const event: Event = json(await send('GET', '/private/7?x=1', { authorization: 'Bearer good' }));
  expect(event.requestContext.authorizer).toEqual({ lambda: { sub: 'user-1', roles: ['admin'] } });
  expect(calls[0]?.name).toBe('authorizer');
  expect(calls[0]?.event).toMatchObject({
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

test.each<[string, () => Answer, number, string]>([
  ['isAuthorized false', () => ({ isAuthorized: false }), 403, 'Forbidden'],
  ['Error("Unauthorized")', () => Promise.reject(new Error('Unauthorized')), 401, 'Unauthorized'],
  ['another error', () => Promise.reject(new Error('no keys')), 500, 'Internal Server Error'],
  ['garbage', () => 'yes', 500, 'Internal Server Error'],
  ['text for isAuthorized', () => ({ isAuthorized: 'true' }), 500, 'Internal Server Error'],
])('an authorizer that answers %s refuses', async (_, authorizer, status, message) => {
  functions['authorizer'] = authorizer;
  const sent = await send('GET', '/private/7', { authorization: 'Bearer x' });
  expect([sent.status, json(sent)]).toEqual([status, { message }]);
  expect(calls.map(({ name }) => name)).toEqual(['authorizer']);
});

test('the authorizer’s answer counts for the same header, yes and no alike', async () => {
  for (const authorization of ['Bearer good', 'Bearer good', 'Bearer bad', 'Bearer bad', 'Bearer good'])
    await send('GET', '/private/7', { authorization });
  expect(
    calls.filter(({ name }) => name === 'authorizer').map(({ event }) => event.headers['authorization']),
  ).toEqual(['Bearer good', 'Bearer bad']);
});

test('a failure of the authorizer is not kept', async () => {
  const { authorizer } = functions;
  functions['authorizer'] = () => Promise.reject(new Error('no keys'));
  expect((await send('GET', '/private/7', { authorization: 'Bearer good' })).status).toBe(500);
  if (authorizer) functions['authorizer'] = authorizer;
  expect((await send('GET', '/private/7', { authorization: 'Bearer good' })).status).toBe(200);
});

test('without a TTL the authorizer is asked every time', async () => {
  await api.close();
  api = await createHttpApi({
    routes,
    authorizerFunctionName: 'authorizer',
    authorizerTtlSeconds: 0,
    invoke,
    port: 0,
  });
  for (let index = 0; index < 2; index++) await send('GET', '/private/7', { authorization: 'Bearer good' });
  expect(calls.filter(({ name }) => name === 'authorizer')).toHaveLength(2);
});

test('a response’s status, headers, cookies and body are sent', async () => {
  functions['echo'] = () => ({
    statusCode: 201,
    headers: { 'X-One': 'a', Location: '/x', 'content-length': '999', Retries: 3 },
    cookies: ['a=1; Secure', 'b=2'],
    body: 'grüße',
  });
  const sent = await send('GET', '/echo');
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
  functions['echo'] = () => ({
    statusCode: 200,
    headers: { 'content-type': 'image/png' },
    body: 'AP+A',
    isBase64Encoded: true,
  });
  expect((await send('GET', '/echo')).body).toEqual(Buffer.from([0, 255, 128]));
});

test('204 has no body', async () => {
  functions['echo'] = () => ({ statusCode: 204 });
  const sent = await send('GET', '/echo');
  expect([sent.status, sent.body.length, sent.headers['content-length']]).toEqual([204, 0, undefined]);
});

test.each([
  ['an object without a status', { a: 1 }, '{"a":1}'],
  ['a text', 'plain', 'plain'],
  ['a list', [1], '[1]'],
  ['nothing', null, 'null'],
])('%s is the body of a 200', async (_, value, body) => {
  functions['echo'] = () => value;
  const sent = await send('GET', '/echo');
  expect([sent.status, sent.headers['content-type'], sent.body.toString()]).toEqual([
    200,
    'application/json',
    body,
  ]);
});

test.each<[string, () => Answer]>([
  ['fails', () => Promise.reject(new Error('secret detail'))],
  ['gives a status that is none', () => ({ statusCode: 'many' })],
  ['gives a status out of range', () => ({ statusCode: 42 })],
  ['gives an object as its body', () => ({ statusCode: 200, body: { a: 1 } })],
  ['gives a header with a line break', () => ({ statusCode: 200, headers: { a: 'x\r\nset-cookie: y' } })],
])('a function that %s is an internal error', async (_, echo) => {
  functions['echo'] = echo;
  const sent = await send('GET', '/echo');
  expect([sent.status, sent.body.toString()]).toEqual([500, '{"message":"Internal Server Error"}']);
});

test('a function that cannot be invoked is an internal error', async () => {
  await api.close();
  const failing = () => Promise.reject(new Error('no such function'));
  api = await createHttpApi({
    routes,
    authorizerFunctionName: 'authorizer',
    authorizerTtlSeconds: 0,
    invoke: failing,
    port: 0,
  });
  expect((await send('GET', '/echo')).status).toBe(500);
  expect((await send('GET', '/private/1', { authorization: 'x' })).status).toBe(500);
});

test('a function slower than the integration timeout is a 503', async () => {
  functions['echo'] = () => new Promise(() => {});
  const sent = await send('GET', '/echo');
  expect([sent.status, json(sent)]).toEqual([503, { message: 'Service Unavailable' }]);
});

test('a body over 10 MB is refused, told or not', async () => {
  const large = Buffer.alloc(10 * 1024 * 1024 + 1, 97);
  const sent = await send('POST', '/echo', { 'content-length': String(large.length) });
  expect([sent.status, json(sent)]).toEqual([413, { message: 'Request Entity Too Large' }]);
  const chunked = await send('POST', '/echo', { 'transfer-encoding': 'chunked' }, large).catch(
    (error: unknown) => error,
  );
  expect(calls).toEqual([]);
  expect(chunked).toMatchObject({ status: 413 });
});

test('a port in use is told with its number', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(
    createHttpApi({ routes, authorizerFunctionName: 'a', authorizerTtlSeconds: 0, invoke, port }),
  ).rejects.toMatchObject({
    name: 'PortInUse',
    code: 'EADDRINUSE',
    port,
    message: `Port ${port} on 127.0.0.1 is in use by another process`,
  });
  other.close();
});
