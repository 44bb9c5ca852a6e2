// previousEventId: the chains of events of branches and iterations, and the effect of a failure on them.
//
// Read off AWS by others: https://github.com/floci-io/floci/pull/3167 and the tests that came with it.
import {
  GetExecutionHistoryCommand,
  RedriveExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FunctionServer, functionArn, TestClock, TestEngine } from '../testing/engine.ts';

let clock: TestClock;
let engine: TestEngine;
beforeEach(async () => {
  clock = new TestClock();
  engine = await TestEngine.start({ clock });
});
afterEach(() => engine.close());

const PASS = { Type: 'Pass', End: true };
const FAIL = { Type: 'Fail', Error: 'MyError', Cause: 'my cause' };
const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });
const parallel = (...branches: object[]) => ({ Type: 'Parallel', Branches: branches, End: true });
const map = (state: object, more: object = {}) => ({
  Type: 'Map',
  ItemProcessor: branch('I', state),
  End: true,
  ...more,
});

/** `type < previousEventId` of every event. */
async function chain(executionArn: string): Promise<string[]> {
  const { events = [] } = await engine.client.send(new GetExecutionHistoryCommand({ executionArn }));
  return events.map(({ type, previousEventId }) => `${type} < ${previousEventId}`);
}

async function run(states: object, input: unknown = {}): Promise<string[]> {
  const { execution } = await engine.run(states, input);
  return chain(execution.executionArn ?? '');
}

test('a Parallel goes on from the last event of its branches, not from its own success', async () => {
  expect(await run({ P: { ...parallel(branch('A', PASS), branch('B', PASS)) } })).toEqual([
    'ExecutionStarted < 0',
    'ParallelStateEntered < 0',
    'ParallelStateStarted < 2',
    'PassStateEntered < 3',
    'PassStateEntered < 3',
    'PassStateExited < 4',
    'PassStateExited < 5',
    'ParallelStateSucceeded < 7',
    'ParallelStateExited < 7',
    'ExecutionSucceeded < 9',
  ]);
});

test('a Map goes on from the last event of its iterations, or from its start when there are none', async () => {
  expect(await run({ M: map(PASS, { Items: [1] }) })).toEqual([
    'ExecutionStarted < 0',
    'MapStateEntered < 0',
    'MapStateStarted < 2',
    'MapIterationStarted < 3',
    'PassStateEntered < 4',
    'PassStateExited < 5',
    'MapIterationSucceeded < 6',
    'MapStateSucceeded < 7',
    'MapStateExited < 7',
    'ExecutionSucceeded < 9',
  ]);
  expect((await run({ M: map(PASS, { Items: [] }) })).slice(2)).toEqual([
    'MapStateStarted < 2',
    'MapStateSucceeded < 3',
    'MapStateExited < 3',
    'ExecutionSucceeded < 5',
  ]);
});

test('a distributed Map goes on from where its Map Run began', async () => {
  const ItemProcessor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    ...branch('I', PASS),
  };
  expect((await run({ M: { Type: 'Map', Items: [1, 2], ItemProcessor, End: true } })).slice(2)).toEqual([
    'MapStateStarted < 2',
    'MapRunStarted < 3',
    'MapRunSucceeded < 4',
    'MapStateSucceeded < 5',
    'MapStateExited < 4',
    'ExecutionSucceeded < 7',
  ]);
});

test('a retried Parallel begins after the event that made it fail', async () => {
  const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }];
  const arn = await engine.start(await engine.create({ P: { ...parallel(branch('F', FAIL)), Retry } }));
  await clock.untilTimerIn(1000);
  clock.advance(1000);
  await engine.ended(arn);
  expect((await chain(arn)).slice(2)).toEqual([
    'ParallelStateStarted < 2',
    'FailStateEntered < 3',
    'ParallelStateStarted < 4',
    'FailStateEntered < 5',
    'ParallelStateFailed < 6',
    'ExecutionFailed < 7',
  ]);
});

test('a branch that fails stops the others, whose states are aborted after its last event', async () => {
  const failing = {
    StartAt: 'Pause',
    States: { Pause: { Type: 'Wait', Seconds: 1, Next: 'F' }, F: FAIL },
  };
  const nested = map({ Type: 'Wait', Seconds: 60, End: true }, { Items: [1] });
  const machine = await engine.create({
    P: parallel(failing, branch('Long', { Type: 'Wait', Seconds: 60, End: true }), branch('M', nested)),
  });
  const arn = await engine.start(machine);
  await clock.untilTimers(3);
  clock.advance(1000);
  await engine.ended(arn);
  const events = await chain(arn);
  const failed = events.indexOf('FailStateEntered < 10') + 1;
  expect(events.slice(failed)).toEqual([
    `WaitStateAborted < ${failed}`,
    `MapStateAborted < ${failed}`,
    `MapIterationAborted < ${failed}`,
    `WaitStateAborted < ${failed}`,
    `ParallelStateFailed < ${failed}`,
    `ExecutionFailed < ${events.length - 1}`,
  ]);
});

test('a failed iteration is recorded after those that it stops', async () => {
  const processor = {
    StartAt: 'Route',
    States: {
      Route: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input = "fail" %}', Next: 'Pause' }],
        Default: 'Long',
      },
      Pause: { Type: 'Wait', Seconds: 1, Next: 'F' },
      F: FAIL,
      Long: { Type: 'Wait', Seconds: 60, End: true },
    },
  };
  const M = { Type: 'Map', Items: ['wait', 'fail'], ItemProcessor: processor, End: true };
  const arn = await engine.start(await engine.create({ M }));
  await clock.untilTimers(2);
  clock.advance(1000);
  await engine.ended(arn);
  const events = await chain(arn);
  const failed = events.findIndex((event) => event.startsWith('FailStateEntered')) + 1;
  expect(events.slice(failed)).toEqual([
    `MapIterationAborted < ${failed}`,
    `WaitStateAborted < ${failed}`,
    `MapIterationFailed < ${failed}`,
    `MapStateFailed < ${failed}`,
    `ExecutionFailed < ${failed + 4}`,
  ]);
});

test('an error of the interpreter records nothing of the states around it', async () => {
  const choice = { Type: 'Choice', Choices: [{ Condition: false, Next: 'Never' }] };
  const unmatched = { StartAt: 'C', States: { C: choice, Never: PASS } };
  const { execution } = await engine.run({
    P: parallel(unmatched, branch('Long', { Type: 'Wait', Seconds: 60, End: true })),
  });
  expect(execution).toMatchObject({
    error: 'States.Runtime',
    cause:
      "An error occurred while executing the state 'C' (entered at the event id #4). Failed to transition out of the state. The state does not point to a next state.",
  });
  expect((await chain(execution.executionArn ?? '')).slice(3)).toEqual([
    'ChoiceStateEntered < 3',
    'WaitStateEntered < 3',
    'ExecutionFailed < 4',
  ]);
});

test('an error in a catcher follows the failure, and the state fails once more', async () => {
  const Catch = [{ ErrorEquals: ['States.ALL'], Output: { v: '{% $states.input.missing %}' }, Next: 'Done' }];
  const { execution, events } = await engine.run({
    P: { ...parallel(branch('F', FAIL)), Catch },
    Done: PASS,
  });
  expect((await chain(execution.executionArn ?? '')).slice(3)).toEqual([
    'FailStateEntered < 3',
    'ParallelStateFailed < 4',
    'EvaluationFailed < 4',
    'ParallelStateFailed < 6',
    'ExecutionFailed < 7',
  ]);
  expect(events[5]?.evaluationFailedEventDetails).toMatchObject({
    location: 'Catch[0]/Output/v',
    state: 'P',
  });
});

test('the end of a stopped or timed-out execution follows none of its events', async () => {
  const states = { W: { Type: 'Wait', Seconds: 60, End: true } };
  const stopped = await engine.start(await engine.create(states));
  await clock.untilTimers(1);
  await engine.client.send(new StopExecutionCommand({ executionArn: stopped }));
  expect((await chain(stopped)).at(-1)).toBe('ExecutionAborted < 0');

  const late = await engine.start(await engine.create(states, { TimeoutSeconds: 3 }));
  await clock.untilTimerIn(3000);
  clock.advance(3000);
  const { execution, events } = await engine.ended(late);
  expect(execution.status).toBe('TIMED_OUT');
  expect(execution.error).toBeUndefined();
  expect(events.at(-1)).toMatchObject({
    type: 'ExecutionTimedOut',
    previousEventId: 0,
    executionTimedOutEventDetails: { error: 'States.Timeout' },
  });
});

const CATCH = [{ ErrorEquals: ['States.ALL'], Output: 'caught', Next: 'Done' }];

test('after a caught Parallel or Map the next event follows its failure', async () => {
  expect(await run({ P: { ...parallel(branch('F', FAIL)), Catch: CATCH }, Done: PASS })).toEqual([
    'ExecutionStarted < 0',
    'ParallelStateEntered < 0',
    'ParallelStateStarted < 2',
    'FailStateEntered < 3',
    'ParallelStateFailed < 4',
    'ParallelStateExited < 5',
    'PassStateEntered < 6',
    'PassStateExited < 7',
    'ExecutionSucceeded < 8',
  ]);
  expect(await run({ M: { ...map(FAIL, { Items: [1] }), Catch: CATCH }, Done: PASS })).toEqual([
    'ExecutionStarted < 0',
    'MapStateEntered < 0',
    'MapStateStarted < 2',
    'MapIterationStarted < 3',
    'FailStateEntered < 4',
    'MapIterationFailed < 5',
    'MapStateFailed < 5',
    'MapStateExited < 7',
    'PassStateEntered < 8',
    'PassStateExited < 9',
    'ExecutionSucceeded < 10',
  ]);
});

test('a redrive within a Parallel or a Map goes on from what had failed', async () => {
  const functions = await FunctionServer.start(() => ({ errorType: 'Bad', errorMessage: 'no' }));
  const redriven = await TestEngine.start({ clock, lambdaEndpoint: functions.endpoint });
  const call = { Type: 'Task', Resource: functionArn('f'), End: true };
  const after = async (state: object) => {
    functions.answerWith(() => ({ errorType: 'Bad', errorMessage: 'no' }));
    const { execution } = await redriven.run({ S: state });
    const executionArn = execution.executionArn ?? '';
    functions.answerWith(() => ({ payload: 1 }));
    await redriven.client.send(new RedriveExecutionCommand({ executionArn }));
    const { events } = await redriven.ended(executionArn, 1);
    const start = events.findIndex(({ type }) => type === 'ExecutionFailed');
    return events.slice(start).map(({ id, type, previousEventId }) => `${id} ${type} < ${previousEventId}`);
  };
  expect(await after(parallel(branch('A', PASS), branch('B', call)))).toMatchInlineSnapshot(`
    [
      "12 ExecutionFailed < 11",
      "13 ExecutionRedriven < 12",
      "14 LambdaFunctionScheduled < 5",
      "15 LambdaFunctionStarted < 14",
      "16 LambdaFunctionSucceeded < 15",
      "17 TaskStateExited < 16",
      "18 ParallelStateSucceeded < 17",
      "19 ParallelStateExited < 17",
      "20 ExecutionSucceeded < 19",
    ]
  `);
  expect(await after(map(call, { Items: [1] }))).toMatchInlineSnapshot(`
    [
      "11 ExecutionFailed < 10",
      "12 ExecutionRedriven < 11",
      "13 LambdaFunctionScheduled < 5",
      "14 LambdaFunctionStarted < 13",
      "15 LambdaFunctionSucceeded < 14",
      "16 TaskStateExited < 15",
      "17 MapIterationSucceeded < 16",
      "18 MapStateSucceeded < 17",
      "19 MapStateExited < 17",
      "20 ExecutionSucceeded < 19",
    ]
  `);
  await redriven.close();
  await functions.close();
});

test.each([0, 1, 2, 3, 4])(
  'an iteration that has ended is not aborted by one that fails %i states later',
  async (count) => {
    const pass = (Next: string) => ({ Type: 'Pass', Next });
    const later = Array.from({ length: count }, (_, index) => [`L${index}`, pass(`L${index + 1}`)]);
    const states = {
      Is: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input = 2 %}', Next: 'L0' }],
        Default: 'Done',
      },
      ...Object.fromEntries(later),
      [`L${count}`]: FAIL,
      Done: PASS,
    };
    const processor = { StartAt: 'Is', States: states };
    const { events } = await engine.run(
      { M: { Type: 'Map', ItemProcessor: processor, End: true } },
      [1, 2, 3],
    );
    const ends = events.flatMap(({ type = '', ...event }) => {
      const [, end] = /^MapIteration(Succeeded|Failed|Aborted)$/.exec(type) ?? [];
      const details =
        event.mapIterationSucceededEventDetails ??
        event.mapIterationFailedEventDetails ??
        event.mapIterationAbortedEventDetails;
      return end === undefined ? [] : [details?.index];
    });
    expect(ends.toSorted()).toEqual([0, 1, 2]);
  },
);

test.each(['Task', 'Wait'])('a %s that makes a Parallel fail is aborted itself', async (Type) => {
  const state =
    Type === 'Task'
      ? { Type, Resource: functionArn('f'), Arguments: '{% $error("no") %}', End: true }
      : { Type, Seconds: '{% $error("no") %}', End: true };
  const chained = await run({ P: parallel(branch('A', state)) });
  expect(chained).toEqual([
    ...['ExecutionStarted < 0', 'ParallelStateEntered < 0', 'ParallelStateStarted < 2'],
    ...[`${Type}StateEntered < 3`, 'EvaluationFailed < 4', `${Type}StateAborted < 5`],
    ...['ParallelStateFailed < 5', 'ExecutionFailed < 7'],
  ]);
});
