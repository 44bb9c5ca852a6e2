// Lambda's Invoke API, through the SDK's own client, over functions of every kind of misbehaviour.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  GetFunctionCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAwsServer } from '../aws/server.ts';
import { createLambda, type Lambda } from './lambda.ts';
import { sources } from './testing/sources.ts';

let directory: string;
let lambda: Lambda;
let client: LambdaClient;
const server = createAwsServer();
const logFile = () => path.join(directory, 'functions.log');

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'lambda-'));
  const functions: Record<string, { file: string; timeoutSeconds: number }> = {};
  for (const [name, source] of Object.entries(sources)) {
    const file = path.join(directory, `${name}.${name === 'typescript' ? 'ts' : 'mjs'}`);
    await writeFile(file, source);
    functions[name] = { file, timeoutSeconds: name === 'hangs' || name === 'spins' ? 0.2 : 20 };
  }
  lambda = createLambda({
    functions,
    environment: { COLOUR: 'green' },
    logFile: logFile(),
    asyncRetryDelaysMs: [1, 1],
  });
  server.add(lambda);
  client = new LambdaClient({
    region: 'us-east-1',
    endpoint: await server.listen(0),
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
});

afterAll(async () => {
  client.destroy();
  await server.close();
  await lambda.close();
  await rm(directory, { recursive: true });
});

async function invoke(
  FunctionName: keyof typeof sources | (string & {}),
  event?: unknown,
  more: Partial<InvokeCommandInput> = {},
) {
  const Payload = event === undefined ? {} : { Payload: JSON.stringify(event) };
  const answer = await client.send(new InvokeCommand({ FunctionName, ...Payload, ...more }));
  const text = answer.Payload?.transformToString() ?? '';
  return { ...answer, value: text === '' ? undefined : JSON.parse(text) };
}

test('an invocation gives back what the function returned', async () => {
  const answer = await invoke('echo', { text: 'grüße \u2028 "quoted"', list: [1, null] });
  expect(answer).toMatchObject({
    StatusCode: 200,
    ExecutedVersion: '$LATEST',
    value: { text: 'grüße \u2028 "quoted"', list: [1, null] },
  });
  expect(answer.FunctionError).toBeUndefined();
});

test('no payload is an empty object, a function that returns nothing gives null', async () => {
  expect((await invoke('echo')).value).toEqual({});
  expect((await invoke('nothing')).value).toBeNull();
});

test('TypeScript runs as it is', async () => {
  expect((await invoke('typescript', { n: 1 })).value).toEqual({ n: 2 });
});

test('the context is Lambda’s, the environment only what was given', async () => {
  const { value } = await invoke('context', {});
  expect(value).toMatchObject({
    functionName: 'context',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:context',
    memoryLimitInMB: '1024',
    logGroupName: '/aws/lambda/context',
    env: { COLOUR: 'green' },
  });
  expect(value.awsRequestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(value.remaining).toBeGreaterThan(15_000);
  expect(value.remaining).toBeLessThanOrEqual(20_000);
  expect(value.env.HOME).toBeUndefined();
});

test.each([
  ['throws', 'Oops', 'broken'],
  ['rejects', 'string', 'just text'],
  ['cyclic', 'Error', 'Unable to stringify response body'],
  ['bigint', 'Error', 'Unable to stringify response body'],
  ['unhandled', 'Runtime.UnhandledPromiseRejection', 'Error: left alone'],
  ['uncaught', 'TypeError', 'in a callback'],
  ['noHandler', 'Runtime.HandlerNotFound', 'index.handler is undefined or not exported'],
  ['notFunction', 'Runtime.HandlerNotFound', 'index.handler is not a function'],
  [
    'badImport',
    'Runtime.ImportModuleError',
    expect.stringMatching(/^Error: Cannot find module .*missing\.mjs/),
  ],
  ['badSyntax', 'Runtime.UserCodeSyntaxError', expect.stringContaining('SyntaxError: ')],
  ['failsAtImport', 'RangeError', 'at import'],
] as const)('%s is reported as an unhandled %s', async (name, errorType, errorMessage) => {
  const answer = await invoke(name, {});
  expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
  expect(answer.value).toEqual({ errorType, errorMessage, trace: expect.any(Array) });
});

test('a trace holds the lines of the stack', async () => {
  const { value } = await invoke('throws', {});
  expect(value.trace[0]).toBe('Oops: broken');
  expect(value.trace[1]).toContain('throws.mjs');
});

test('a function that hangs is ended at its timeout', async () => {
  const { value, FunctionError, $metadata } = await invoke('hangs', {});
  expect(FunctionError).toBe('Unhandled');
  expect(value).toEqual({
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${$metadata.requestId} Error: Task timed out after 0.20 seconds`,
  });
});

test('a function that blocks its thread does not block the others', async () => {
  const [blocked] = await Promise.all([invoke('spins', {})]);
  expect(blocked.value.errorType).toBe('Sandbox.Timedout');
  expect((await invoke('echo', 1)).value).toBe(1);
});

test('process.exit answers Runtime.ExitError, replaces the worker and spares other calls', async () => {
  expect((await invoke('pid', {})).value).toBe(1);
  expect((await invoke('pid', {})).value).toBe(2);
  const slow = invoke('waits', { ms: 300 });
  const { value, FunctionError, $metadata } = await invoke('exits', {});
  expect(FunctionError).toBe('Unhandled');
  expect(value).toEqual({
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${$metadata.requestId} Error: Runtime exited with error: exit status 7`,
  });
  expect((await slow).value).toBe(300);
  expect((await invoke('pid', {})).value).toBe(1);
});

test('a crash of the worker answers Runtime.ExitError, and the next call finds a new worker', async () => {
  const { value } = await invoke('crashes', {});
  expect(value.errorType).toBe('Runtime.ExitError');
  expect(value.errorMessage).toMatch(/Runtime exited with error: exit status 9$/);
  expect((await invoke('echo', 'still here')).value).toBe('still here');
});

test('a module that failed to load is loaded anew by the next call', async () => {
  expect((await invoke('failsAtImport', {})).FunctionError).toBe('Unhandled');
  await writeFile(path.join(directory, 'failsAtImport.mjs'), 'export const handler = async () => "mended";');
  expect((await invoke('failsAtImport', {})).value).toBe('mended');
});

test('a hundred invocations run at once', async () => {
  // None is answered before all have been called.
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => lambda.invoke('meets', '{"count":100}')),
  );
  expect(answers.every((answer) => answer.payload === '100')).toBe(true);
});

test('calls that run at once have each a store of their own, as in Lambda', async () => {
  const answers = await Promise.all(['ada', 'bob'].map((name) => invoke('ownStore', { name })));
  expect(answers.map(({ value }) => value)).toEqual([
    ['ada', answers[0]?.$metadata.requestId],
    ['bob', answers[1]?.$metadata.requestId],
  ]);
});

test('payloads are limited as Lambda limits them', async () => {
  await expect(invoke('echo', 'x'.repeat(6_291_456))).rejects.toMatchObject({
    name: 'RequestEntityTooLargeException',
    message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
    $metadata: { httpStatusCode: 413 },
  });
  expect((await invoke('echo', 'x'.repeat(6_291_454))).value).toHaveLength(6_291_454);
  expect((await invoke('large', { size: 6_291_555 })).value).toEqual({
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
  });
});

test('a payload that is not JSON is refused', async () => {
  await expect(
    client.send(new InvokeCommand({ FunctionName: 'echo', Payload: '{"a":' })),
  ).rejects.toMatchObject({ name: 'InvalidRequestContentException', $metadata: { httpStatusCode: 400 } });
});

test('a function is found by name, partial ARN and ARN, and only as $LATEST', async () => {
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:echo';
  for (const name of [arn, `${arn}:$LATEST`, '000000000000:function:echo', 'echo:$LATEST'])
    expect((await invoke(name, 5)).value).toBe(5);
  for (const name of [`${arn}:7`, 'nosuch', 'toString'])
    await expect(invoke(name, 5)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Function not found: ${name.startsWith('arn') ? name : arn.replace('echo', name)}`,
      $metadata: { httpStatusCode: 404 },
    });
  await expect(invoke('echo', 5, { Qualifier: '3' })).rejects.toMatchObject({
    message: `Function not found: ${arn}:3`,
  });
});

test('DryRun calls nothing', async () => {
  expect((await invoke('throws', {}, { InvocationType: 'DryRun' })).StatusCode).toBe(204);
});

test('an asynchronous invocation is accepted at once and tried three times', async () => {
  const file = path.join(directory, 'tried');
  expect((await invoke('failsOnce', { file }, { InvocationType: 'Event' })).StatusCode).toBe(202);
  await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toBe('third');
  await expect(invoke('echo', 'x'.repeat(1_048_576), { InvocationType: 'Event' })).rejects.toMatchObject({
    name: 'RequestEntityTooLargeException',
  });
});

test('output goes to the log file and, when asked for, into the answer', async () => {
  const { LogResult, $metadata } = await invoke('prints', {}, { LogType: 'Tail' });
  const id = $metadata.requestId;
  const lines = Buffer.from(LogResult ?? '', 'base64')
    .toString()
    .split('\n');
  expect(lines[0]).toBe(`START RequestId: ${id} Version: $LATEST`);
  expect(lines[1]).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\t${id}\tINFO\thello 42$`));
  expect(lines[2]).toBe('{"raw":true}');
  expect(lines[3]).toBe(`END RequestId: ${id}`);
  expect(lines[4]).toMatch(
    new RegExp(
      `^REPORT RequestId: ${id}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 1024 MB$`,
    ),
  );
  await expect
    .poll(() => readFile(logFile(), 'utf8'))
    .toContain(
      lines
        .slice(0, 5)
        .map((line) => `prints ${line}\n`)
        .join(''),
    );
});

test('GetFunction and ListFunctions describe what there is', async () => {
  const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: 'echo' }));
  expect(Configuration).toEqual({
    FunctionName: 'echo',
    FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:echo',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Timeout: 20,
    MemorySize: 1024,
    Version: '$LATEST',
    PackageType: 'Zip',
    State: 'Active',
  });
  const { Functions } = await client.send(new ListFunctionsCommand({}));
  expect(Functions?.map((entry) => entry.FunctionName)).toEqual(Object.keys(sources));
});

test('closing waits for what runs', async () => {
  const own = createLambda({
    functions: { waits: { file: path.join(directory, 'waits.mjs'), timeoutSeconds: 5 } },
    environment: {},
    logFile: path.join(directory, 'own.log'),
  });
  const running = own.invoke('waits', '{"ms":100}');
  await own.close();
  expect((await running).payload).toBe('100');
});
