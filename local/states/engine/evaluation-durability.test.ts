// Killing the engine while an expression is evaluated in a process of its own: what is in the file is of one piece.
import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { distributedMap as map } from '../testing/distributed-map.ts';
import { functionArn, type TestEngine, types } from '../testing/engine.ts';
import { KillableEngine } from '../testing/kill.ts';

let bench: KillableEngine;
beforeEach(async () => {
  bench = await KillableEngine.create();
});
afterEach(() => bench.close());

/** Takes until the limit: a regular expression that V8 matches by backtracking. */
const ENDLESS = `$contains("${'a'.repeat(60)}!", /^(?=(a+)+$)/)`;
const SHORT = '$map([1, 2], function($n) { $n + $states.result })';

/** Resolves when a call that was made before has been answered too. */
async function untilAnswered(engine: TestEngine): Promise<void> {
  await engine.run({ Call: { Type: 'Task', Resource: functionArn('other'), End: true } });
}

test('a run that was evaluating when the process died fails by itself after the restart', async () => {
  const first = await bench.start();
  const poison = await first.create({ P: { Type: 'Pass', Output: `{% ${ENDLESS} %}`, End: true } });
  const echo = await first.create({ P: { Type: 'Pass', End: true } });
  const arn = await first.start(poison);
  await bench.kill();
  const second = await bench.start();
  expect((await second.ended(await second.start(echo, 1))).output).toBe(1);
  const { execution, events } = await second.ended(arn);
  expect(execution.error).toBe('States.QueryEvaluationError');
  expect(types(events)).toEqual([
    'ExecutionStarted',
    'PassStateEntered',
    'EvaluationFailed',
    'ExecutionFailed',
  ]);
});

test('a Task whose answer was being evaluated is as one whose answer did not arrive', async () => {
  bench.functions.answerWith(() => ({ payload: 1 }));
  const first = await bench.start();
  const states = {
    Call: {
      Type: 'Task',
      Resource: functionArn('f'),
      Output: `{% [${ENDLESS}, $states.result] %}`,
      Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.Error %}', Next: 'Caught' }],
      End: true,
    },
    Caught: { Type: 'Succeed' },
  };
  const arn = await first.start(await first.create(states));
  await bench.functions.untilCalls(1);
  await untilAnswered(first);
  await bench.kill();
  const second = await bench.start();
  const { events, output } = await second.ended(arn);
  expect(output).toBe('Lambda.SdkClientException');
  expect(types(events)).toEqual([
    ...['ExecutionStarted', 'TaskStateEntered', 'LambdaFunctionScheduled', 'LambdaFunctionStarted'],
    ...['LambdaFunctionFailed', 'TaskStateExited', 'SucceedStateEntered', 'SucceedStateExited'],
    'ExecutionSucceeded',
  ]);
});

test('a success that was accepted for a task is kept, however long its value is evaluated', async () => {
  const first = await bench.start();
  const states = {
    Wait: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: functionArn('f'), Payload: '{% $states.context.Task.Token %}' },
      Output: `{% ${SHORT} %}`,
      End: true,
    },
  };
  bench.functions.answerWith(() => ({ payload: null }));
  const arn = await first.start(await first.create(states));
  await bench.functions.untilCalls(1);
  const taskToken = String(bench.functions.calls[0]?.payload);
  await first.client.send(new SendTaskSuccessCommand({ taskToken, output: '5' }));
  await bench.kill();
  const second = await bench.start();
  expect((await second.ended(arn)).output).toEqual([6, 7]);
});

test('an engine that is closed in order writes the answers that are being evaluated', async () => {
  bench.functions.answerWith(() => ({ payload: 3 }));
  const first = await bench.start();
  const states = {
    Call: {
      Type: 'Task',
      Resource: functionArn('f'),
      Output: `{% [$count($distinct([1..5000])), ${SHORT}] %}`,
      Next: 'Wait',
    },
    Wait: { Type: 'Wait', Seconds: 60, End: true },
  };
  const arn = await first.start(await first.create(states));
  await bench.functions.untilCalls(1);
  await untilAnswered(first);
  await bench.stop();
  const second = await bench.start();
  bench.clock.advance(60_000);
  expect((await second.ended(arn)).output).toEqual([5000, 4, 5]);
  expect(bench.functions.calls.filter(({ name }) => name.endsWith(':f'))).toHaveLength(1);
});

test('the events of a Parallel whose Arguments are being evaluated are written once', async () => {
  const first = await bench.start();
  const branch = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } };
  const states = {
    Both: {
      Type: 'Parallel',
      Arguments: `{% [${SHORT.replace('$states.result', '1')}] %}`,
      Branches: [branch],
      End: true,
    },
  };
  const arn = await first.start(await first.create(states));
  await bench.kill();
  const second = await bench.start();
  await bench.clock.untilTimers(1);
  bench.clock.advance(60_000);
  const { events, output } = await second.ended(arn);
  expect(output).toEqual([[2, 3]]);
  expect(types(events).filter((type) => type === 'ParallelStateStarted')).toHaveLength(1);
});

test('no child of a Map Run calls a function before the Map Run is stored, however long another branch evaluates', async () => {
  bench.functions.answerWith(({ payload }) => ({ payload }));
  const engine = await bench.start();
  const evaluating = {
    Type: 'Parallel',
    Arguments: `{% ${ENDLESS} %}`,
    Branches: [{ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }],
    End: true,
  };
  const each = map({ Call: { Type: 'Task', Resource: functionArn('f'), End: true } }, { Items: [1] });
  const branches = [
    { StartAt: 'Evaluating', States: { Evaluating: evaluating } },
    { StartAt: 'Each', States: each },
  ];
  await engine.start(await engine.create({ Both: { Type: 'Parallel', Branches: branches, End: true } }));
  await untilAnswered(engine);
  expect(bench.functions.calls.map(({ name }) => name)).toEqual([functionArn('other')]);
});
