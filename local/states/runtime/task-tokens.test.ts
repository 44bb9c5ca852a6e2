// Tasks that wait for an answer under a token: it comes, does not come, comes too early, or comes twice.
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateStateMachineCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FunctionServer, functionArn, ROLE, TestClock, TestEngine, types } from '../testing/engine.ts';

const clock = new TestClock();
let engine: TestEngine;
let functions: FunctionServer;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'states-'));
  functions = await FunctionServer.start(() => ({ payload: 'accepted' }));
  engine = await open('a');
});
afterEach(async () => {
  await engine.close();
  await functions.close();
  rmSync(folder, { recursive: true });
});

const open = (file: string) =>
  TestEngine.start({ lambdaEndpoint: functions.endpoint, clock, database: join(folder, file) });

const ask = (fields: object = {}) => ({
  Ask: {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: functionArn('f'), Payload: { token: '{% $states.context.Task.Token %}' } },
    End: true,
    ...fields,
  },
});

/** The payload that the function was called with. */
const tokenOf = (call: number) => String(Object(functions.calls[call]?.payload).token);

/** Starts and waits until the task waits. */
async function asked(fields: object = {}, more: object = {}): Promise<{ arn: string; token: string }> {
  const arn = await engine.start(await engine.create({ ...ask(fields), ...more }));
  await functions.untilCalls(1);
  while (!types(await engine.history(arn)).includes('TaskSubmitted'));
  return { arn, token: tokenOf(0) };
}

const succeed = (taskToken: string, output = '{"approved":true}') =>
  engine.client.send(new SendTaskSuccessCommand({ taskToken, output }));

test('SendTaskSuccess gives the result, once', async () => {
  const { arn, token } = await asked();
  await succeed(token);
  const { output, events } = await engine.ended(arn);
  expect(output).toEqual({ approved: true });
  expect(types(events)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSubmitted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
  expect(events[2]?.taskScheduledEventDetails?.resource).toBe('invoke.waitForTaskToken');
  expect(JSON.parse(events[4]?.taskSubmittedEventDetails?.output ?? '')).toMatchObject({
    Payload: 'accepted',
  });
  await expect(succeed(token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  await expect(engine.client.send(new SendTaskHeartbeatCommand({ taskToken: token }))).rejects.toMatchObject({
    name: 'TaskTimedOut',
  });
});

test('SendTaskFailure is an error that Retry and Catch see, and each try has its own token', async () => {
  const retry = [{ ErrorEquals: ['Refused'], IntervalSeconds: 5, MaxAttempts: 1 }];
  const { arn, token } = await asked({ Retry: retry });
  const refuse = (taskToken: string) =>
    engine.client.send(new SendTaskFailureCommand({ taskToken, error: 'Refused', cause: 'no' }));
  await refuse(token);
  expect(await clock.untilTimer()).toBe(5000);
  clock.advance(5000);
  await functions.untilCalls(2);
  const again = tokenOf(1);
  expect(again).not.toBe(token);
  await expect(refuse(token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  await refuse(again);
  const { execution } = await engine.ended(arn);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'Refused', cause: 'no' });
});

test('an answer before the function has returned counts, and the function is not waited for', async () => {
  functions.answerWith(() => undefined);
  const arn = await engine.start(await engine.create(ask()));
  await functions.untilCalls(1);
  await succeed(tokenOf(0), '1');
  const { output, events } = await engine.ended(arn);
  expect(output).toBe(1);
  expect(types(events)).not.toContain('TaskSubmitted');
});

test('a function that returns after the answer came adds nothing to what is recorded', async () => {
  const held: ServerResponse[] = [];
  const { promise: called, resolve } = Promise.withResolvers<string>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    held.push(response);
    resolve(Object(JSON.parse(Buffer.concat(chunks).toString())).token);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  const own = await TestEngine.start({ lambdaEndpoint: `http://127.0.0.1:${port}`, clock });
  const { Ask } = ask({ End: undefined, Next: 'Wait' });
  const arn = await own.start(await own.create({ Ask, Wait: { Type: 'Wait', Seconds: 60, End: true } }));
  await own.client.send(new SendTaskSuccessCommand({ taskToken: await called, output: '1' }));
  expect(await clock.untilTimer()).toBe(60_000);
  for (const response of held) {
    response.end('"late"');
    await once(response, 'close');
  }
  // What has arrived is read before these are answered.
  for (let calls = 0; calls < 3; calls += 1) await own.history(arn);
  clock.advance(60_000);
  const { output, events } = await own.ended(arn);
  await own.close();
  server.closeAllConnections();
  server.close();
  expect(output).toBe(1);
  expect(types(events)).not.toContain('TaskSubmitted');
});

test('a function that fails ends the task and its token', async () => {
  functions.answerWith(() => ({ errorType: 'Broken', errorMessage: 'x' }));
  const arn = await engine.start(await engine.create(ask()));
  const { execution } = await engine.ended(arn);
  expect(execution.error).toBe('Broken');
  await expect(succeed(tokenOf(0))).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

test('each heartbeat restarts HeartbeatSeconds, but not TimeoutSeconds', async () => {
  const { arn, token } = await asked({ HeartbeatSeconds: 60, TimeoutSeconds: 150 });
  clock.advance(50_000);
  await engine.client.send(new SendTaskHeartbeatCommand({ taskToken: token }));
  clock.advance(50_000);
  await engine.client.send(new SendTaskHeartbeatCommand({ taskToken: token }));
  clock.advance(50_000);
  const { execution, events } = await engine.ended(arn);
  expect(execution.error).toBe('States.Timeout');
  expect(events.at(-2)).toMatchObject({
    type: 'TaskTimedOut',
    taskTimedOutEventDetails: { resource: 'invoke.waitForTaskToken', error: 'States.Timeout' },
  });
  await expect(succeed(token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

test('a missed heartbeat is a timeout that Retry and Catch can distinguish', async () => {
  const { arn } = await asked({ HeartbeatSeconds: '{% 60 %}', TimeoutSeconds: 150 });
  clock.advance(60_000);
  const { execution } = await engine.ended(arn);
  expect(execution.error).toBe('States.Timeout');
});

test.each([
  [60, 'States.HeartbeatTimeout', 'SUCCEEDED'],
  [60, 'States.Timeout', 'SUCCEEDED'],
  [1000, 'States.HeartbeatTimeout', 'FAILED'],
  // Of two that are due at once the time limit counts.
  [150, 'States.HeartbeatTimeout', 'FAILED'],
])('heartbeats every %s s and a catcher for %s: %s', async (HeartbeatSeconds, name, status) => {
  const Catch = [{ ErrorEquals: [name], Output: '{% $states.errorOutput %}', Next: 'Late' }];
  const { arn } = await asked(
    { HeartbeatSeconds, TimeoutSeconds: 150, Catch },
    { Late: { Type: 'Succeed' } },
  );
  clock.advance(Math.min(HeartbeatSeconds, 150) * 1000);
  const { execution, output } = await engine.ended(arn);
  expect(execution.status).toBe(status);
  if (status === 'SUCCEEDED') expect(output).toEqual({ Error: 'States.Timeout' });
});

test('a token survives a kill, with its deadlines', async () => {
  const { arn, token } = await asked({ HeartbeatSeconds: 60 });
  clock.advance(20_000);
  await engine.client.send(new SendTaskHeartbeatCommand({ taskToken: token }));
  for (const suffix of ['', '-wal']) {
    const file = join(folder, `a${suffix}`);
    if (existsSync(file)) copyFileSync(file, join(folder, `b${suffix}`));
  }
  await engine.close();
  clock.advance(40_000);
  engine = await open('b');
  expect(await clock.untilTimer()).toBe(20_000);
  await succeed(token, '"late"');
  const { output, events } = await engine.ended(arn);
  expect(output).toBe('late');
  expect(functions.calls).toHaveLength(1);
  expect(types(events).slice(4)).toEqual([
    'TaskSubmitted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
});

test('a stopped execution no longer waits for an answer', async () => {
  const { arn, token } = await asked();
  await engine.post('StopExecution', { executionArn: arn });
  await expect(succeed(token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

test('invalid tokens, tokens of no execution, output that is not JSON', async () => {
  const { token } = await asked();
  await expect(succeed('abc')).rejects.toMatchObject({ name: 'InvalidToken' });
  const foreign = Buffer.from('["arn:aws:states:us-east-1:000000000000:execution:m:n","x"]').toString(
    'base64',
  );
  await expect(succeed(foreign)).rejects.toMatchObject({ name: 'TaskDoesNotExist' });
  await expect(succeed(token, '{')).rejects.toMatchObject({ name: 'InvalidOutput' });
  await expect(succeed(token, JSON.stringify('x'.repeat(262_144)))).rejects.toMatchObject({
    name: 'ValidationException',
  });
  expect(await engine.post('SendTaskFailure', {})).toMatchObject({
    status: 400,
    type: 'ValidationException',
  });
});

test('an Express state machine does not wait for tokens', async () => {
  const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Ask', States: ask() });
  const create = new CreateStateMachineCommand({ name: 'x', roleArn: ROLE, definition, type: 'EXPRESS' });
  await expect(engine.client.send(create)).rejects.toMatchObject({ name: 'InvalidDefinition' });
});
