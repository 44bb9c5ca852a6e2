// previousEventId after a redrive, where iterations end in another order than before.
import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { FunctionServer, functionArn, TestClock, TestEngine } from '../testing/engine.ts';

test('a Map goes on from the last event of all iterations, also where the last one had ended before a redrive', async () => {
  const clock = new TestClock();
  const functions = await FunctionServer.start(({ payload }) =>
    payload === 1 ? { errorType: 'Bad', errorMessage: 'no' } : { payload },
  );
  const redriven = await TestEngine.start({ clock, lambdaEndpoint: functions.endpoint });
  // The one that is to fail waits until the other has ended.
  const states = {
    Which: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input = 1 %}', Next: 'Wait' }],
      Default: 'Call',
    },
    Wait: { Type: 'Wait', Seconds: 60, Next: 'Call' },
    Call: { Type: 'Task', Resource: functionArn('f'), End: true },
  };
  const executionArn = await redriven.start(
    await redriven.create({
      Each: {
        Type: 'Map',
        Items: [1, 2],
        MaxConcurrency: '{% $states.context.Execution.RedriveCount = 0 ? 2 : 1 %}',
        ItemProcessor: { StartAt: 'Which', States: states },
        End: true,
      },
    }),
  );
  while (!(await redriven.history(executionArn)).some(({ type }) => type === 'MapIterationSucceeded'));
  clock.advance(60_000);
  await redriven.ended(executionArn);
  functions.answerWith(({ payload }) => ({ payload }));
  await redriven.client.send(new RedriveExecutionCommand({ executionArn }));
  const { events } = await redriven.ended(executionArn, 1);
  const last = events.findLast(({ type }) => type === 'MapIterationSucceeded');
  const ended = events.find(({ type }) => type === 'MapStateExited');
  expect(ended?.previousEventId).toBe(last?.id);
  await redriven.close();
  await functions.close();
});
