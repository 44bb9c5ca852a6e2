// Killing the engine within a thread: its variables, and what an attempt before a retry has left.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { functionArn, type TestEngine } from '../testing/engine.ts';
import { KillableEngine } from '../testing/kill.ts';

let bench: KillableEngine;
beforeEach(async () => {
  bench = await KillableEngine.create();
});
afterEach(() => bench.close());

const flow = (states: object) => ({ StartAt: Object.keys(states)[0], States: states });
const wait = (seconds: number, fields: object) => ({ Type: 'Wait', Seconds: seconds, ...fields });

/** Starts an execution and resolves when everything is in the file that it does before it waits. */
async function startUntilTimer(engine: TestEngine, states: object, input: unknown) {
  const arn = await engine.start(await engine.create(states), input);
  await bench.clock.untilTimers(1);
  await engine.history(arn);
  return arn;
}

test('all variables of a thread are there after a kill, whichever state has assigned them', async () => {
  const first = await bench.start();
  const branch = {
    A: { Type: 'Pass', Assign: { a: 1 }, Next: 'B' },
    B: { Type: 'Pass', Assign: { b: 2 }, Next: 'Wait' },
    Wait: wait(60, { Output: '{% [$outer, $a, $b] %}', End: true }),
  };
  const states = {
    Set: { Type: 'Pass', Assign: { outer: 0 }, Next: 'Both' },
    Both: { Type: 'Parallel', Branches: [flow(branch)], End: true },
  };
  const arn = await startUntilTimer(first, states, {});
  await bench.kill(60_000);
  const second = await bench.start();
  expect((await second.ended(arn)).output).toEqual([[0, 1, 2]]);
});

test('iterations that failed before a retry are run again, also after a kill', async () => {
  bench.functions.answerWith(({ payload }) =>
    payload === 2 ? { errorType: 'Bad', errorMessage: '' } : { payload },
  );
  const Retry = [{ ErrorEquals: ['Bad'], IntervalSeconds: 100, MaxAttempts: 1 }];
  const processor = {
    Wait: wait(10, { Next: 'Call' }),
    Call: { Type: 'Task', Resource: functionArn('f'), End: true },
  };
  const Each = { Type: 'Map', ItemProcessor: flow(processor), MaxConcurrency: 1, Retry, End: true };
  const first = await bench.start();
  const arn = await startUntilTimer(first, { Each }, [1, 2]);
  for (const seconds of [10, 10, 100]) {
    await bench.clock.untilTimerIn(seconds * 1000);
    bench.clock.advance(seconds * 1000);
  }
  await bench.clock.untilTimerIn(10_000);
  await first.history(arn);
  await bench.kill();
  bench.functions.answerWith(({ payload }) => ({ payload }));
  const second = await bench.start();
  for (const _ of [1, 2]) {
    await bench.clock.untilTimerIn(10_000);
    bench.clock.advance(10_000);
  }
  expect((await second.ended(arn)).output).toEqual([1, 2]);
});
