// Invalid input from clients and functions: each is answered with AWS's error, and the engine goes on.
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FunctionAnswer, FunctionServer, functionArn, ROLE, TestEngine } from '../testing/engine.ts';

let engine: TestEngine;
let functions: FunctionServer;
beforeAll(async () => {
  functions = await FunctionServer.start(() => undefined);
  engine = await TestEngine.start({ lambdaEndpoint: functions.endpoint });
});
afterAll(async () => {
  await engine.close();
  await functions.close();
});
beforeEach(() => functions.answerWith(() => ({ payload: {} })));

const PREFIX = 'arn:aws:states:us-east-1:000000000000';
const MACHINE = `${PREFIX}:stateMachine:none`;
const EXECUTION = `${PREFIX}:execution:none:none`;
const MAP_RUN = `${PREFIX}:mapRun:none/each:none`;
const routingConfiguration = [{ stateMachineVersionArn: `${MACHINE}:1`, weight: 100 }];

/** Each operation that takes an ARN or a token, with one that does not exist. */
const UNKNOWN: readonly (readonly [operation: string, input: object, code: string])[] = [
  ['StartExecution', { stateMachineArn: MACHINE }, 'StateMachineDoesNotExist'],
  ['StartExecution', { stateMachineArn: `${MACHINE}:1` }, 'StateMachineDoesNotExist'],
  ['StartExecution', { stateMachineArn: `${MACHINE}:live` }, 'StateMachineDoesNotExist'],
  ['StartSyncExecution', { stateMachineArn: MACHINE }, 'StateMachineDoesNotExist'],
  ['DescribeStateMachine', { stateMachineArn: MACHINE }, 'StateMachineDoesNotExist'],
  ['UpdateStateMachine', { stateMachineArn: MACHINE, roleArn: ROLE }, 'StateMachineDoesNotExist'],
  ['ListExecutions', { stateMachineArn: MACHINE }, 'StateMachineDoesNotExist'],
  ['ListExecutions', { mapRunArn: MAP_RUN }, 'ResourceNotFound'],
  ['PublishStateMachineVersion', { stateMachineArn: MACHINE }, 'StateMachineDoesNotExist'],
  ['ListStateMachineVersions', { stateMachineArn: MACHINE }, 'StateMachineDoesNotExist'],
  ['CreateStateMachineAlias', { name: 'live', routingConfiguration }, 'ResourceNotFound'],
  [
    'UpdateStateMachineAlias',
    { stateMachineAliasArn: `${MACHINE}:live`, description: 'x' },
    'ResourceNotFound',
  ],
  ['DescribeStateMachineAlias', { stateMachineAliasArn: `${MACHINE}:live` }, 'ResourceNotFound'],
  ['DeleteStateMachineAlias', { stateMachineAliasArn: `${MACHINE}:live` }, 'ResourceNotFound'],
  ['ListStateMachineAliases', { stateMachineArn: MACHINE }, 'StateMachineDoesNotExist'],
  ['DescribeExecution', { executionArn: EXECUTION }, 'ExecutionDoesNotExist'],
  ['GetExecutionHistory', { executionArn: EXECUTION }, 'ExecutionDoesNotExist'],
  ['StopExecution', { executionArn: EXECUTION }, 'ExecutionDoesNotExist'],
  ['RedriveExecution', { executionArn: EXECUTION }, 'ExecutionDoesNotExist'],
  ['DescribeStateMachineForExecution', { executionArn: EXECUTION }, 'ExecutionDoesNotExist'],
  ['ListMapRuns', { executionArn: EXECUTION }, 'ExecutionDoesNotExist'],
  ['DescribeMapRun', { mapRunArn: MAP_RUN }, 'ResourceNotFound'],
  ['UpdateMapRun', { mapRunArn: MAP_RUN, maxConcurrency: 1 }, 'ResourceNotFound'],
  ['ListTagsForResource', { resourceArn: MACHINE }, 'ResourceNotFound'],
  ['TagResource', { resourceArn: MACHINE, tags: [] }, 'ResourceNotFound'],
  ['UntagResource', { resourceArn: MACHINE, tagKeys: [] }, 'ResourceNotFound'],
  ['SendTaskSuccess', { taskToken: 'none', output: '{}' }, 'InvalidToken'],
  ['SendTaskFailure', { taskToken: 'none' }, 'InvalidToken'],
  ['SendTaskHeartbeat', { taskToken: 'none' }, 'InvalidToken'],
];

test.each(UNKNOWN)('%s %j does not exist: %s', async (operation, input, code) => {
  expect(await engine.post(operation, input)).toMatchObject({ status: 400, type: code });
});

/** The field of each with the ARN or token, and its other required fields. */
const named = UNKNOWN.flatMap(([operation, input]) => {
  const field = Object.keys(input).find((name) => /Arn$|Token$/.test(name));
  const others = Object.fromEntries(Object.entries(input).filter(([name]) => name !== field));
  return field === undefined ? [] : [[operation, field, others] as const];
});

test.each(named)('%s requires %s, a string', async (operation, field, others) => {
  const without = await engine.post(operation, others);
  expect(without).toMatchObject({ status: 400, type: 'ValidationException' });
  for (const value of [1, true, {}, []]) {
    const wrong = await engine.post(operation, { ...others, [field]: value });
    expect(wrong).toMatchObject({ status: 400, type: 'SerializationException' });
  }
});

test.each(named.filter(([, field]) => /^(stateMachine|execution)Arn$/.test(field)))(
  '%s takes only an ARN as %s',
  async (operation, field, others) => {
    for (const value of ['none', 'arn:aws:s3:::bucket', `${PREFIX}:activity:x`]) {
      expect((await engine.post(operation, { ...others, [field]: value })).type).toBe('InvalidArn');
    }
  },
);

const wait = { W: { Type: 'Wait', Seconds: 3600, End: true } };
const definitionOf = (states: object) =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states });

test('a state machine that is being deleted finishes its executions and refuses new ones', async () => {
  const stateMachineArn = await engine.create(wait);
  const arn = await engine.start(stateMachineArn);
  await engine.client.send(new DeleteStateMachineCommand({ stateMachineArn }));
  await expect(engine.start(stateMachineArn)).rejects.toMatchObject({ name: 'StateMachineDeleting' });
  await expect(
    engine.client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: definitionOf(wait) })),
  ).rejects.toMatchObject({ name: 'StateMachineDeleting' });
  const name = stateMachineArn.split(':').at(-1);
  await expect(
    engine.client.send(
      new CreateStateMachineCommand({ name, roleArn: ROLE, definition: definitionOf(wait) }),
    ),
  ).rejects.toMatchObject({ name: 'StateMachineDeleting' });
  await engine.post('StopExecution', { executionArn: arn });
  expect((await engine.ended(arn)).execution.status).toBe('ABORTED');
});

test('two starts with one name at the same time: the same execution, or an error', async () => {
  const stateMachineArn = await engine.create(wait);
  const start = (input: string) =>
    engine.client.send(new StartExecutionCommand({ stateMachineArn, name: 'once', input }));
  const same = await Promise.all([start('{"a":1}'), start('{"a":1}'), start('{"a":1}')]);
  expect(
    new Set(same.map(({ executionArn, startDate }) => `${executionArn} ${startDate?.getTime()}`)).size,
  ).toBe(1);
  const others = await Promise.allSettled([start('{"a":1}'), start('{"a":2}')]);
  expect(others[0]?.status).toBe('fulfilled');
  expect(others[1]).toMatchObject({ status: 'rejected', reason: { name: 'ExecutionAlreadyExists' } });
});

test.each([
  ['StartExecution', 'input', 'x'.repeat(262_143), 'ValidationException'],
  ['StartExecution', 'input', '{', 'InvalidExecutionInput'],
  ['StartExecution', 'input', '', 'InvalidExecutionInput'],
  ['StartExecution', 'name', 'a/b', 'InvalidName'],
  ['StartExecution', 'name', 'x'.repeat(81), 'ValidationException'],
  ['StartExecution', 'traceHeader', 'x'.repeat(257), 'ValidationException'],
  ['UpdateStateMachine', 'definition', '{', 'InvalidDefinition'],
  ['UpdateStateMachine', 'definition', 'x'.repeat(1_048_577), 'ValidationException'],
  ['UpdateStateMachine', 'roleArn', 'me', 'InvalidArn'],
  ['ListExecutions', 'statusFilter', 'ALIVE', 'ValidationException'],
  ['ListExecutions', 'redriveFilter', 'MAYBE', 'ValidationException'],
])('%s with the %s that it cannot take', async (operation, field, value, code) => {
  const stateMachineArn = await engine.create({ P: { Type: 'Pass', End: true } });
  const given = field === 'input' && value.length > 9 ? JSON.stringify(value) : value;
  const { status, type, body } = await engine.post(operation, { stateMachineArn, [field]: given });
  expect([status, type]).toEqual([400, code]);
  expect(body['message']?.length).toBeLessThan(1500);
});

test('error and cause of StopExecution and SendTaskFailure are limited', async () => {
  const arn = await engine.start(await engine.create(wait));
  for (const [field, length] of [
    ['error', 257],
    ['cause', 32_769],
  ] as const) {
    const long = { executionArn: arn, [field]: 'x'.repeat(length) };
    expect((await engine.post('StopExecution', long)).type).toBe('ValidationException');
  }
  expect((await engine.post('StopExecution', { executionArn: arn })).status).toBe(200);
});

test('too many tags are refused', async () => {
  const resourceArn = await engine.create(wait);
  const tags = Array.from({ length: 51 }, (_, n) => ({ key: String(n), value: '' }));
  expect((await engine.post('TagResource', { resourceArn, tags })).type).toBe('TooManyTags');
});

test('a task token takes one answer', async () => {
  functions.answerWith(() => ({ payload: null }));
  const before = functions.calls.length;
  const ask = {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'ask', Payload: '{% $states.context.Task.Token %}' },
      End: true,
    },
  };
  const arn = await engine.start(await engine.create(ask));
  await functions.untilCalls(before + 1);
  const taskToken = String(functions.calls[before]?.payload);
  const answers = await Promise.allSettled([
    engine.client.send(new SendTaskSuccessCommand({ taskToken, output: '1' })),
    engine.client.send(new SendTaskFailureCommand({ taskToken, error: 'Late' })),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { name: 'TaskTimedOut' },
  });
  await engine.ended(arn);
  await expect(
    engine.client.send(new SendTaskSuccessCommand({ taskToken, output: '2' })),
  ).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

const call = { Call: { Type: 'Task', Resource: functionArn('f'), End: true } };
const invoke = {
  Call: {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: 'f' },
    End: true,
  },
};
const timedOut = {
  errorType: 'Sandbox.Timedout',
  errorMessage: 'RequestId: 1 Error: Task timed out after 3.00 seconds',
};

test.each<[string, FunctionAnswer, string]>([
  ['text that is not JSON', { status: 200, body: '<html>' }, 'Lambda.Unknown'],
  ['half of its JSON', { status: 200, body: '{"a":' }, 'Lambda.Unknown'],
  ['bytes that are no text', { status: 200, body: '\u0000\uFFFD' }, 'Lambda.Unknown'],
  ['that its own time was over', timedOut, 'Sandbox.Timedout'],
  [
    'an error that is a list',
    { status: 200, headers: { 'x-amz-function-error': 'Unhandled' }, body: '[]' },
    'Lambda.Unknown',
  ],
  ['7 MB', { payload: 'x'.repeat(7_000_000) }, 'Function.ResponseSizeTooLarge'],
  ['1 MB', { payload: 'x'.repeat(1_000_000) }, 'States.DataLimitExceeded'],
  [
    'with a redirect',
    { status: 302, headers: { location: '/elsewhere' }, body: '' },
    'Lambda.ServiceException',
  ],
  ['with 503', { status: 503, body: 'busy' }, 'Lambda.ServiceException'],
  ['by hanging up', { drop: true }, 'Lambda.SdkClientException'],
  [
    'half, and hangs up',
    { status: 200, headers: { 'content-length': '100', connection: 'close' }, body: '{"a":' },
    'Lambda.SdkClientException',
  ],
])('a function that answers %s', async (_, answer, error) => {
  functions.answerWith(() => answer);
  for (const states of [call, invoke]) {
    expect((await engine.run(states)).execution).toMatchObject({ status: 'FAILED', error });
  }
});

test('an answer of a function is never evaluated', async () => {
  const payload = JSON.parse(
    '{"__proto__": {"polluted": 1}, "constructor": "{% $uuid() %}", "toString": null}',
  );
  functions.answerWith(() => ({ payload }));
  const { output } = await engine.run(call);
  expect(output).toEqual(payload);
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

test('an error’s name and cause are kept unchanged', async () => {
  const errorType = 'a\u0000b\u{1f600}"\\';
  functions.answerWith(() => ({ errorType, errorMessage: '\u0000' }));
  const { execution, events } = await engine.run(call);
  expect(execution.error).toBe(errorType);
  expect(JSON.parse(execution.cause ?? '')).toEqual({ errorType, errorMessage: '\u0000' });
  expect(events.at(-1)?.executionFailedEventDetails).toEqual({ error: errorType, cause: execution.cause });
});
