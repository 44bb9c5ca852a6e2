// Retry and Catch: what they match, when they retry, and the input of the next state.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StateFailure } from '../model/errors.ts';
import {
  type FunctionAnswer,
  FunctionServer,
  functionArn,
  TestClock,
  TestEngine,
  types,
} from '../testing/engine.ts';
import { matchesError } from './retry-and-catch.ts';

let engine: TestEngine;
let functions: FunctionServer;
let clock: TestClock;
let draws: number[];

const failure = (errorType: string): FunctionAnswer => ({ errorType, errorMessage: 'no' });
const task = (fields: object) => ({
  Call: {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionArn('f'), Payload: { a: 1 } },
    End: true,
    ...fields,
  },
});

beforeEach(async () => {
  clock = new TestClock();
  draws = [];
  functions = await FunctionServer.start(() => failure('Busy'));
  engine = await TestEngine.start({
    lambdaEndpoint: functions.endpoint,
    clock,
    random: () => draws.shift() ?? 0,
  });
});
afterEach(async () => {
  await engine.close();
  await functions.close();
});

/** Advances the clock to each retry and gives the delays, in seconds. */
async function delays(arn: string, count: number): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < count; i++) {
    const ms = await clock.untilTimer();
    seen.push(ms / 1000);
    clock.advance(ms);
  }
  await engine.ended(arn);
  return seen;
}

test('intervals grow by the backoff rate up to MaxDelaySeconds', async () => {
  const Retry = [
    { ErrorEquals: ['Busy'], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 4, MaxDelaySeconds: 10 },
  ];
  const arn = await engine.start(await engine.create(task({ Retry })));
  expect(await delays(arn, 4)).toEqual([3, 6, 10, 10]);
  const { execution, events } = await engine.ended(arn);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'Busy' });
  expect(functions.calls).toHaveLength(5);
  expect(types(events).filter((type) => type === 'TaskFailed')).toHaveLength(5);
});

test('the defaults are 3 attempts after 1, 2 and 4 seconds', async () => {
  const arn = await engine.start(
    await engine.create(task({ Retry: [{ ErrorEquals: ['States.TaskFailed'] }] })),
  );
  expect(await delays(arn, 3)).toEqual([1, 2, 4]);
});

test('full jitter draws between zero and the whole interval', async () => {
  draws = [0.5, 0.25];
  const Retry = [
    { ErrorEquals: ['States.ALL'], IntervalSeconds: 10, MaxAttempts: 2, JitterStrategy: 'FULL' },
  ];
  const arn = await engine.start(await engine.create(task({ Retry })));
  expect(await delays(arn, 2)).toEqual([5, 5]);
});

test('each retrier counts its own attempts, and RetryCount counts all', async () => {
  const answers = ['A', 'B', 'B', 'A'].map(failure);
  functions.answerWith(() => answers.shift() ?? { payload: 'at last' });
  const Retry = [
    { ErrorEquals: ['A'], IntervalSeconds: 1, BackoffRate: 3, MaxAttempts: 2 },
    { ErrorEquals: ['B'], IntervalSeconds: 7, BackoffRate: 2, MaxAttempts: 2 },
  ];
  const Output = '{% [$states.result.Payload, $states.context.State.RetryCount] %}';
  const arn = await engine.start(await engine.create(task({ Retry, Output })));
  expect(await delays(arn, 4)).toEqual([1, 7, 14, 3]);
  expect((await engine.ended(arn)).output).toEqual(['at last', 4]);
});

test('Catch passes on error and cause, with its own Assign and Output', async () => {
  const Catch = [
    { ErrorEquals: ['Other'], Next: 'Wrong' },
    {
      ErrorEquals: ['Busy'],
      Assign: { seen: '{% $states.errorOutput.Error %}' },
      Output: '{% $parse($states.errorOutput.Cause).errorMessage %}',
      Next: 'Caught',
    },
  ];
  const { output, events } = await engine.run({
    ...task({ Catch }),
    Caught: { Type: 'Pass', Output: '{% [$seen, $states.input] %}', End: true },
    Wrong: { Type: 'Fail' },
  });
  expect(output).toEqual(['Busy', 'no']);
  expect(types(events).slice(1, 7)).toEqual([
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskFailed',
    'TaskStateExited',
    'PassStateEntered',
  ]);
});

test('an error without a cause has none in a Catch', async () => {
  const fails = { StartAt: 'No', States: { No: { Type: 'Fail', Error: 'Mine' } } };
  const Catch = [{ ErrorEquals: ['Mine'], Output: '{% $states.errorOutput %}', Next: 'Caught' }];
  const { output } = await engine.run({
    Both: { Type: 'Parallel', Branches: [fails], Catch, End: true },
    Caught: { Type: 'Succeed' },
  });
  expect(output).toEqual({ Error: 'Mine' });
});

test.each([
  ['States.ALL', 'Any', true],
  ['States.ALL', 'States.Timeout', true],
  ['States.ALL', 'States.Runtime', false],
  ['States.ALL', 'States.DataLimitExceeded', false],
  ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
  ['States.Runtime', 'States.Runtime', false],
  ['States.TaskFailed', 'Any', true],
  ['States.TaskFailed', 'States.Timeout', false],
  ['States.Timeout', 'States.HeartbeatTimeout', true],
  ['Any', 'Other', false],
])('%s and the error %s: %s', (name, error, matches) => {
  expect(matchesError([name], new StateFailure(error, undefined))).toBe(matches);
});

test('of two retriers or catchers that match, the first counts', async () => {
  const Retry = [
    { ErrorEquals: ['Busy', 'Other'], IntervalSeconds: 5, MaxAttempts: 1 },
    { ErrorEquals: ['Busy'], IntervalSeconds: 9, MaxAttempts: 3 },
  ];
  const Catch = [
    { ErrorEquals: ['Busy'], Output: 'first', Next: 'Caught' },
    { ErrorEquals: ['Busy', 'Other'], Output: 'second', Next: 'Caught' },
  ];
  const states = { ...task({ Retry, Catch }), Caught: { Type: 'Succeed' } };
  const arn = await engine.start(await engine.create(states));
  expect(await delays(arn, 1)).toEqual([5]);
  const { output } = await engine.ended(arn);
  expect(output).toBe('first');
  // The second retrier is not asked when the first has no attempt left.
  expect(functions.calls).toHaveLength(2);
});
