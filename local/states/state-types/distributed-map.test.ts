// Distributed Map: child executions, batches, tolerated failures, Map Runs through the API, and restarts.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  UpdateMapRunCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FunctionServer, functionArn, TestClock, TestEngine, types } from '../testing/engine.ts';

let engine: TestEngine;
let clock: TestClock;
let functions: FunctionServer;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'states-'));
  clock = new TestClock();
  functions = await FunctionServer.start(({ payload }) => ({ payload }));
  engine = await open('a');
});
afterEach(async () => {
  await engine.close();
  await functions.close();
  rmSync(folder, { recursive: true });
});

const open = (file: string) =>
  TestEngine.start({ clock, lambdaEndpoint: functions.endpoint, database: join(folder, file) });

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
const map = (states: object, fields: object = {}, executionType = 'STANDARD') => ({
  Each: {
    Type: 'Map',
    Items: '{% $states.input %}',
    Label: 'each',
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: executionType },
      StartAt: Object.keys(states)[0],
      States: states,
    },
    End: true,
    ...fields,
  },
});

async function mapRunOf(executionArn: string) {
  const { mapRuns = [] } = await engine.client.send(new ListMapRunsCommand({ executionArn }));
  return engine.client.send(new DescribeMapRunCommand({ mapRunArn: mapRuns[0]?.mapRunArn }));
}
const childrenOf = async (mapRunArn: string | undefined) =>
  (await engine.client.send(new ListExecutionsCommand({ mapRunArn }))).executions ?? [];

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
  const run = await mapRunOf(execution.executionArn ?? '');
  expect(run).toMatchObject({
    status: 'SUCCEEDED',
    executionArn: execution.executionArn,
    mapRunArn: events[3]?.mapRunStartedEventDetails?.mapRunArn,
    itemCounts: { total: 3, succeeded: 3, pending: 0, running: 0, failed: 0 },
    executionCounts: { total: 3, succeeded: 3 },
  });
  expect(run.mapRunArn).toMatch(/:mapRun:machine-1\/each:[\da-f-]{36}$/);
  const children = await childrenOf(run.mapRunArn);
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
  const run = await mapRunOf(counted.execution.executionArn ?? '');
  expect(run).toMatchObject({ itemCounts: { total: 3, succeeded: 3 }, executionCounts: { total: 2 } });
  const bytes = '{"Items":["aaaa","bbbb"]}'.length;
  const sized = await engine.run(map(show, { ItemBatcher: { MaxInputBytesPerBatch: bytes } }), [
    'aaaa',
    'bbbb',
    'cccc',
  ]);
  expect(sized.output).toEqual([{ Items: ['aaaa', 'bbbb'] }, { Items: ['cccc'] }]);
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
  expect(await mapRunOf(execution.executionArn ?? '')).toMatchObject({ status: 'FAILED' });
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

test('waiting children run all at the same time when the event loop has time', async () => {
  const items = Array.from({ length: 200 }, (_, index) => index);
  functions.answerWith(() => undefined);
  const arn = await engine.start(await engine.create(map(call)), items);
  await functions.untilCalls(200);
  expect((await mapRunOf(arn)).executionCounts).toMatchObject({ running: 200, pending: 0, total: 200 });
  await engine.post('StopExecution', { executionArn: arn });
  await engine.ended(arn);
});

test('MaxConcurrency is kept, and UpdateMapRun changes it', async () => {
  functions.answerWith(() => undefined);
  const arn = await engine.start(await engine.create(map(call, { MaxConcurrency: 2 })), [1, 2, 3, 4, 5]);
  await functions.untilCalls(2);
  const run = await mapRunOf(arn);
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
  expect((await childrenOf(run.mapRunArn)).map(({ status }) => status)).toEqual(Array(4).fill('ABORTED'));
  expect((await mapRunOf(arn)).status).toBe('ABORTED');
});

test('Express children are stored with their result and without a history', async () => {
  const { output, execution } = await engine.run(map(double, {}, 'EXPRESS'), [1, 2]);
  expect(output).toEqual([2, 4]);
  const [child, ...others] = await childrenOf((await mapRunOf(execution.executionArn ?? '')).mapRunArn);
  expect(others).toHaveLength(1);
  const executionArn = child?.executionArn ?? '';
  expect(executionArn).toMatch(/:express:machine-\d+\/each:[\da-f-]{36}:[\da-f-]{36}$/);
  const described = await engine.client.send(new DescribeExecutionCommand({ executionArn }));
  expect(described).toMatchObject({ status: 'SUCCEEDED', output: '4' });
  expect((await engine.post('GetExecutionHistory', { executionArn })).type).toBe('InvalidArn');
});

test('after a kill Express children that had ended are not run again', async () => {
  functions.answerWith(({ payload }) => (payload === 3 ? undefined : { payload }));
  const states = map(call, { MaxConcurrency: 1 }, 'EXPRESS');
  const arn = await engine.start(await engine.create(states), [1, 2, 3, 4]);
  await functions.untilCalls(3);
  await engine.close();
  functions.answerWith(({ payload }) => ({ payload }));
  engine = await open('a');
  expect((await engine.ended(arn)).output).toEqual([1, 2, 3, 4]);
  expect(functions.calls.map(({ payload }) => payload)).toEqual([1, 2, 3, 3, 4]);
});

test('children do not count towards the events of the parent', async () => {
  const items = Array.from({ length: 7000 }, (_, index) => index);
  const { output, events } = await engine.run(map(double, { Output: '{% $sum($states.result) %}' }), items);
  expect(output).toBe(6999 * 7000);
  expect(events).toHaveLength(8);
});

test('after a kill ended children keep their outputs and only the others are run', async () => {
  functions.answerWith(({ payload }) => (payload === 3 ? undefined : { payload }));
  const arn = await engine.start(await engine.create(map(call, { MaxConcurrency: 1 })), [1, 2, 3, 4]);
  await functions.untilCalls(3);
  await engine.history(arn);
  for (const suffix of ['', '-wal']) {
    const file = join(folder, `a${suffix}`);
    if (existsSync(file)) copyFileSync(file, join(folder, `b${suffix}`));
  }
  await engine.close();
  const retry = functions.calls.length;
  functions.answerWith(({ payload }) => ({ payload }));
  engine = await open('b');
  const { execution } = await engine.ended(arn);
  // The third child's function had been called: its answer is lost, and nothing retries it.
  expect(execution.error).toBe('States.ExceedToleratedFailureThreshold');
  expect(functions.calls.slice(retry)).toEqual([]);
  const run = await mapRunOf(arn);
  expect(run).toMatchObject({ status: 'FAILED', itemCounts: { succeeded: 2, failed: 1, pending: 1 } });
});

test('a Map under way ends as usual after a kill', async () => {
  const wait = { Wait: { Type: 'Wait', Seconds: 60, Next: 'Call' }, ...call };
  const arn = await engine.start(await engine.create(map(wait, { MaxConcurrency: 2 })), [1, 2, 3]);
  expect(await clock.untilTimer()).toBe(60_000);
  await engine.close();
  engine = await open('a');
  expect(await clock.untilTimer()).toBe(60_000);
  clock.advance(60_000);
  await functions.untilCalls(2);
  expect(await clock.untilTimer()).toBe(60_000);
  clock.advance(60_000);
  const { output, events } = await engine.ended(arn);
  expect(output).toEqual([1, 2, 3]);
  expect(functions.calls).toHaveLength(3);
  expect(types(events).filter((type) => type === 'MapRunStarted')).toHaveLength(1);
});

test('a Map inside a Parallel is resumed after a restart, and so is the Map inside it', async () => {
  const wait = { Wait: { Type: 'Wait', Seconds: 60, End: true } };
  const { Each: Inner } = map(wait, { Items: '{% [$states.input, 10] %}', Label: 'inner' });
  const branch = { StartAt: 'Each', States: map({ Inner }, { Items: [1, 2] }) };
  const arn = await engine.start(
    await engine.create({ Both: { Type: 'Parallel', Branches: [branch], End: true } }),
  );
  expect(await clock.untilTimer()).toBe(60_000);
  const before = (await mapRunOf(arn)).mapRunArn;
  await engine.close();
  clock.advance(30_000);
  engine = await open('a');
  expect(await clock.untilTimer()).toBe(30_000);
  clock.advance(30_000);
  expect((await engine.ended(arn)).output).toEqual([
    [
      [1, 10],
      [2, 10],
    ],
  ]);
  expect((await mapRunOf(arn)).mapRunArn).toBe(before);
  expect((await childrenOf(before)).map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
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
