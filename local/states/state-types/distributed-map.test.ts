// Distributed Map: child executions, batches, tolerated failures, and Map Runs through the API.
import { DescribeExecutionCommand, ListExecutionsCommand, UpdateMapRunCommand } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { childrenOf, distributedMap as map, mapRunOf } from '../testing/distributed-map.ts';
import { FunctionServer, functionArn, TestClock, TestEngine, types } from '../testing/engine.ts';

let engine: TestEngine;
let functions: FunctionServer;
beforeEach(async () => {
  functions = await FunctionServer.start(({ payload }) => ({ payload }));
  engine = await TestEngine.start({ lambdaEndpoint: functions.endpoint });
});
afterEach(async () => {
  await engine.close();
  await functions.close();
});

const double = { Double: { Type: 'Pass', Output: '{% $states.input * 2 %}', End: true } };
const call = { Call: { Type: 'Task', Resource: functionArn('f'), End: true } };
const oddFails = {
  Odd: {
    Type: 'Choice',
    Choices: [{ Condition: '{% $states.input % 2 = 1 %}', Next: 'No' }],
    Default: 'Yes',
  },
  No: { Type: 'Fail', Error: 'Odd' },
  Yes: { Type: 'Succeed' },
};
test('every item is an execution of its own, outputs come in the order of the items', async () => {
  const { output, events, execution } = await engine.run(map(double), [1, 2, 3]);
  expect(output).toEqual([2, 4, 6]);
  expect(types(events)).toEqual([
    'ExecutionStarted',
    'MapStateEntered',
    'MapStateStarted',
    'MapRunStarted',
    'MapRunSucceeded',
    'MapStateSucceeded',
    'MapStateExited',
    'ExecutionSucceeded',
  ]);
  const run = await mapRunOf(engine, execution.executionArn ?? '');
  expect(run).toMatchObject({
    status: 'SUCCEEDED',
    executionArn: execution.executionArn,
    mapRunArn: events[3]?.mapRunStartedEventDetails?.mapRunArn,
    itemCounts: { total: 3, succeeded: 3, pending: 0, running: 0, failed: 0 },
    executionCounts: { total: 3, succeeded: 3 },
  });
  expect(run.mapRunArn).toMatch(/:mapRun:machine-1\/each:[\da-f-]{36}$/);
  const children = await childrenOf(engine, run.mapRunArn);
  expect(children).toHaveLength(3);
  expect(children[0]).toMatchObject({ status: 'SUCCEEDED', itemCount: 1, mapRunArn: run.mapRunArn });
  expect(children[0]?.executionArn).toMatch(/:execution:machine-1\/each:/);
  const child = await engine.client.send(
    new DescribeExecutionCommand({ executionArn: children[2]?.executionArn }),
  );
  expect(child).toMatchObject({ input: '1', output: '2', mapRunArn: run.mapRunArn });
  expect(types(await engine.history(children[2]?.executionArn ?? ''))).toEqual([
    'ExecutionStarted',
    'PassStateEntered',
    'PassStateExited',
    'ExecutionSucceeded',
  ]);
});

test('ItemSelector sees the item, the processor does not see outer variables', async () => {
  const select = {
    n: '{% $states.context.Map.Item.Value + $k %}',
    i: '{% $states.context.Map.Item.Index %}',
    from: '{% $states.context.Map.Item.Source %}',
  };
  const inner = { Show: { Type: 'Pass', Output: '{% [$states.input, $exists($k)] %}', End: true } };
  const states = {
    Set: { Type: 'Pass', Assign: { k: 10 }, Next: 'Each' },
    ...map(inner, { ItemSelector: select }),
  };
  const { output } = await engine.run(states, [1, 2]);
  expect(output).toEqual([
    [{ n: 11, i: 0, from: 'STATE_DATA' }, false],
    [{ n: 12, i: 1, from: 'STATE_DATA' }, false],
  ]);
});

test.each([
  ['as Items', { Items: { b: '{% $states.input.n %}', a: [2] } }, { n: 1 }],
  ['as Items that an expression gives', { Items: '{% $states.input.all %}' }, { all: { b: 1, a: [2] } }],
  ['as the input', { Items: undefined }, { b: 1, a: [2] }],
])('the items of an object, %s, are its pairs', async (_what, fields, input) => {
  const same = { Same: { Type: 'Pass', End: true } };
  const { output, events } = await engine.run(map(same, fields), input);
  expect(output).toEqual([
    { Key: 'b', Value: 1 },
    { Key: 'a', Value: [2] },
  ]);
  const started = events.find(({ type }) => type === 'MapStateStarted');
  expect(started?.mapStateStartedEventDetails).toEqual({ length: 2 });
  const ItemSelector = '{% $states.context.Map.Item %}';
  expect((await engine.run(map(same, { ...fields, ItemSelector }), input)).output).toEqual([
    { Index: 0, Key: 'b', Value: 1, Source: 'STATE_DATA' },
    { Index: 1, Key: 'a', Value: [2], Source: 'STATE_DATA' },
  ]);
});

test('ItemBatcher groups items by count and by size', async () => {
  const show = { Show: { Type: 'Pass', End: true } };
  const batcher = { MaxItemsPerBatch: 2, BatchInput: { by: '{% $count($states.input) %}' } };
  const counted = await engine.run(map(show, { ItemBatcher: batcher }), [1, 2, 3]);
  expect(counted.output).toEqual([
    { BatchInput: { by: 3 }, Items: [1, 2] },
    { BatchInput: { by: 3 }, Items: [3] },
  ]);
  const run = await mapRunOf(engine, counted.execution.executionArn ?? '');
  expect(run).toMatchObject({ itemCounts: { total: 3, succeeded: 3 }, executionCounts: { total: 2 } });
  const bytes = '{"Items":["aaaa","bbbb"]}'.length;
  const sized = await engine.run(map(show, { ItemBatcher: { MaxInputBytesPerBatch: bytes } }), [
    'aaaa',
    'bbbb',
    'cccc',
  ]);
  expect(sized.output).toEqual([{ Items: ['aaaa', 'bbbb'] }, { Items: ['cccc'] }]);
});

test.each([
  [
    '{"Items":[1,2]}',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ['{"Items":[1,2,3]}', [[1, 2, 3], [4]]],
  ['{"Items":[1,2]', [[1], [2], [3], [4]]],
])('a batch has at most as many bytes as %s, commas and brackets counted', async (largest, batches) => {
  const show = { Show: { Type: 'Pass', Output: '{% [$states.input.Items] %}', End: true } };
  const { output } = await engine.run(
    map(show, { ItemBatcher: { MaxInputBytesPerBatch: largest.length } }),
    [1, 2, 3, 4],
  );
  expect(output).toEqual(batches);
});

test('a Map Run tells what it tolerates, and its children no status', async () => {
  const tolerated = { ToleratedFailureCount: 3, ToleratedFailurePercentage: 12.5, MaxConcurrency: 7 };
  const { execution } = await engine.run(map(double, tolerated), [1, 2]);
  const arn = execution.executionArn ?? '';
  expect(await mapRunOf(engine, arn)).toMatchObject({
    ...{ toleratedFailureCount: 3, toleratedFailurePercentage: 12.5, maxConcurrency: 7 },
  });
  expect(engine.statusEvents.map(({ detail }) => [detail.executionArn, detail.status])).toEqual([
    [arn, 'RUNNING'],
    [arn, 'SUCCEEDED'],
  ]);
});

test('one failure ends the Map when none is tolerated', async () => {
  const { execution, events } = await engine.run(map(oddFails), [2, 3, 4]);
  expect(execution).toMatchObject({
    status: 'FAILED',
    error: 'States.ExceedToleratedFailureThreshold',
    cause: 'The specified tolerated failure threshold was exceeded',
  });
  expect(types(events).slice(3)).toEqual([
    'MapRunStarted',
    'MapRunFailed',
    'MapStateFailed',
    'ExecutionFailed',
  ]);
  expect(await mapRunOf(engine, execution.executionArn ?? '')).toMatchObject({ status: 'FAILED' });
});

test.each([
  [{ ToleratedFailureCount: 2 }, 'SUCCEEDED'],
  [{ ToleratedFailureCount: '{% 1 %}' }, 'FAILED'],
  [{ ToleratedFailurePercentage: 50 }, 'SUCCEEDED'],
  [{ ToleratedFailurePercentage: 49 }, 'FAILED'],
  [{ ToleratedFailurePercentage: 100, ToleratedFailureCount: 1 }, 'FAILED'],
])('two of four fail, with %j', async (fields, status) => {
  const { execution, output } = await engine.run(map(oddFails, fields), [1, 2, 3, 4]);
  expect(execution.status).toBe(status);
  if (status === 'SUCCEEDED') expect(output).toEqual([2, 4]);
});

test.each([
  [75, 'SUCCEEDED'],
  [74, 'FAILED'],
])(
  'a failed batch counts by its items: three of four, of which %d %% are tolerated',
  async (percentage, status) => {
    const fails = {
      Which: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $count($states.input.Items) = 3 %}', Next: 'No' }],
        Default: 'Yes',
      },
      No: { Type: 'Fail', Error: 'No' },
      Yes: { Type: 'Succeed' },
    };
    const fields = { ItemBatcher: { MaxItemsPerBatch: 3 }, ToleratedFailurePercentage: percentage };
    expect((await engine.run(map(fails, fields), [1, 2, 3, 4])).execution.status).toBe(status);
  },
);

test('an Express child that takes longer than five minutes counts as a failure', async () => {
  const clock = new TestClock();
  const slow = await TestEngine.start({ clock });
  const wait = { Wait: { Type: 'Wait', Seconds: 400, End: true } };
  const arn = await slow.start(await slow.create(map(wait, {}, 'EXPRESS')), [1]);
  await clock.untilTimerIn(300_000);
  clock.advance(300_000);
  expect((await slow.ended(arn)).execution.error).toBe('States.ExceedToleratedFailureThreshold');
  expect(await mapRunOf(slow, arn)).toMatchObject({
    status: 'FAILED',
    itemCounts: { timedOut: 1, failed: 0 },
  });
  await slow.close();
});

test('children are listed in pages', async () => {
  const { execution } = await engine.run(map(double), [1, 2, 3]);
  const { mapRunArn } = await mapRunOf(engine, execution.executionArn ?? '');
  const page = async (nextToken?: string) =>
    engine.client.send(new ListExecutionsCommand({ mapRunArn, maxResults: 2, nextToken }));
  const first = await page();
  const second = await page(first.nextToken);
  const arns = [...(first.executions ?? []), ...(second.executions ?? [])].map((one) => one.executionArn);
  expect([first.executions?.length, second.executions?.length, new Set(arns).size]).toEqual([2, 1, 3]);
  expect(second.nextToken).toBeUndefined();
});

test('waiting children run all at the same time when the event loop has time', async () => {
  const items = Array.from({ length: 200 }, (_, index) => index);
  functions.answerWith(() => undefined);
  const arn = await engine.start(await engine.create(map(call)), items);
  await functions.untilCalls(200);
  expect((await mapRunOf(engine, arn)).executionCounts).toMatchObject({
    running: 200,
    pending: 0,
    total: 200,
  });
  await engine.post('StopExecution', { executionArn: arn });
  await engine.ended(arn);
});

test('MaxConcurrency is kept, and UpdateMapRun changes it', async () => {
  functions.answerWith(() => undefined);
  const arn = await engine.start(await engine.create(map(call, { MaxConcurrency: 2 })), [1, 2, 3, 4, 5]);
  await functions.untilCalls(2);
  const run = await mapRunOf(engine, arn);
  expect(run).toMatchObject({
    maxConcurrency: 2,
    executionCounts: { running: 2, total: 2 },
    itemCounts: { pending: 3, running: 2 },
  });
  await engine.client.send(new UpdateMapRunCommand({ mapRunArn: run.mapRunArn, maxConcurrency: 4 }));
  await functions.untilCalls(4);
  expect(functions.calls).toHaveLength(4);
  await engine.post('StopExecution', { executionArn: arn });
  await engine.ended(arn);
  expect((await childrenOf(engine, run.mapRunArn)).map(({ status }) => status)).toEqual(
    Array(4).fill('ABORTED'),
  );
  expect((await mapRunOf(engine, arn)).status).toBe('ABORTED');
});

test('Express children are stored with their result and without a history', async () => {
  // They can be redriven with their Map Run, and know how often they were.
  const count = {
    Count: { Type: 'Pass', Output: '{% $states.context.Execution.RedriveCount %}', End: true },
  };
  expect((await engine.run(map(count, {}, 'EXPRESS'), [1])).output).toEqual([0]);
  const { output, execution } = await engine.run(map(double, {}, 'EXPRESS'), [1, 2]);
  expect(output).toEqual([2, 4]);
  const [child, ...others] = await childrenOf(
    engine,
    (await mapRunOf(engine, execution.executionArn ?? '')).mapRunArn,
  );
  expect(others).toHaveLength(1);
  const executionArn = child?.executionArn ?? '';
  expect(executionArn).toMatch(/:express:machine-\d+\/each:[\da-f-]{36}:[\da-f-]{36}$/);
  const described = await engine.client.send(new DescribeExecutionCommand({ executionArn }));
  expect(described).toMatchObject({ status: 'SUCCEEDED', output: '4' });
  expect((await engine.post('GetExecutionHistory', { executionArn })).type).toBe('InvalidArn');
});

test('children do not count towards the events of the parent', async () => {
  const items = Array.from({ length: 7000 }, (_, index) => index);
  const { output, events } = await engine.run(map(double, { Output: '{% $sum($states.result) %}' }), items);
  expect(output).toBe(6999 * 7000);
  expect(events).toHaveLength(8);
});

test('a Map Run that does not exist is an error', async () => {
  const mapRunArn = 'arn:aws:states:us-east-1:000000000000:mapRun:m/l:x';
  for (const operation of ['DescribeMapRun', 'UpdateMapRun', 'ListExecutions']) {
    expect(await engine.post(operation, { mapRunArn })).toMatchObject({ type: 'ResourceNotFound' });
  }
  const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:m:x';
  expect((await engine.post('ListMapRuns', { executionArn })).type).toBe('ExecutionDoesNotExist');
  expect((await engine.post('ListMapRuns', { executionArn: 'x' })).type).toBe('InvalidArn');
});
