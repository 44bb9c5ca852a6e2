// The AWS endpoint: which service gets a request, and what is answered when none does.
import { createServer } from 'node:http';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCognitoProxy } from '../cognito/proxy.ts';
import { close, listen } from '../shared/http-server.ts';
import { rawRequest } from '../shared/testing/raw-request.ts';
import { type AwsServer, createAwsServer } from './server.ts';
import type { AwsRequest, AwsService } from './service.ts';

let server: AwsServer;
let url: string;
let seen: { service: string; request: AwsRequest }[];

/** A service that answers with its own name. */
const service = (signingName: string): AwsService => ({
  signingName,
  async handle(request) {
    seen.push({ service: signingName, request });
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: signingName };
  },
  async close() {},
});

beforeEach(async () => {
  seen = [];
  server = createAwsServer(['s3', 'ssm', 'lambda', 'scheduler', 'states'].map(service));
  url = await server.listen(0);
});

afterEach(() => server.close());

const scope = (name: string) => `AKID/20261122/us-east-1/${name}/aws4_request`;
const signed = (name: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${scope(name)}, SignedHeaders=host, Signature=0`,
});

test.each<[string, string, RequestInit, string]>([
  ['the scope of its signature', '/any', { headers: signed('s3') }, 's3'],
  [
    'the scope of a presigned URL',
    `/b/k?X-Amz-Credential=${encodeURIComponent(scope('s3'))}&X-Amz-Signature=0`,
    {},
    's3',
  ],
  ['a URL presigned by signature version 2', '/b/k?AWSAccessKeyId=AKID&Signature=0&Expires=1', {}, 's3'],
  ['the scope before the path', '/schedules/x', { headers: signed('s3') }, 's3'],
])('a request is told by %s', async (_, path, init, expected) => {
  expect(await (await fetch(`${url}${path}`, init)).text()).toBe(expected);
});

test.each<[string, string, RequestInit]>([
  [
    'Step Functions',
    '/',
    { method: 'POST', headers: { 'x-amz-target': 'AWSStepFunctions.ListStateMachines' } },
  ],
  ['Systems Manager', '/', { method: 'POST', headers: { 'x-amz-target': 'AmazonSSM.GetParameter' } }],
  ['Lambda', '/2015-03-31/functions/x/invocations', { method: 'POST' }],
  ['Scheduler', '/schedules/x', {}],
  [
    'another scheme',
    '/schedules/x',
    { headers: { authorization: `Bearer Credential=${scope('scheduler')}` } },
  ],
  [
    'a URL that is signed for Lambda',
    `/2015-03-31/functions/x/invocations?X-Amz-Credential=${encodeURIComponent(scope('lambda'))}&X-Amz-Signature=0`,
    { method: 'POST' },
  ],
  ['a URL that only names a key', '/schedules/x?AWSAccessKeyId=AKID', {}],
])('a call of %s without a signature is refused', async (_, path, init) => {
  const response = await fetch(`${url}${path}`, init);
  expect(response.status).toBe(403);
  expect(await response.text()).toContain('Missing Authentication Token');
  expect(seen).toEqual([]);
});

test.each<[string, Record<string, string>]>([
  ['for another name', { host: 'evil.example' }],
  ['from a page of another site', { origin: 'http://evil.example' }],
  ['from a page without an origin', { origin: 'null' }],
  ['that a browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
  ['that follows a link', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
])('a signed request %s is refused before its body is read', async (_, headers) => {
  const { status, text } = await rawRequest(`${url}/`, 'POST', {
    ...signed('ssm'),
    'x-amz-target': 'AmazonSSM.GetParameter',
    'content-length': '1000',
    ...headers,
  });
  expect([status, JSON.parse(text).__type]).toEqual([403, 'AccessDeniedException']);
  expect(seen).toEqual([]);
});

test('Cognito’s public operations and key sets need no signature, its others do', async () => {
  server.add(service('cognito-idp'));
  const call = async (operation: string) => {
    const headers = { 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` };
    return (await fetch(url, { method: 'POST', headers })).status;
  };
  expect([await call('InitiateAuth'), await call('RevokeToken')]).toEqual([200, 200]);
  expect([await call('AdminCreateUser'), await call('ListUsers'), await call('')]).toEqual([403, 403, 403]);
  expect((await fetch(`${url}/us-east-1_local/.well-known/jwks.json`)).status).toBe(200);
});

test('a service gets the request as it was sent', async () => {
  await fetch(`${url}/a%2Fb/c?x=1&y=%20`, {
    method: 'PUT',
    headers: { ...signed('s3'), 'X-Upper': 'V' },
    body: 'ü',
  });
  const request = seen[0]?.request;
  expect(request).toMatchObject({
    method: 'PUT',
    target: '/a%2Fb/c?x=1&y=%20',
    headers: { 'x-upper': 'V' },
    body: Buffer.from('ü'),
  });
  expect(`${request?.url.pathname}${request?.url.search}`).toBe('/a%2Fb/c?x=1&y=%20');
});

test('what is not served is said in the form of its protocol', async () => {
  const answer = async (path: string, init: RequestInit) => {
    const response = await fetch(`${url}${path}`, { method: 'POST', ...init });
    return {
      status: response.status,
      text: await response.text(),
      type: response.headers.get('x-amzn-errortype'),
    };
  };
  const json = await answer('/', {
    headers: {
      ...signed('dynamodb'),
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      'content-type': 'application/x-amz-json-1.0',
    },
  });
  expect([json.status, JSON.parse(json.text)]).toEqual([
    400,
    {
      __type: 'UnknownOperationException',
      message:
        'DynamoDB_20120810.ListTables of dynamodb is not served on this endpoint. Served services: s3, ssm, lambda, scheduler, states',
    },
  ]);
  const query = await answer('/', {
    headers: signed('sts'),
    body: new URLSearchParams({ Action: 'GetCallerIdentity' }),
  });
  expect(query).toMatchObject({
    status: 400,
    text: expect.stringMatching(
      /^<ErrorResponse><Error><Type>Sender<\/Type><Code>UnknownOperationException</,
    ),
  });
  const rest = await answer('/v1/apis', { headers: signed('apigateway') });
  expect(rest).toMatchObject({
    status: 400,
    type: 'UnknownOperationException',
    text: expect.stringContaining('POST /v1/apis of apigateway'),
  });
  const unsigned = await answer('/', {});
  expect(unsigned).toMatchObject({
    status: 403,
    text: expect.stringMatching(/^<Error><Code>AccessDenied<\/Code><Message>POST \/ is not signed/),
  });
});

test('SDK clients understand that', async () => {
  await server.close();
  server = createAwsServer();
  const config = {
    region: 'us-east-1',
    endpoint: await server.listen(0),
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  };
  await expect(new SFNClient(config).send(new ListStateMachinesCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  });
  await expect(new SSMClient(config).send(new GetParameterCommand({ Name: 'x' }))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  });
  await expect(
    new S3Client(config).send(new GetObjectCommand({ Bucket: 'bkt', Key: 'x' })),
  ).rejects.toMatchObject({ name: 'UnknownOperationException' });
});

test('a service that fails answers an internal error without its cause', async () => {
  server.add({
    signingName: 'ssm',
    handle: () => Promise.reject(new Error('secret detail')),
    async close() {},
  });
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...signed('ssm'), 'x-amz-target': 'AmazonSSM.GetParameter' },
  });
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({
    __type: 'InternalFailure',
    message: 'We encountered an internal error. Please try again.',
  });
});

test('Cognito’s requests and key sets go on to its own process', async () => {
  const cognito = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      response.writeHead(418, { 'x-own': 'yes' });
      response.end(
        JSON.stringify({
          url: request.url,
          method: request.method,
          target: request.headers['x-amz-target'],
          body,
        }),
      );
    });
  });
  const proxy = createCognitoProxy(await listen(cognito, 0));
  server.add(proxy);
  const login = await fetch(`${url}/`, {
    method: 'POST',
    body: '{"a":1}',
    headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth' },
  });
  expect([login.status, login.headers.get('x-own')]).toEqual([418, 'yes']);
  expect(await login.json()).toEqual({
    url: '/',
    method: 'POST',
    target: 'AWSCognitoIdentityProviderService.InitiateAuth',
    body: '{"a":1}',
  });
  const keys = await fetch(`${url}/us-east-1_local/.well-known/jwks.json`);
  expect(await keys.json()).toMatchObject({ url: '/us-east-1_local/.well-known/jwks.json', method: 'GET' });
  await close(cognito);
  const gone = await fetch(`${url}/us-east-1_local/.well-known/jwks.json`);
  expect([gone.status, await gone.json()]).toEqual([
    503,
    { __type: 'ServiceUnavailable', message: 'Cognito does not answer' },
  ]);
  await proxy.close();
});

test('a port in use is told with its number', async () => {
  const port = Number(new URL(url).port);
  await expect(createAwsServer().listen(port)).rejects.toMatchObject({
    name: 'PortInUse',
    code: 'EADDRINUSE',
    port,
    message: `Port ${port} on 127.0.0.1 is in use by another process`,
  });
});

test('closing lets an answer under way finish', async () => {
  const release = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  server.add({
    signingName: 's3',
    async handle() {
      entered.resolve();
      await release.promise;
      return { status: 200, body: 'finished' };
    },
    async close() {},
  });
  const response = fetch(url, { headers: signed('s3') });
  await entered.promise;
  const closed = server.close();
  release.resolve();
  expect(await (await response).text()).toBe('finished');
  await closed;
  await expect(fetch(url)).rejects.toThrow();
});
