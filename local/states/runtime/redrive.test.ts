// RedriveExecution: an execution goes on where it failed, and what had succeeded is not run again.
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { functionArn, type TestEngine, types } from '../testing/engine.ts';
import { KillableEngine } from '../testing/kill.ts';

let bench: KillableEngine;
let engine: TestEngine;
/** Functions of these names fail. */
let failing: Set<string>;
beforeEach(async () => {
  bench = await KillableEngine.create();
  failing = new Set(['bad']);
  bench.functions.answerWith(({ name, payload }) =>
    failing.has(name.split(':').at(-1) ?? '') || failing.has(JSON.stringify(payload))
      ? { errorType: 'Bad', errorMessage: 'no' }
      : { payload },
  );
  engine = await bench.start();
});
afterEach(() => bench.close());

const flow = (states: object) => ({ StartAt: Object.keys(states)[0], States: states });
const call = (name: string, fields: object = { End: true }) => ({
  Type: 'Task',
  Resource: functionArn(name),
  ...fields,
});
const wait = (seconds: number) => ({ Type: 'Wait', Seconds: seconds, End: true });
const calls = (name: string) =>
  bench.functions.calls.filter((call) => call.name === functionArn(name)).length;

/** Runs an execution until it fails. */
async function failed(states: object, input: unknown = {}, top: object = {}): Promise<string> {
  const { execution } = await engine.run(states, input, top);
  expect(execution.status).toBe('FAILED');
  return execution.executionArn ?? '';
}
const redrive = (executionArn: string, clientToken?: string) =>
  engine.client.send(new RedriveExecutionCommand({ executionArn, ...(clientToken && { clientToken }) }));
const describe = (executionArn: string) => engine.client.send(new DescribeExecutionCommand({ executionArn }));

test('only the Task that failed is scheduled again', async () => {
  const arn = await failed({
    First: call('first', { Assign: { kept: 'yes' }, Next: 'Bad' }),
    Bad: call('bad', {
      Output: '{% [$kept, $states.context.Execution.RedriveCount, $states.context.Execution.RedriveTime] %}',
      End: true,
    }),
  });
  failing.clear();
  bench.clock.advance(1000);
  const { redriveDate } = await redrive(arn);
  const { output, events, execution } = await engine.ended(arn, 1);
  expect(redriveDate).toEqual(new Date(bench.clock.now()));
  expect(execution).toMatchObject({
    status: 'SUCCEEDED',
    redriveCount: 1,
    redriveDate,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
  });
  expect(execution.error).toBeUndefined();
  expect(output).toEqual(['yes', 1, redriveDate?.toISOString()]);
  expect([calls('first'), calls('bad')]).toEqual([1, 2]);
  const redriven = events.findIndex(({ type }) => type === 'ExecutionRedriven');
  expect(types(events).slice(redriven - 2)).toEqual([
    'LambdaFunctionFailed',
    'ExecutionFailed',
    'ExecutionRedriven',
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
  expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
  expect(events[redriven]?.executionRedrivenEventDetails).toEqual({ redriveCount: 1 });
  // The new attempt follows the state's entry, not the redrive.
  const entered = events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === 'Bad');
  expect(events[redriven + 1]?.previousEventId).toBe(entered?.id);
});

test('status change events report the redrive', async () => {
  const arn = await failed({ Bad: call('bad') });
  failing.clear();
  bench.clock.advance(90_500);
  await redrive(arn);
  await engine.ended(arn, 1);
  const told = engine.statusEvents.filter(({ detail }) => detail.redriveCount === 1);
  expect(told.map(({ time, detail }) => [time, detail.status, detail.redriveDate])).toEqual([
    ['2026-01-01T00:01:30Z', 'RUNNING', bench.clock.now()],
    ['2026-01-01T00:01:30Z', 'SUCCEEDED', bench.clock.now()],
  ]);
});

const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 10, BackoffRate: 1, MaxAttempts: 2 }];
const distributed = {
  ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  ...flow({ Bad: call('bad') }),
};

test.each<[string, object]>([
  ['a Task', call('bad', { Retry, End: true })],
  ['a Parallel', { Type: 'Parallel', Branches: [flow({ Bad: call('bad') })], Retry, End: true }],
  ['a Map', { Type: 'Map', Items: [1], ItemProcessor: flow({ Bad: call('bad') }), Retry, End: true }],
  ['a distributed Map', { Type: 'Map', Items: [1], ItemProcessor: distributed, Retry, End: true }],
])('all retries of %s are available again', async (_, state) => {
  const arn = await engine.start(await engine.create({ Again: state }));
  const retried = async () => {
    for (let n = 0; n < 2; n++) {
      expect(await bench.clock.untilTimer()).toBe(10_000);
      bench.clock.advance(10_000);
    }
  };
  await retried();
  await engine.ended(arn);
  await redrive(arn);
  await retried();
  expect((await engine.ended(arn, 1)).execution.status).toBe('FAILED');
  expect(calls('bad')).toBe(6);
});

test('of a Parallel only the branches that failed or were stopped run again', async () => {
  const arn = await engine.start(
    await engine.create({
      Fork: {
        Type: 'Parallel',
        Branches: [
          flow({ Good: call('good') }),
          flow({
            Set: { Type: 'Pass', Assign: { x: 7 }, Next: 'Bad' },
            Bad: call('bad', { Output: '{% $x %}', End: true }),
          }),
          flow({ Wait: wait(60) }),
        ],
        End: true,
      },
    }),
    { a: 1 },
  );
  await engine.ended(arn);
  failing.clear();
  bench.clock.advance(1000);
  await redrive(arn);
  expect(await bench.clock.untilTimer()).toBe(60_000);
  bench.clock.advance(60_000);
  const { output, events } = await engine.ended(arn, 1);
  expect(output).toEqual([{ a: 1 }, 7, { a: 1 }]);
  expect([calls('good'), calls('bad')]).toEqual([1, 2]);
  expect(types(events).filter((type) => type?.startsWith('ParallelState'))).toEqual([
    'ParallelStateEntered',
    'ParallelStateStarted',
    'ParallelStateFailed',
    'ParallelStateSucceeded',
    'ParallelStateExited',
  ]);
});

test('of a Map only the iterations run that failed, were stopped or had not begun', async () => {
  failing = new Set(['2']);
  const arn = await failed(
    {
      Each: {
        Type: 'Map',
        MaxConcurrency: 1,
        ItemProcessor: flow({ Call: call('f') }),
        End: true,
      },
    },
    [1, 2, 3],
  );
  failing.clear();
  await redrive(arn);
  const { output, events } = await engine.ended(arn, 1);
  expect(output).toEqual([1, 2, 3]);
  expect(bench.functions.calls.map(({ payload }) => payload)).toEqual([1, 2, 2, 3]);
  expect(types(events).filter((type) => type === 'MapIterationStarted')).toHaveLength(3);
});

test('a Parallel whose result is too large is run again whole', async () => {
  const large = { End: true, Output: '{% $pad("", 150000, "x") %}' };
  const arn = await failed({
    Fork: {
      Type: 'Parallel',
      Branches: [flow({ A: call('a', large) }), flow({ B: call('b', large) })],
      End: true,
    },
  });
  expect((await describe(arn)).error).toBe('States.DataLimitExceeded');
  await redrive(arn);
  await engine.ended(arn, 1);
  expect([calls('a'), calls('b')]).toEqual([2, 2]);
});

test('so is one within a branch, and the other branches are not', async () => {
  const large = { End: true, Output: '{% $pad("", 150000, "x") %}' };
  const inner = {
    Type: 'Parallel',
    Branches: [flow({ A: call('a', large) }), flow({ B: call('b', large) })],
    End: true,
  };
  const arn = await failed({
    Fork: {
      Type: 'Parallel',
      Branches: [flow({ C: call('c', { Next: 'Inner' }), Inner: inner })],
      End: true,
    },
  });
  expect((await describe(arn)).error).toBe('States.DataLimitExceeded');
  await redrive(arn);
  await engine.ended(arn, 1);
  expect([calls('a'), calls('b'), calls('c')]).toEqual([2, 2, 1]);
});

test('a stopped execution goes on, and one that timed out gets its whole timeout again', async () => {
  const machine = await engine.create({ W: wait(3600) }, { TimeoutSeconds: 60 });
  const arn = await engine.start(machine);
  expect(await bench.clock.untilTimer()).toBe(60_000);
  await engine.post('StopExecution', { executionArn: arn });
  await engine.ended(arn);
  bench.clock.advance(50_000);
  await redrive(arn);
  expect(await bench.clock.untilTimer()).toBe(60_000);
  bench.clock.advance(60_000);
  expect((await engine.ended(arn, 1)).execution.status).toBe('TIMED_OUT');
  await redrive(arn);
  expect((await describe(arn)).status).toBe('RUNNING');
});

test('a Fail state is entered again and fails again', async () => {
  const arn = await failed({ No: { Type: 'Fail', Error: 'No' } });
  await redrive(arn);
  expect((await engine.ended(arn, 1)).execution).toMatchObject({ status: 'FAILED', error: 'No' });
});

test('a redrive under way goes on after a kill', async () => {
  const arn = await failed({
    Fork: {
      Type: 'Parallel',
      Branches: [flow({ Good: call('good') }), flow({ Bad: call('bad', { Next: 'Wait' }), Wait: wait(60) })],
      End: true,
    },
  });
  failing.clear();
  await redrive(arn);
  await bench.clock.untilTimer();
  await engine.history(arn);
  await bench.kill(20_000);
  engine = await bench.start();
  expect(await bench.clock.untilTimer()).toBe(40_000);
  bench.clock.advance(40_000);
  const { execution } = await engine.ended(arn, 1);
  expect(execution).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
  expect([calls('good'), calls('bad')]).toEqual([1, 2]);
});

test('one client token makes one redrive, also across a restart; another token makes a second one', async () => {
  const arn = await failed({ Bad: call('bad') });
  const first = await redrive(arn, 'token-1');
  await engine.ended(arn, 1);
  bench.clock.advance(60_000);
  expect((await redrive(arn, 'token-1')).redriveDate).toEqual(first.redriveDate);
  await bench.kill();
  engine = await bench.start();
  expect((await redrive(arn, 'token-1')).redriveDate).toEqual(first.redriveDate);
  expect((await describe(arn)).redriveCount).toBe(1);
  await redrive(arn, 'token-2');
  await engine.ended(arn, 2);
  bench.clock.advance(15 * 60_000);
  await redrive(arn, 'token-1');
  expect((await engine.ended(arn, 3)).execution.redriveCount).toBe(3);
});

test('a client token is that of one execution', async () => {
  const arns = [await failed({ Bad: call('bad') }), await failed({ Bad: call('bad') })];
  failing.clear();
  for (const arn of arns) {
    await redrive(arn, 'token');
    expect((await engine.ended(arn, 1)).execution.status).toBe('SUCCEEDED');
  }
});

test('of two redrives at the same time one is refused', async () => {
  const arn = await failed({ Bad: call('bad') });
  failing.clear();
  const both = await Promise.allSettled([redrive(arn), redrive(arn)]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect((await engine.ended(arn, 1)).execution.redriveCount).toBe(1);
});

test('executions are listed by whether they have been redriven', async () => {
  const arn = await failed({ Bad: call('bad') });
  await redrive(arn);
  const { execution } = await engine.ended(arn, 1);
  const { stateMachineArn } = execution;
  const other = await engine.start(stateMachineArn ?? '');
  await engine.ended(other);
  const list = async (redriveFilter: 'REDRIVEN' | 'NOT_REDRIVEN') =>
    (await engine.client.send(new ListExecutionsCommand({ stateMachineArn, redriveFilter }))).executions?.map(
      ({ executionArn }) => executionArn,
    );
  expect(await list('REDRIVEN')).toEqual([arn]);
  expect(await list('NOT_REDRIVEN')).toEqual([other]);
});
