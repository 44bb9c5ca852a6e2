// Killing the engine inside Parallels and Maps: each thread resumes from its checkpoint, and no ended one runs again.
import { type HistoryEvent, SendTaskHeartbeatCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { functionArn, type TestEngine, types } from '../testing/engine.ts';
import { KillableEngine } from '../testing/kill.ts';

let bench: KillableEngine;
beforeEach(async () => {
  bench = await KillableEngine.create();
});
afterEach(() => bench.close());

const flow = (states: object) => ({ StartAt: Object.keys(states)[0], States: states });
const call = (name: string, fields: object = {}) => ({
  Type: 'Task',
  Resource: functionArn(name),
  End: true,
  ...fields,
});
const parallel = (...branches: object[]) => ({
  Both: { Type: 'Parallel', Branches: branches.map(flow), Next: 'Done' },
  Done: { Type: 'Pass', Output: '{% $states.input %}', End: true },
});
const map = (processor: object, fields: object = {}) => ({
  Each: { Type: 'Map', ItemProcessor: flow(processor), End: true, ...fields },
});
const wait = (seconds: number | string, fields: object = { End: true }) => ({
  Type: 'Wait',
  Seconds: seconds,
  ...fields,
});

/** Polls until that many events of the type are in the file. */
async function untilEvents(engine: TestEngine, arn: string, type: string, count = 1): Promise<void> {
  while (types(await engine.history(arn)).filter((found) => found === type).length < count);
}

/** Starts an execution and resolves when everything is in the file that it does before it waits. */
async function startUntilTimers(engine: TestEngine, states: object, input: unknown, timers: number) {
  const arn = await engine.start(await engine.create(states), input);
  await bench.clock.untilTimers(timers);
  await engine.history(arn);
  return arn;
}

function expectUnbroken(events: readonly HistoryEvent[]): void {
  expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
  const count = (pattern: RegExp) => events.filter(({ type }) => pattern.test(type ?? '')).length;
  expect(count(/StateEntered$/)).toBe(count(/StateExited$/));
}

test('an ended branch is not run again, and a waiting one keeps its due time', async () => {
  bench.functions.answerWith(() => ({ payload: 'once' }));
  const first = await bench.start();
  const states = parallel({ Call: call('f') }, { Wait: wait(3600) });
  const arn = await startUntilTimers(first, states, { a: 1 }, 1);
  await untilEvents(first, arn, 'TaskStateExited');
  await bench.kill(600_000);
  const second = await bench.start();
  expect(await bench.clock.untilTimer()).toBe(3_000_000);
  bench.clock.advance(3_000_000);
  const { output, events } = await second.ended(arn);
  expect(output).toEqual(['once', { a: 1 }]);
  expect(bench.functions.calls).toHaveLength(1);
  expectUnbroken(events);
  expect(types(events).filter((type) => type?.startsWith('Parallel'))).toEqual([
    'ParallelStateEntered',
    'ParallelStateStarted',
    'ParallelStateSucceeded',
    'ParallelStateExited',
  ]);
});

test('iterations go on: those that ended, those under way, and those still to begin', async () => {
  bench.functions.answerWith(({ payload }) => ({ payload: `seen ${payload}` }));
  const first = await bench.start();
  const processor = {
    See: {
      Type: 'Task',
      Resource: functionArn('see'),
      Arguments: '{% $states.input.n %}',
      Assign: { n: '{% $states.input.n %}' },
      Next: 'Wait',
    },
    Wait: wait('{% $n * 100 %}', { Output: '{% $states.input & " of " & $n & $outer %}', End: true }),
  };
  const states = {
    Set: { Type: 'Pass', Assign: { outer: '!' }, Next: 'Each' },
    ...map(processor, {
      Items: '{% [1..4] %}',
      ItemSelector: { n: '{% $states.context.Map.Item.Value %}' },
      MaxConcurrency: 2,
    }),
  };
  const arn = await startUntilTimers(first, states, {}, 2);
  bench.clock.advance(100_000);
  await bench.functions.untilCalls(3);
  await bench.clock.untilTimers(2);
  await first.history(arn);
  await bench.kill();
  const second = await bench.start();
  await bench.clock.untilTimers(2);
  expect(await bench.clock.untilTimer()).toBe(100_000);
  bench.clock.advance(100_000);
  await bench.functions.untilCalls(4);
  await bench.clock.untilTimers(2);
  expect(await bench.clock.untilTimer()).toBe(200_000);
  bench.clock.advance(400_000);
  const { output, events } = await second.ended(arn);
  expect(output).toEqual([1, 2, 3, 4].map((n) => `seen ${n} of ${n}!`));
  expect(bench.functions.calls.map(({ payload }) => payload)).toEqual([1, 2, 3, 4]);
  expectUnbroken(events);
  expect(types(events).filter((type) => type === 'MapIterationStarted')).toHaveLength(4);
  expect(types(events).filter((type) => type === 'MapStateStarted')).toHaveLength(1);
});

test('items that an expression drew at random stay the same', async () => {
  const first = await bench.start({ random: () => 0.25 });
  const processor = { Wait: wait(60, { Output: '{% $states.input %}', End: true }) };
  const arn = await startUntilTimers(first, map(processor, { Items: '{% [$random(), 1] %}' }), {}, 2);
  await bench.kill(60_000);
  const second = await bench.start({ random: () => 0.75 });
  expect((await second.ended(arn)).output).toEqual([0.25, 1]);
});

test("the branches' input that an expression drew at random stays the same", async () => {
  const first = await bench.start({ random: () => 0.25 });
  const states = {
    Both: {
      Type: 'Parallel',
      Arguments: '{% $random() %}',
      Branches: [flow({ A: wait(60) }), flow({ B: wait(30, { Next: 'C' }), C: wait(0) })],
      End: true,
    },
  };
  const arn = await startUntilTimers(first, states, {}, 2);
  await bench.kill(60_000);
  const second = await bench.start({ random: () => 0.75 });
  expect((await second.ended(arn)).output).toEqual([0.25, 0.25]);
});

test('a task token inside a Map is kept, with its heartbeats', async () => {
  bench.functions.answerWith(() => ({ payload: null }));
  const first = await bench.start();
  const processor = {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'ask', Payload: '{% $states.context.Task.Token %}' },
      HeartbeatSeconds: 100,
      End: true,
    },
  };
  const arn = await startUntilTimers(first, map(processor), [1, 2], 2);
  await bench.functions.untilCalls(2);
  await untilEvents(first, arn, 'TaskSubmitted', 2);
  await bench.kill(60_000);
  const second = await bench.start();
  const tokens = bench.functions.calls.map(({ payload }) => String(payload));
  expect(await bench.clock.untilTimer()).toBe(40_000);
  for (const taskToken of tokens) await second.client.send(new SendTaskHeartbeatCommand({ taskToken }));
  expect(await bench.clock.untilTimer()).toBe(100_000);
  for (const taskToken of tokens) {
    await second.client.send(new SendTaskSuccessCommand({ taskToken, output: '"yes"' }));
  }
  const { output, events } = await second.ended(arn);
  expect(output).toEqual(['yes', 'yes']);
  expect(bench.functions.calls).toHaveLength(2);
  expectUnbroken(events);
});

test('a retry inside a branch keeps its due time and its count of attempts', async () => {
  bench.functions.answerWith(() => ({ errorType: 'Busy', errorMessage: '' }));
  const Retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 100, BackoffRate: 1, MaxAttempts: 2 }];
  const Catch = [{ ErrorEquals: ['Busy'], Output: '{% $states.context.State.RetryCount %}', Next: 'Given' }];
  const first = await bench.start();
  const states = parallel({
    Call: call('f', { Retry, Catch }),
    Given: { Type: 'Pass', End: true },
  });
  const arn = await startUntilTimers(first, states, {}, 1);
  await bench.kill(40_000);
  const second = await bench.start();
  for (const seconds of [60, 100]) {
    expect(await bench.clock.untilTimer()).toBe(seconds * 1000);
    bench.clock.advance(seconds * 1000);
  }
  expect((await second.ended(arn)).output).toEqual([2]);
  expect(bench.functions.calls).toHaveLength(3);
});

test('a function call in a branch whose answer is lost fails in that branch only', async () => {
  bench.functions.answerWith(({ name }) => (name === functionArn('lost') ? undefined : { payload: 'other' }));
  const Retry = [{ ErrorEquals: ['Lambda.SdkClientException'], MaxAttempts: 1 }];
  const first = await bench.start();
  const arn = await first.start(
    await first.create(parallel({ Call: call('lost', { Retry }) }, { Other: call('other') })),
  );
  await bench.functions.untilCalls(2);
  await untilEvents(first, arn, 'TaskStateExited');
  await bench.kill();
  bench.functions.answerWith(() => ({ payload: 'again' }));
  const second = await bench.start();
  bench.clock.advance(await bench.clock.untilTimer());
  const { output, events } = await second.ended(arn);
  expect(output).toEqual(['again', 'other']);
  expect(bench.functions.calls.map(({ name }) => name)).toEqual(['lost', 'other', 'lost'].map(functionArn));
  expectUnbroken(events);
});

test("the Parallel's own retry runs all branches again, with its count of attempts", async () => {
  bench.functions.answerWith(({ name }) =>
    name === functionArn('bad') ? { errorType: 'Bad', errorMessage: '' } : { payload: 1 },
  );
  const states = parallel({ Good: call('good') }, { Bad: call('bad') });
  const Retry = [{ ErrorEquals: ['Bad'], IntervalSeconds: 100, BackoffRate: 1, MaxAttempts: 2 }];
  const first = await bench.start();
  const arn = await startUntilTimers(first, { ...states, Both: { ...states.Both, Retry } }, {}, 1);
  await bench.kill(50_000);
  const second = await bench.start();
  for (const seconds of [50, 100]) {
    expect(await bench.clock.untilTimer()).toBe(seconds * 1000);
    bench.clock.advance(seconds * 1000);
  }
  expect((await second.ended(arn)).execution).toMatchObject({ status: 'FAILED', error: 'Bad' });
  expect(bench.functions.calls.filter(({ name }) => name === functionArn('bad'))).toHaveLength(3);
});

test('threads at any depth are resumed', async () => {
  const first = await bench.start();
  const inner = {
    Fork: {
      Type: 'Parallel',
      Branches: [
        flow({ Quick: { Type: 'Pass', Output: '{% $i %}', End: true } }),
        flow({ Slow: wait('{% 100 * $i %}', { Output: '{% $i & $k %}', End: true }) }),
      ],
      End: true,
    },
  };
  const processor = {
    Name: { Type: 'Pass', Assign: { k: '{% $states.input %}' }, Next: 'Inner' },
    Inner: {
      Type: 'Map',
      Items: [1, 2],
      ItemProcessor: flow({
        Index: { Type: 'Pass', Assign: { i: '{% $states.input %}' }, Next: 'Fork' },
        ...inner,
      }),
      End: true,
    },
  };
  const arn = await startUntilTimers(first, map(processor), ['a', 'b'], 4);
  await bench.kill(100_000);
  const second = await bench.start();
  await bench.clock.untilTimers(2);
  await second.history(arn);
  await bench.kill(100_000);
  const third = await bench.start();
  const { output, events } = await third.ended(arn);
  expect(output).toEqual(['a', 'b'].map((k) => [1, 2].map((i) => [i, `${i}${k}`])));
  expectUnbroken(events);
});

test('a checkpoint is never of a thread between two states', async () => {
  const first = await bench.start();
  const states = {
    Count: { Type: 'Pass', Assign: { n: '{% $exists($n) ? $n + 1 : 1 %}' }, Next: 'More' },
    More: { Type: 'Choice', Choices: [{ Condition: '{% $n < 200 %}', Next: 'Count' }], Default: 'Wait' },
    Wait: wait(60, { Output: '{% $n %}', End: true }),
  };
  const arn = await first.start(await first.create(states));
  // Each answer comes from the file as the last turn of the event loop has left it, at any point of the loop.
  while ((await first.history(arn)).length < 100);
  await bench.kill();
  const second = await bench.start();
  await bench.clock.untilTimer();
  bench.clock.advance(60_000);
  const { output, events } = await second.ended(arn);
  expect(output).toBe(200);
  expectUnbroken(events);
  expect(types(events).filter((type) => type === 'PassStateEntered')).toHaveLength(200);
});

test.each([
  ['at once', { Type: 'Pass', End: true }, 0],
  ['after these were stored', wait(10), 10],
])(
  'an iteration that leaves branches within it %s keeps those of the others, also where its number begins theirs',
  async (_, inner, seconds) => {
    const first = await bench.start();
    const states = map({
      Is: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input = 1 %}', Next: 'Inner' }],
        Default: 'Wait',
      },
      Inner: {
        Type: 'Parallel',
        Branches: [flow({ P: inner })],
        Output: '{% $states.input %}',
        Next: 'Wait',
      },
      Wait: wait(60),
    });
    const items = Array.from({ length: 12 }, (_, index) => index);
    const arn = await startUntilTimers(first, states, items, items.length);
    bench.clock.advance(seconds * 1000);
    await bench.clock.untilTimers(items.length);
    await first.history(arn);
    await bench.kill();
    const second = await bench.start();
    await bench.clock.untilTimers(items.length);
    bench.clock.advance(60_000);
    const { output, events } = await second.ended(arn);
    expect(output).toEqual(items);
    expectUnbroken(events);
    expect(types(events).filter((type) => type === 'MapIterationStarted')).toHaveLength(items.length);
  },
);

test("the Map's own retry knows nothing of the attempt before, also after a restart", async () => {
  bench.functions.answerWith(({ payload }) =>
    payload === 2 ? { errorType: 'Bad', errorMessage: '' } : { payload },
  );
  const Retry = [{ ErrorEquals: ['Bad'], IntervalSeconds: 100, MaxAttempts: 1 }];
  const processor = { Call: call('f', { End: undefined, Next: 'Wait' }), Wait: wait(10) };
  const states = map(processor, { MaxConcurrency: 1, Retry });
  const first = await bench.start();
  const arn = await startUntilTimers(first, states, [1, 2], 1);
  for (const seconds of [10, 100]) {
    expect(await bench.clock.untilTimer()).toBe(seconds * 1000);
    bench.clock.advance(seconds * 1000);
  }
  expect(await bench.clock.untilTimer()).toBe(10_000);
  await first.history(arn);
  await bench.kill();
  bench.functions.answerWith(({ payload }) => ({ payload }));
  const second = await bench.start();
  for (let n = 0; n < 2; n++) {
    expect(await bench.clock.untilTimer()).toBe(10_000);
    bench.clock.advance(10_000);
  }
  expect((await second.ended(arn)).output).toEqual([1, 2]);
  expect(bench.functions.calls.map(({ payload }) => payload)).toEqual([1, 2, 1, 2]);
});

test('an iteration keeps every variable that it has set', async () => {
  const set = (name: string, Next: string) => ({
    Type: 'Pass',
    Assign: { [name]: `{% $states.input & "${name}" %}` },
    Next,
  });
  const processor = {
    A: set('a', 'B'),
    B: set('b', 'Wait'),
    Wait: wait(60, { Next: 'End' }),
    End: { Type: 'Pass', Output: '{% [$outer, $a, $b] %}', End: true },
  };
  const { Each } = map(processor);
  const outer = { Type: 'Pass', Assign: { outer: 0 }, Next: 'Each' };
  const first = await bench.start();
  const arn = await startUntilTimers(first, { Outer: outer, Each }, ['x', 'y'], 2);
  await bench.kill();
  const second = await bench.start();
  await bench.clock.untilTimers(2);
  bench.clock.advance(60_000);
  expect((await second.ended(arn)).output).toEqual([
    [0, 'xa', 'xb'],
    [0, 'ya', 'yb'],
  ]);
});
