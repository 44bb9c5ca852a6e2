// TestState: one state by itself, with and without a mock, at each inspection level.
import { TestStateCommand, type TestStateCommandInput } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FunctionServer, functionArn, ROLE, TestClock, TestEngine } from '../testing/engine.ts';

let engine: TestEngine;
let functions: FunctionServer;
beforeAll(async () => {
  functions = await FunctionServer.start(({ payload }) => ({ payload: [payload] }));
  engine = await TestEngine.start({ lambdaEndpoint: functions.endpoint, clock: new TestClock() });
});
afterAll(async () => {
  await engine.close();
  await functions.close();
});

async function run(definition: object, request: Partial<TestStateCommandInput> = {}) {
  const text = JSON.stringify({ QueryLanguage: 'JSONata', ...definition });
  const { $metadata, ...answer } = await engine.client.send(
    new TestStateCommand({ definition: text, ...request }),
  );
  return answer;
}

const task = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: functionArn('f'), Payload: '{% $states.input.n %}' },
  Output: '{% $states.result.Payload %}',
  Next: 'After',
};
const map = {
  Type: 'Map',
  Items: '{% $states.input %}',
  ItemSelector: { n: '{% $states.context.Map.Item.Value %}' },
  ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
  End: true,
};

test('a Pass with variables: INFO has the output, DEBUG the inspection data too', async () => {
  const pass = { Type: 'Pass', Assign: { b: '{% $a + 1 %}' }, Output: '{% $a %}', Next: 'Z' };
  const request = { input: '{"x":1}', variables: '{"a":1}' };
  expect(await run(pass, request)).toEqual({ status: 'SUCCEEDED', output: '1', nextState: 'Z' });
  expect(await run(pass, { ...request, inspectionLevel: 'DEBUG' })).toMatchObject({
    inspectionData: { input: '{"x":1}', variables: '{"a":1,"b":2}' },
  });
});

test('a Task without a mock is called', async () => {
  const answer = await run(task, { roleArn: ROLE, input: '{"n":7}', inspectionLevel: 'TRACE' });
  expect(answer).toMatchObject({ status: 'SUCCEEDED', output: '[7]', nextState: 'After' });
  expect(JSON.parse(answer.inspectionData?.afterArguments ?? '')).toMatchObject({ Payload: 7 });
  expect(JSON.parse(answer.inspectionData?.result ?? '')).toMatchObject({ StatusCode: 200 });
});

test('a failing expression fails the state', async () => {
  const answer = await run({ Type: 'Pass', Output: '{% $nothing %}', End: true });
  expect(answer).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
});

test.each([
  [
    0,
    {
      status: 'RETRIABLE',
      inspectionData: { errorDetails: { retryIndex: 1, retryBackoffIntervalSeconds: 3 } },
    },
  ],
  [1, { status: 'RETRIABLE', inspectionData: { errorDetails: { retryBackoffIntervalSeconds: 6 } } }],
  [
    2,
    {
      status: 'CAUGHT_ERROR',
      nextState: 'Rescue',
      output: '"Slow"',
      inspectionData: { errorDetails: { retryIndex: 1, catchIndex: 0 } },
    },
  ],
])('after %i retries an error is tried again or caught', async (retrierRetryCount, expected) => {
  const handling = {
    Retry: [
      { ErrorEquals: ['Other'] },
      { ErrorEquals: ['Slow'], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 2 },
    ],
    Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.Error %}', Next: 'Rescue' }],
  };
  const answer = await run(
    { ...task, ...handling },
    {
      mock: { errorOutput: { error: 'Slow', cause: 'x' } },
      input: '{"n":1}',
      stateConfiguration: { retrierRetryCount },
      inspectionLevel: 'DEBUG',
    },
  );
  expect(answer).toMatchObject({ error: 'Slow', cause: 'x', ...expected });
});

test("a Map with a mock shows the values of its fields, and passes on the mock's own text", async () => {
  const answer = await run(
    { ...map, MaxConcurrency: 2, ToleratedFailurePercentage: '{% 50 %}' },
    { input: '[1, 2]', mock: { result: '[ 5 ]' }, inspectionLevel: 'DEBUG' },
  );
  expect(answer).toEqual({
    status: 'SUCCEEDED',
    output: '[ 5 ]',
    inspectionData: {
      input: '[1, 2]',
      maxConcurrency: 2,
      toleratedFailurePercentage: 50,
      afterItemSelector: '[{"n":1},{"n":2}]',
    },
  });
});

const distributed = {
  ...map,
  Items: undefined,
  ItemProcessor: {
    ...map.ItemProcessor,
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  },
  ItemSelector: '{% $states.context.Map.Item %}',
};
const read = (ReaderConfig: object) => ({
  ...distributed,
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig,
    Arguments: { Bucket: 'b', Key: '{% $states.input.key %}' },
  },
});
const inspect = async (definition: object, request: Partial<TestStateCommandInput>) => {
  const answer = await run(definition, { mock: { result: '[]' }, inspectionLevel: 'DEBUG', ...request });
  return answer.inspectionData ?? {};
};

test.each([
  [{ InputType: 'JSON' }, '[1,2]', [{ Value: 1 }, { Value: 2 }]],
  [{ InputType: 'JSON', ItemsPointer: '/a/0' }, '{"a":[[3]]}', [{ Value: 3 }]],
  [
    { InputType: 'JSON' },
    '{"x":1,"y":[2]}',
    [
      { Key: 'x', Value: 1 },
      { Key: 'y', Value: [2] },
    ],
  ],
  [{ InputType: 'JSONL', MaxItems: '{% 1 + 1 %}' }, '1\n\n2\n3\n', [{ Value: 1 }, { Value: 2 }]],
  [
    { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', CSVDelimiter: 'PIPE', MaxItems: 1 },
    'id|text\n1|"a|b"\n2|c\n',
    [{ Value: { id: '1', text: 'a|b' } }],
  ],
])('a Map that reads %j is given what it would read', async (config, mapItemReaderData, items) => {
  const request = { input: '{"key":"k"}', stateConfiguration: { mapItemReaderData } };
  const { afterItemSelector } = await inspect(read(config), request);
  expect(JSON.parse(afterItemSelector ?? '')).toEqual(
    items.map((item, Index) => ({ Index, ...item, Source: 'S3://b/k' })),
  );
});

test('the items of a reader can be given as the input', async () => {
  const reader = { ...read({ InputType: 'JSON' }).ItemReader, Arguments: { Bucket: 'b', Key: 'k' } };
  const { afterItemSelector } = await inspect({ ...distributed, ItemReader: reader }, { input: '[7]' });
  expect(JSON.parse(afterItemSelector ?? '')).toEqual([{ Index: 0, Value: 7, Source: 'S3://b/k' }]);
});

test('the batches of a Map, of a list and of the pairs of an object', async () => {
  const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { all: '{% $count($states.input) %}' } };
  const { afterItemBatcher } = await inspect({ ...distributed, ItemBatcher }, { input: '[1,2,3]' });
  const item = (Index: number) => ({ Index, Value: Index + 1, Source: 'STATE_DATA' });
  expect(JSON.parse(afterItemBatcher ?? '')).toEqual([
    { BatchInput: { all: 3 }, Items: [item(0), item(1)] },
    { BatchInput: { all: 3 }, Items: [item(2)] },
  ]);
  const pairs = { ...distributed, ItemSelector: undefined, ItemBatcher: { MaxItemsPerBatch: 1 } };
  const { afterItemBatcher: ofPairs } = await inspect(pairs, { input: '{"a":1,"b":2}' });
  expect(JSON.parse(ofPairs ?? '')).toEqual([
    { Items: [{ Key: 'a', Value: 1 }] },
    { Items: [{ Key: 'b', Value: 2 }] },
  ]);
});

test('an inline Map does not iterate over an object', async () => {
  const answer = await run(map, { mock: { result: '[]' }, input: '{"a":1}' });
  expect(answer).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
});

test.each([
  [map, { Index: 0, Value: 3 }],
  [distributed, { Index: 0, Value: 3, Source: 'STATE_DATA' }],
])('a state inside of a Map is in its first iteration', async (outer, item) => {
  const P = { Type: 'Pass', Output: '{% $states.context.Map.Item %}', End: true };
  const processor = { ...outer.ItemProcessor, States: { P } };
  const definition = { StartAt: 'Each', States: { Each: { ...outer, ItemProcessor: processor } } };
  const { output } = await run(definition, { stateName: 'P', input: '3' });
  expect(JSON.parse(output ?? '')).toEqual(item);
});

test.each([
  [{ ToleratedFailureCount: 1 }, 1, 'SUCCEEDED'],
  [{ ToleratedFailureCount: 1 }, 2, 'FAILED'],
  [{ ToleratedFailurePercentage: 50 }, 2, 'FAILED'],
])('%j and %i iterations that failed', async (fields, mapIterationFailureCount, status) => {
  const request = {
    input: '[1,2,3]',
    mock: { result: '[]' },
    stateConfiguration: { mapIterationFailureCount },
  };
  expect((await run({ ...map, ...fields }, request)).status).toBe(status);
});

test("a given context replaces the engine's", async () => {
  const show = { ...task, Output: '{% $states.context %}' };
  const answer = await run(show, {
    input: '{"n":1}',
    mock: { result: '{}' },
    context: '{"Execution":{"Id":"mine"},"Task":{"Token":"t"}}',
  });
  expect(JSON.parse(answer.output ?? '')).toMatchObject({
    Execution: { Id: 'mine', Input: { n: 1 }, StartTime: '2026-01-01T00:00:00.000Z' },
    State: { Name: 'StateName', RetryCount: 0 },
    Task: { Token: 't' },
  });
});

test('a state is found by its name at any depth', async () => {
  const definition = { StartAt: 'Each', States: { Each: map } };
  expect(await run(definition, { stateName: 'P', input: '3' })).toMatchObject({ output: '3' });
});

const mocked = { mock: { result: '{}' }, input: '{"n":1}' };
test.each<[string, object, Partial<TestStateCommandInput>, string, RegExp]>([
  ['a Map without a mock', map, {}, 'InvalidDefinition', /does not support Map or Parallel/],
  ['a Task without a role', task, {}, 'ValidationException', /RoleArn/],
  ['a mock of a Pass', { Type: 'Pass', End: true }, mocked, 'ValidationException', /'Pass' is not supported/],
  [
    'two mocks',
    task,
    { mock: { result: '1', errorOutput: { error: 'E' } } },
    'ValidationException',
    /only one of the following fields/,
  ],
  ['a mock that is not JSON', task, { mock: { result: '{' } }, 'ValidationException', /valid JSON/],
  [
    'a mock of the wrong type',
    task,
    { mock: { result: '{"StatusCode":"200"}' } },
    'ValidationException',
    /Field 'StatusCode' must be a number/,
  ],
  ['a context without a mock', task, { roleArn: ROLE, context: '{}' }, 'ValidationException', /Context when/],
  [
    'a context of the wrong type',
    task,
    { ...mocked, context: '{"Map":{"Item":{"Index":"1"}}}' },
    'ValidationException',
    /Map.Item.Index must be a number/,
  ],
  ['variables that are no object', task, { ...mocked, variables: '[]' }, 'ValidationException', /Variables/],
  [
    'a name of no state',
    { StartAt: 'Each', States: { Each: map } },
    { stateName: 'x' },
    'ValidationException',
    /'x'/,
  ],
  [
    'lines that are no JSON',
    read({ InputType: 'JSONL' }),
    { mock: { result: '[]' }, stateConfiguration: { mapItemReaderData: '1\n{' } },
    'ValidationException',
    /^MapItemReaderData cannot be read: /,
  ],
  ['a state of no type', {}, {}, 'InvalidDefinition', /Type/],
  ['input that is not JSON', { Type: 'Succeed' }, { input: '{' }, 'InvalidExecutionInput', /./],
])('%s', async (_what, definition, request, name, message) => {
  await expect(run(definition, request)).rejects.toMatchObject({
    name,
    message: expect.stringMatching(message),
  });
});
