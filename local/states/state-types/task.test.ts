// Tasks that call functions: requests, results and failures.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type FunctionAnswer,
  FunctionServer,
  functionArn,
  TestClock,
  TestEngine,
  types,
} from '../testing/engine.ts';

let engine: TestEngine;
let functions: FunctionServer;
let clock: TestClock;

beforeEach(async () => {
  clock = new TestClock();
  functions = await FunctionServer.start(() => ({ payload: { ok: true } }));
  engine = await TestEngine.start({ lambdaEndpoint: functions.endpoint, clock });
});
afterEach(async () => {
  await engine.close();
  await functions.close();
});

const invoke = (fields: object = {}) => ({
  Call: {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionArn('f'), Payload: '{% $states.input %}' },
    Output: '{% $states.result.Payload %}',
    End: true,
    ...fields,
  },
});
const direct = (fields: object = {}) => ({
  Call: { Type: 'Task', Resource: functionArn('f'), End: true, ...fields },
});

test('lambda:invoke sends the payload and records the call', async () => {
  const { output, events } = await engine.run(invoke({ TimeoutSeconds: 30 }), { text: '{% 1 %}' });
  expect(functions.calls).toEqual([{ name: functionArn('f'), payload: { text: '{% 1 %}' } }]);
  expect(output).toEqual({ ok: true });
  expect(events[2]).toMatchObject({
    id: 3,
    previousEventId: 2,
    type: 'TaskScheduled',
    taskScheduledEventDetails: {
      resourceType: 'lambda',
      resource: 'invoke',
      region: 'us-east-1',
      timeoutInSeconds: 30,
    },
  });
  expect(JSON.parse(events[2]?.taskScheduledEventDetails?.parameters ?? '')).toEqual({
    FunctionName: functionArn('f'),
    Payload: { text: '{% 1 %}' },
  });
  expect(JSON.parse(events[4]?.taskSucceededEventDetails?.output ?? '')).toMatchObject({
    ExecutedVersion: '$LATEST',
    Payload: { ok: true },
    StatusCode: 200,
  });
});

test('a direct ARN takes the input as payload and the payload as result', async () => {
  const { output, events } = await engine.run(direct(), [1]);
  expect(functions.calls[0]?.payload).toEqual([1]);
  expect(output).toEqual({ ok: true });
  expect(types(events)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
  expect(events[2]?.lambdaFunctionScheduledEventDetails).toEqual({
    resource: functionArn('f'),
    input: '[1]',
    inputDetails: { truncated: false },
  });
});

test.each<[string, FunctionAnswer, string, string | RegExp]>([
  [
    'an error that the function threw',
    { errorType: 'RateLimited', errorMessage: 'slow' },
    'RateLimited',
    '{"errorType":"RateLimited","errorMessage":"slow"}',
  ],
  [
    'an error without a type',
    { status: 200, headers: { 'x-amz-function-error': 'Unhandled' }, body: '{"errorMessage":"x"}' },
    'Lambda.Unknown',
    'The cause could not be determined because Lambda did not return an error type. Returned payload: {"errorMessage":"x"}',
  ],
  [
    'an error whose type is empty',
    { errorType: '', errorMessage: 'x' },
    'Lambda.Unknown',
    'The cause could not be determined because Lambda did not return an error type. Returned payload: {"errorType":"","errorMessage":"x"}',
  ],
  [
    'a function that does not exist',
    {
      status: 404,
      headers: { 'x-amzn-errortype': 'ResourceNotFoundException', 'x-amzn-requestid': 'r1' },
      body: '{"Message":"Function not found: f"}',
    },
    'Lambda.ResourceNotFoundException',
    'Function not found: f (Service: Lambda, Status Code: 404, Request ID: r1) (SDK Attempt Count: 1)',
  ],
  [
    'throttling',
    { status: 429, body: '{"Message":"Rate Exceeded"}' },
    'Lambda.TooManyRequestsException',
    /Rate Exceeded/,
  ],
  ['a fault of Lambda', { status: 500, body: '' }, 'Lambda.ServiceException', /Status Code: 500/],
  ['garbage', { status: 200, body: '<html>' }, 'Lambda.Unknown', /not JSON/],
  ['a dropped connection', { drop: true }, 'Lambda.SdkClientException', /socket hang up|ECONNRESET/],
  [
    'an answer over 256 KiB',
    { payload: 'x'.repeat(300_000) },
    'States.DataLimitExceeded',
    "The state/task 'arn:aws:states:::lambda:invoke' returned a result with a size exceeding the maximum number of bytes service limit.",
  ],
])('%s', async (_what, answer, error, cause) => {
  functions.answerWith(() => answer);
  const { execution, events } = await engine.run(invoke());
  expect(execution).toMatchObject({ status: 'FAILED', error });
  if (cause instanceof RegExp) expect(execution.cause).toMatch(cause);
  else expect(execution.cause).toBe(cause);
  expect(types(events).slice(2)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskFailed', 'ExecutionFailed']);
});

test('an endpoint that does not answer fails the task', async () => {
  await functions.close();
  const { execution } = await engine.run(direct());
  expect(execution).toMatchObject({ status: 'FAILED', error: 'Lambda.SdkClientException' });
});

test('TimeoutSeconds ends a function that hangs', async () => {
  functions.answerWith(() => undefined);
  const arn = await engine.start(
    await engine.create(direct({ TimeoutSeconds: '{% $states.input.limit %}' })),
    {
      limit: 900,
    },
  );
  await functions.untilCalls(1);
  expect(await clock.untilTimer()).toBe(900_000);
  clock.advance(900_000);
  const { execution, events } = await engine.ended(arn);
  expect(execution.error).toBe('States.Timeout');
  expect(types(events).slice(4)).toEqual(['LambdaFunctionTimedOut', 'ExecutionFailed']);
});

test('TimeoutSeconds of the state machine ends the execution', async () => {
  functions.answerWith(() => undefined);
  const arn = await engine.start(await engine.create(direct(), { TimeoutSeconds: 60 }));
  await functions.untilCalls(1);
  clock.advance(60_000);
  const { execution, events } = await engine.ended(arn);
  expect(execution.status).toBe('TIMED_OUT');
  expect(types(events).at(-1)).toBe('ExecutionTimedOut');
});

test('HeartbeatSeconds ends no task that waits for no token', async () => {
  functions.answerWith(() => undefined);
  const arn = await engine.start(await engine.create(direct({ HeartbeatSeconds: 5, TimeoutSeconds: 60 })));
  await functions.untilCalls(1);
  expect(await clock.untilTimer()).toBe(60_000);
  clock.advance(60_000);
  expect((await engine.ended(arn)).execution.error).toBe('States.Timeout');
});

// API reference, Invoke: FunctionName and Qualifier in the address, the others as headers.
test.each<[string, object, readonly unknown[]]>([
  ['nothing else', {}, ['', 'RequestResponse', undefined]],
  ['an alias', { Qualifier: 'live/1' }, ['?Qualifier=live%2F1', 'RequestResponse', undefined]],
  ['a kind of invocation', { InvocationType: 'Event' }, ['', 'Event', undefined]],
  ['a client context', { ClientContext: 'e30=' }, ['', 'RequestResponse', 'e30=']],
])('a call is sent with what Arguments say: %s', async (_, more, sent) => {
  const asked: unknown[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    const { search } = new URL(url, 'http://lambda');
    asked.push([search, headers['x-amz-invocation-type'], headers['x-amz-client-context']]);
    response.end('null');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  const own = await TestEngine.start({ lambdaEndpoint: `http://127.0.0.1:${port}` });
  const { Call } = invoke();
  await own.run({ Call: { ...Call, Arguments: { ...Call.Arguments, ...more } } });
  await own.close();
  server.closeAllConnections();
  server.close();
  expect(asked).toEqual([sent]);
});
