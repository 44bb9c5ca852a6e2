// While the disk refuses writes: nothing leaves the engine that is not in its file, and everything goes on afterwards.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ExecutionStore } from '../store/executions.ts';
import { FunctionServer, functionArn, TestClock, TestEngine, types } from '../testing/engine.ts';

let clock: TestClock;
let functions: FunctionServer;
let engine: TestEngine;
let faults: number;
let fault: PromiseWithResolvers<void>;
beforeEach(async () => {
  clock = new TestClock();
  functions = await FunctionServer.start(({ payload }) => ({ payload }));
  [faults, fault] = [0, Promise.withResolvers()];
  const onFault = () => {
    faults += 1;
    fault.resolve();
    fault = Promise.withResolvers();
  };
  engine = await TestEngine.start({ clock, lambdaEndpoint: functions.endpoint, onFault });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await engine.close();
  await functions.close();
});

const refuse = () =>
  vi.spyOn(ExecutionStore.prototype, 'saveProgress').mockImplementation(() => {
    throw new Error('database or disk is full');
  });
const untilFaults = async (count: number) => {
  while (faults < count) await fault.promise;
};

const states = {
  Wait: { Type: 'Wait', Seconds: 60, Next: 'Call' },
  Call: { Type: 'Task', Resource: functionArn('f'), Arguments: 7, End: true },
};

test('no function is called before the events that led to the call are stored', async () => {
  const arn = await engine.start(await engine.create(states));
  await clock.untilTimers(1);
  const refused = refuse();
  clock.advance(60_000);
  await untilFaults(2);
  expect(functions.calls).toEqual([]);
  refused.mockRestore();
  const { output, events } = await engine.ended(arn);
  expect(output).toBe(7);
  expect(functions.calls).toHaveLength(1);
  expect(types(events)).toEqual([
    ...['ExecutionStarted', 'WaitStateEntered', 'WaitStateExited', 'TaskStateEntered'],
    ...['LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionSucceeded', 'TaskStateExited'],
    'ExecutionSucceeded',
  ]);
});

test('no execution is started by a task, and no end is told, before they are stored', async () => {
  const child = await engine.create({ P: { Type: 'Pass', End: true } });
  const parent = await engine.create({
    Wait: { Type: 'Wait', Seconds: 60, Next: 'Start' },
    Start: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution',
      Arguments: { StateMachineArn: child, Name: 'child', Input: {} },
      End: true,
    },
  });
  const arn = await engine.start(parent);
  await clock.untilTimers(1);
  const told = engine.statusEvents.length;
  const refused = refuse();
  clock.advance(60_000);
  await untilFaults(2);
  expect(engine.statusEvents).toHaveLength(told);
  refused.mockRestore();
  expect((await engine.ended(arn)).execution.status).toBe('SUCCEEDED');
  expect(await engine.ended(child.replace('stateMachine', 'execution').concat(':child'))).toMatchObject({
    execution: { status: 'SUCCEEDED' },
  });
});

test('a start that cannot be stored is refused, and that execution never runs', async () => {
  const machine = await engine.create({ Call: states.Call });
  const refused = refuse();
  const { status } = await engine.post('StartExecution', { stateMachineArn: machine, name: 'x', input: '1' });
  expect(status).toBe(500);
  await untilFaults(1);
  refused.mockRestore();
  const arn = `${machine.replace('stateMachine', 'execution')}:x`;
  expect((await engine.post('DescribeExecution', { executionArn: arn })).type).toBe('ExecutionDoesNotExist');
  const again = await engine.post('StartExecution', { stateMachineArn: machine, name: 'x', input: '1' });
  expect(again.status).toBe(200);
  expect((await engine.ended(arn)).output).toBe(7);
  expect(functions.calls).toHaveLength(1);
});

test('a task’s success is not acknowledged before it is stored', async () => {
  const wait = {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: functionArn('f'), Payload: '{% $states.context.Task.Token %}' },
    End: true,
  };
  const arn = await engine.start(await engine.create({ Wait: wait }));
  await functions.untilCalls(1);
  const taskToken = functions.calls[0]?.payload;
  await engine.history(arn);
  const refused = refuse();
  const { status } = await engine.post('SendTaskSuccess', { taskToken, output: '5' });
  expect(status).toBe(500);
  refused.mockRestore();
  expect((await engine.ended(arn)).output).toBe(5);
});
