// Map and Parallel: flows inside flows.
import { afterEach, beforeEach, expect, test } from 'vitest';
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

const call = (fields: object = {}) => ({ Type: 'Task', Resource: functionArn('f'), End: true, ...fields });
const flow = (states: object) => ({ StartAt: Object.keys(states)[0], States: states });

test('Map keeps the order of its items and gives each its variables, and its index and value in ItemSelector alone', async () => {
  const { output } = await engine.run(
    {
      Set: { Type: 'Pass', Assign: { factor: 10 }, Next: 'Each' },
      Each: {
        Type: 'Map',
        Items: '{% $states.input.items %}',
        ItemSelector: {
          n: '{% $states.context.Map.Item.Value * $factor %}',
          at: '{% $states.context.Map.Item.Index %}',
        },
        ItemProcessor: flow({
          Mine: {
            Type: 'Pass',
            Assign: { own: '{% [$states.input.at, $exists($states.context.Map)] %}' },
            Next: 'Call',
          },
          Call: call({ Output: '{% [$own, $states.result.n] %}' }),
        }),
        Output: '{% {"all": $states.result, "leaked": $exists($own)} %}',
        End: true,
      },
    },
    { items: [3, 1, 2] },
  );
  expect(output).toEqual({
    all: [
      [0, false, 30],
      [1, false, 10],
      [2, false, 20],
    ],
    leaked: false,
  });
});

test('MaxConcurrency limits the iterations under way', async () => {
  const { output, events } = await engine.run({
    Each: {
      Type: 'Map',
      Items: [1, 2, 3],
      MaxConcurrency: 1,
      ItemProcessor: flow({ Call: call() }),
      End: true,
    },
  });
  expect(output).toEqual([1, 2, 3]);
  const iterations = types(events).filter((type) => type?.startsWith('MapIteration'));
  expect(iterations).toEqual(Array(3).fill(['MapIterationStarted', 'MapIterationSucceeded']).flat());
});

test('an iteration that fails stops the Map, whose Catch takes the error', async () => {
  functions.answerWith(({ payload }) =>
    payload === 2 ? { errorType: 'Broken', errorMessage: 'two' } : payload === 3 ? undefined : { payload },
  );
  const { output, events } = await engine.run({
    Each: {
      Type: 'Map',
      Items: [1, 2, 3],
      ItemProcessor: flow({ Call: call() }),
      Catch: [{ ErrorEquals: ['Broken'], Output: '{% $states.errorOutput.Error %}', Next: 'After' }],
      End: true,
    },
    After: { Type: 'Succeed' },
  });
  expect(output).toBe('Broken');
  const seen = types(events);
  expect(seen.filter((type) => type === 'MapIterationFailed')).toHaveLength(1);
  // The third item's function never answered.
  expect(seen).toContain('TaskStateAborted');
  expect(seen).toContain('MapIterationAborted');
  expect(seen.slice(-5)).toEqual([
    'MapStateFailed',
    'MapStateExited',
    'SucceedStateEntered',
    'SucceedStateExited',
    'ExecutionSucceeded',
  ]);
});

test('Parallel gives its branches the same input and their outputs in order', async () => {
  const { output } = await engine.run(
    {
      Both: {
        Type: 'Parallel',
        Arguments: { n: '{% $states.input.n + 1 %}' },
        Branches: [
          flow({ A: call({ Output: '{% $states.result.n * 2 %}' }) }),
          flow({ B: { Type: 'Pass', Output: '{% $states.input.n %}', End: true } }),
        ],
        Output: '{% $states.result %}',
        End: true,
      },
    },
    { n: 1 },
  );
  expect(output).toEqual([4, 2]);
});

test('a branch that fails stops the others', async () => {
  const { execution, events } = await engine.run({
    Both: {
      Type: 'Parallel',
      Branches: [
        flow({ Sleep: { Type: 'Wait', Seconds: 3600, End: true } }),
        flow({ No: { Type: 'Fail', Error: 'Stop', Cause: 'now' } }),
      ],
      End: true,
    },
  });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'Stop', cause: 'now' });
  expect(types(events).slice(2)).toEqual([
    'ParallelStateStarted',
    'WaitStateEntered',
    'FailStateEntered',
    'WaitStateAborted',
    'ParallelStateFailed',
    'ExecutionFailed',
  ]);
});

test('a Map over 5,000 items is one state', async () => {
  const { output } = await engine.run({
    Each: {
      Type: 'Map',
      Items: '{% [1..5000] %}',
      ItemProcessor: flow({ P: { Type: 'Pass', End: true } }),
      Output: '{% $sum($states.result) %}',
      End: true,
    },
  });
  expect(output).toBe(12_502_500);
});

test.each([{}, { MaxConcurrency: 0 }, { MaxConcurrency: 100 }])(
  'an inline Map runs 40 iterations at once (%j)',
  async (fields) => {
    const clock = new TestClock();
    const waiting = await TestEngine.start({ clock });
    const Each = {
      Type: 'Map',
      Items: Array.from({ length: 45 }, (_, index) => index),
      ItemProcessor: flow({ Wait: { Type: 'Wait', Seconds: 60, End: true } }),
      ...fields,
      End: true,
    };
    const arn = await waiting.start(await waiting.create({ Each }));
    const started = async () =>
      types(await waiting.history(arn)).filter((type) => type === 'MapIterationStarted').length;
    await clock.untilTimers(40);
    expect(await started()).toBe(40);
    clock.advance(60_000);
    await clock.untilTimers(5);
    expect(await started()).toBe(45);
    clock.advance(60_000);
    expect((await waiting.ended(arn)).execution.status).toBe('SUCCEEDED');
    await waiting.close();
  },
);
