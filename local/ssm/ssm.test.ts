// The Parameter Store, through the SDK's own client.
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAwsServer } from '../aws/server.ts';
import type { AwsService } from '../aws/service.ts';
import { createSsm } from './ssm.ts';

const NAME = '/ai-orchestra/local/connections/openai/default';
const SECRET = '{"api_key":"sk-sécret"}';
const server = { current: createAwsServer() };
let directory: string;
let ssm: AwsService;
let client: SSMClient;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'ssm-'));
  ssm = createSsm({ directory, now: () => 1_763_800_000_500 });
  server.current = createAwsServer([ssm]);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new SSMClient({
    region: 'us-east-1',
    endpoint: await server.current.listen(0),
    credentials,
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await server.current.close();
  await ssm.close();
  await rm(directory, { recursive: true });
});

const put = (Name: string, Value: string, Type: 'String' | 'SecureString' = 'String', Overwrite = false) =>
  client.send(new PutParameterCommand({ Name, Value, Type, Overwrite }));

test('a parameter comes back as it was put', async () => {
  expect(await put('/a/b', 'value')).toMatchObject({ Version: 1, Tier: 'Standard' });
  const { Parameter } = await client.send(new GetParameterCommand({ Name: '/a/b' }));
  expect(Parameter).toEqual({
    Name: '/a/b',
    Type: 'String',
    Value: 'value',
    Version: 1,
    LastModifiedDate: new Date(1_763_800_000_500),
    ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/a/b',
    DataType: 'text',
  });
  const byArn = await client.send(new GetParameterCommand({ Name: Parameter?.ARN }));
  expect(byArn.Parameter?.Value).toBe('value');
});

test('a SecureString is text only with decryption, and never on disk', async () => {
  await put(NAME, SECRET, 'SecureString');
  const read = async (WithDecryption: boolean) =>
    (await client.send(new GetParameterCommand({ Name: NAME, WithDecryption }))).Parameter;
  expect(await read(true)).toMatchObject({ Type: 'SecureString', Value: SECRET });
  const { Value: ciphertext = '' } = (await read(false)) ?? {};
  expect(ciphertext).toMatch(/^[A-Za-z0-9+/]{50,}=*$/);
  expect(Buffer.from(ciphertext, 'base64').toString()).not.toContain('api_key');
  expect(await readFile(path.join(directory, 'parameters.json'), 'utf8')).not.toContain('api_key');
});

test('only the user can read the files', async () => {
  await put(NAME, SECRET, 'SecureString');
  for (const file of ['parameters.json', 'parameter-store.key'])
    expect((await stat(path.join(directory, file))).mode & 0o777).toBe(0o600);
});

test('parameters survive a restart', async () => {
  await put(NAME, SECRET, 'SecureString');
  await ssm.close();
  server.current.add(createSsm({ directory }));
  const { Parameter } = await client.send(new GetParameterCommand({ Name: NAME, WithDecryption: true }));
  expect(Parameter?.Value).toBe(SECRET);
});

test('an existing parameter is replaced only with Overwrite', async () => {
  await put('p', 'one');
  await expect(put('p', 'two')).rejects.toMatchObject({
    name: 'ParameterAlreadyExists',
    $metadata: { httpStatusCode: 400 },
  });
  expect((await put('p', 'three', 'String', true)).Version).toBe(2);
  expect((await client.send(new GetParameterCommand({ Name: 'p' }))).Parameter?.Value).toBe('three');
});

test('a missing parameter is ParameterNotFound', async () => {
  await expect(client.send(new GetParameterCommand({ Name: '/no' }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
  });
  await expect(client.send(new DeleteParameterCommand({ Name: '/no' }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
  });
});

test('a deleted parameter is gone', async () => {
  await put('p', 'one');
  await client.send(new DeleteParameterCommand({ Name: 'p' }));
  await expect(client.send(new GetParameterCommand({ Name: 'p' }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
  });
});

test('GetParameters tells which names are unknown', async () => {
  await put('p', 'one');
  await put('q', 'two');
  const answer = await client.send(new GetParametersCommand({ Names: ['q', 'no', 'p'] }));
  expect(answer.Parameters?.map((parameter) => parameter.Value)).toEqual(['two', 'one']);
  expect(answer.InvalidParameters).toEqual(['no']);
});

test('GetParametersByPath goes one level or all, in pages', async () => {
  for (const name of ['/x/a', '/x/b/c', '/x/d', '/xy/e']) await put(name, 'value');
  const list = async (Recursive: boolean, NextToken?: string) => {
    const input = { Path: '/x', Recursive, MaxResults: 2, ...(NextToken === undefined ? {} : { NextToken }) };
    const page = await client.send(new GetParametersByPathCommand(input));
    return { names: page.Parameters?.map((parameter) => parameter.Name), next: page.NextToken };
  };
  expect(await list(false)).toEqual({ names: ['/x/a', '/x/d'], next: undefined });
  const first = await list(true);
  expect(first.names).toEqual(['/x/a', '/x/b/c']);
  expect(await list(true, first.next)).toEqual({ names: ['/x/d'], next: undefined });
});

test('DescribeParameters lists without values and filters', async () => {
  await put('/x/a', 'value');
  await put('/y/b', 'value', 'SecureString');
  const all = await client.send(new DescribeParametersCommand({}));
  expect(all.Parameters?.map((parameter) => [parameter.Name, parameter.Type])).toEqual([
    ['/x/a', 'String'],
    ['/y/b', 'SecureString'],
  ]);
  expect(JSON.stringify(all)).not.toContain('"Value"');
  const ParameterFilters = [{ Key: 'Name', Option: 'BeginsWith', Values: ['/y'] }];
  const some = await client.send(new DescribeParametersCommand({ ParameterFilters }));
  expect(some.Parameters?.map((parameter) => parameter.Name)).toEqual(['/y/b']);
});

test.each(['a/b', '../x', '/a b', '/aws/x', 'ssm-x', ''])('the name %j is refused', async (name) => {
  await expect(put(name, 'value')).rejects.toMatchObject({ name: 'ValidationException' });
});

test('a value over 4 KB is refused in the standard tier', async () => {
  await expect(put('p', 'x'.repeat(4097))).rejects.toMatchObject({ name: 'ValidationException' });
  await put('p', 'x'.repeat(4096));
});

test('writes at the same time are all kept', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `/many/p${index}`);
  await Promise.all(names.map((name) => put(name, name)));
  const stored: { name: string }[] = JSON.parse(
    await readFile(path.join(directory, 'parameters.json'), 'utf8'),
  );
  expect(stored.map(({ name }) => name).sort()).toEqual([...names].sort());
});

test('an operation that is not served says so', async () => {
  await expect(
    client.send(new LabelParameterVersionCommand({ Name: 'p', Labels: ['x'] })),
  ).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: 'LabelParameterVersion of ssm is not served here',
  });
});
