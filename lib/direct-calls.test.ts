// Calls of AWS without the SDK's middlewares: what is sent, what is answered, and when the SDK is asked after all.
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { directS3, directStepFunctions } from './direct-calls.ts';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly broken?: boolean;
}

let received: Received[] = [];
let script: Scripted[] = [];
const server = createServer(async (request, response) => {
  const { method = '', url = '', headers } = request;
  received.push({ method, url, headers, body: await text(request) });
  const { status = 200, headers: answered = {}, body = '', broken = false } = script.shift() ?? {};
  if (broken) return void request.socket.destroy();
  response.writeHead(status, answered).end(body);
});
const config = { region: 'eu-central-1', credentials: { accessKeyId: 'key', secretAccessKey: 'secret' } };
let endpoint = '';
let s3: S3Client;
let sfn: SFNClient;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  received = [];
  script = [];
  s3 = directS3(new S3Client({ ...config, endpoint }));
  sfn = directStepFunctions(new SFNClient({ ...config, endpoint }));
});

/** Whether the SDK's middlewares have had a hand in a request: one of them numbers the attempts. */
const ways = () => received.map(({ headers }) => (headers['amz-sdk-request'] ? 'SDK' : 'direct'));

const hmac = (key: string | Buffer, value: string) => createHmac('sha256', key).update(value).digest();
const sha256 = (value: string) => createHash('sha256').update(value).digest('hex');

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signatureOf({ method, url, headers, body }: Received, service: string): string {
  const signed = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
  const lines = signed.split(';').map((name) => `${name}:${headers[name]}\n`);
  const canonical = [method, url, '', lines.join(''), signed, sha256(body)].join('\n');
  const time = String(headers['x-amz-date']);
  const scope = [time.slice(0, 8), 'eu-central-1', service, 'aws4_request'];
  const key = scope.reduce<string | Buffer>((parent, part) => hmac(parent, part), 'AWS4secret');
  const toSign = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical)].join('\n');
  return hmac(key, toSign).toString('hex');
}

const last = () => received.at(-1) ?? expect.unreachable('nothing was received');

test('an object is put as the SDK puts it, after the first one of its bucket', async () => {
  const object = {
    Bucket: 'logs',
    Key: "runs/a b/ü~(1)*'!..//x%2F.json",
    Body: '{"name":"Jürgen"}',
    ContentType: 'application/json',
    Metadata: { Kind: 'log' },
    IfMatch: '"1"',
  };
  script = Array.from({ length: 2 }, () => ({ headers: { etag: '"2"', 'x-amz-version-id': 'v' } }));
  const answers = [await s3.send(new PutObjectCommand(object)), await s3.send(new PutObjectCommand(object))];
  expect(ways()).toEqual(['SDK', 'direct']);
  expect(answers.map(({ ETag, VersionId }) => [ETag, VersionId])).toEqual([
    ['"2"', 'v'],
    ['"2"', 'v'],
  ]);
  const [first] = received;
  expect(last().url).toBe(first?.url.replace(/\?.*/, ''));
  expect([last().method, last().body]).toEqual(['PUT', object.Body]);
  expect(last().headers).toMatchObject({
    'content-type': 'application/json',
    'content-length': '18',
    'x-amz-meta-kind': 'log',
    'if-match': '"1"',
    'x-amz-checksum-crc32': first?.headers['x-amz-checksum-crc32'],
  });
  expect(first?.headers['x-amz-checksum-crc32']).toMatch(/^[\w+/]{6}==$/);
  expect(last().headers.authorization).toContain(`Signature=${signatureOf(last(), 's3')}`);
});

test('each bucket has an endpoint of its own', async () => {
  for (const Bucket of ['one', 'two', 'one', 'two'])
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '' }));
  expect(ways()).toEqual(['SDK', 'SDK', 'direct', 'direct']);
  expect(received.map(({ url }) => url.replace(/\?.*/, ''))).toEqual([
    '/one/a',
    '/two/a',
    '/one/a',
    '/two/a',
  ]);
});

test('an object is deleted, with what S3 says of its versions', async () => {
  script = [
    { status: 204 },
    { status: 204, headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': 'v' } },
  ];
  const command = () => new DeleteObjectCommand({ Bucket: 'logs', Key: 'a' });
  await s3.send(command());
  expect(await s3.send(command())).toMatchObject({ DeleteMarker: true, VersionId: 'v' });
  expect([ways(), last().method, last().url]).toEqual([['SDK', 'direct'], 'DELETE', '/logs/a']);
});

test('an object is read with what is known of it', async () => {
  const headers = {
    etag: '"2"',
    'content-type': 'application/json',
    'last-modified': 'Thu, 01 Jan 2026 00:00:01 GMT',
    'x-amz-version-id': 'v',
    'x-amz-meta-kind': 'log',
  };
  script = [
    { headers, body: '{}' },
    { headers, body: '{"name":"Jürgen"}' },
  ];
  const command = () => new GetObjectCommand({ Bucket: 'logs', Key: 'a' });
  await (await s3.send(command())).Body?.transformToString();
  const object = await s3.send(command());
  expect(await object.Body?.transformToString()).toBe('{"name":"Jürgen"}');
  expect(object).toMatchObject({
    ETag: '"2"',
    VersionId: 'v',
    ContentType: 'application/json',
    LastModified: new Date('2026-01-01T00:00:01Z'),
    Metadata: { kind: 'log' },
  });
  expect([ways(), last().method, last().url]).toEqual([['SDK', 'direct'], 'GET', '/logs/a']);
});

test('an object that is not there is asked for once', async () => {
  const missing = { status: 404, body: '<Error><Code>NoSuchKey</Code><Message>no</Message></Error>' };
  const noBucket = { status: 404, body: '<Error><Code>NoSuchBucket</Code><Message>no</Message></Error>' };
  script = [{}, missing, noBucket, noBucket];
  const command = () => new GetObjectCommand({ Bucket: 'logs', Key: 'a' });
  await (await s3.send(command())).Body?.transformToString();
  await expect(s3.send(command())).rejects.toBeInstanceOf(NoSuchKey);
  expect(ways()).toEqual(['SDK', 'direct']);
  await expect(s3.send(command())).rejects.toMatchObject({ name: 'NoSuchBucket' });
  expect(ways()).toEqual(['SDK', 'direct', 'direct', 'SDK']);
});

test.each([
  ['a condition', new DeleteObjectCommand({ Bucket: 'logs', Key: 'a', IfMatch: '"1"' })],
  ['a parameter of the SDK', new PutObjectCommand({ Bucket: 'logs', Key: 'a', Body: '', Tagging: 'x=y' })],
  ['bytes', new PutObjectCommand({ Bucket: 'logs', Key: 'a', Body: Buffer.from('x') })],
  [
    'text that is no header',
    new PutObjectCommand({ Bucket: 'logs', Key: 'a', Body: '', ContentType: 'téxt' }),
  ],
])('the SDK sends %s', async (_, command) => {
  await s3.send(new PutObjectCommand({ Bucket: 'logs', Key: 'a', Body: '' }));
  await (command instanceof PutObjectCommand ? s3.send(command) : s3.send(command)).catch(() => {});
  expect(ways()).not.toContain('direct');
});

test('the SDK sends what can be cancelled', async () => {
  const command = () => new PutObjectCommand({ Bucket: 'logs', Key: 'a', Body: '' });
  await s3.send(command());
  await s3.send(command(), { abortSignal: AbortSignal.timeout(60_000) });
  expect(ways()).toEqual(['SDK', 'SDK']);
});

test('what is refused is sent once more by the SDK, whose error it is', async () => {
  const refused = {
    status: 412,
    headers: { 'content-type': 'application/xml' },
    body: '<Error><Code>PreconditionFailed</Code><Message>no</Message></Error>',
  };
  script = [{}, refused, refused];
  const command = () => new PutObjectCommand({ Bucket: 'logs', Key: 'a', Body: '', IfNoneMatch: '*' });
  await s3.send(command());
  await expect(s3.send(command())).rejects.toMatchObject({
    name: 'PreconditionFailed',
    $metadata: { httpStatusCode: 412 },
  });
  expect(ways()).toEqual(['SDK', 'direct', 'SDK']);
});

test('a connection that breaks, and a service that is busy, are tried again', async () => {
  script = [
    {},
    { broken: true },
    { status: 503 },
    { headers: { etag: '"3"' } },
    { headers: { etag: '"4"' } },
  ];
  const command = () => new PutObjectCommand({ Bucket: 'logs', Key: 'a', Body: '' });
  await s3.send(command());
  expect(await s3.send(command())).toMatchObject({ ETag: '"3"' });
  expect(await s3.send(command())).toMatchObject({ ETag: '"4"' });
  expect(ways()).toEqual(['SDK', 'direct', 'SDK', 'SDK', 'direct']);
});

const executionArn = 'arn:aws:states:eu-central-1:000000000000:execution:a:b';

test('what Step Functions answers has its times, at every depth that it has them', async () => {
  const described = {
    executionArn,
    status: 'SUCCEEDED',
    startDate: 1.5,
    stopDate: 1_767_225_600.123,
    output: '{}',
  };
  const events = [
    {
      id: 1,
      type: 'PassStateEntered',
      timestamp: 2.25,
      stateEnteredEventDetails: { name: 'a', input: '{"timestamp":1}' },
    },
  ];
  script = [{}, { body: JSON.stringify(described) }, { body: JSON.stringify({ events, nextToken: 'n' }) }];
  await sfn.send(new DescribeExecutionCommand({ executionArn }));
  const { $metadata, ...execution } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  expect($metadata.httpStatusCode).toBe(200);
  expect(execution).toEqual({
    ...described,
    startDate: new Date(1500),
    stopDate: new Date('2026-01-01T00:00:00.123Z'),
  });
  const history = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1 }));
  expect(history).toMatchObject({ nextToken: 'n', events: [{ ...events[0], timestamp: new Date(2250) }] });
  expect(ways()).toEqual(['SDK', 'direct', 'direct']);
  expect(last()).toMatchObject({
    url: '/',
    body: JSON.stringify({ executionArn, maxResults: 1 }),
    headers: {
      'x-amz-target': 'AWSStepFunctions.GetExecutionHistory',
      'content-type': 'application/x-amz-json-1.0',
    },
  });
  expect(last().headers.authorization).toContain(`Signature=${signatureOf(last(), 'states')}`);
});

test('a start is direct only where it has a name, and a name that is taken is the error that the SDK has for it', async () => {
  const taken = { status: 400, body: JSON.stringify({ __type: 'ExecutionAlreadyExists', message: 'there' }) };
  script = [{}, {}, taken, taken];
  const start = (name?: string) =>
    sfn.send(new StartExecutionCommand({ stateMachineArn: 'a', name, input: '{}' }));
  await start('one');
  await start();
  await expect(start('one')).rejects.toBeInstanceOf(ExecutionAlreadyExists);
  expect(ways()).toEqual(['SDK', 'SDK', 'direct', 'SDK']);
});
