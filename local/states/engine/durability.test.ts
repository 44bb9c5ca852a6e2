// Restarts and kills: executions go on, and status change events are delivered until acknowledged.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StatusChangeEvent } from '../persistence/status-event.ts';
import { FunctionServer, functionArn, TestClock, TestEngine, types } from '../testing/engine.ts';

let folder: string;
let clock: TestClock;
let functions: FunctionServer;
const engines: TestEngine[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'states-'));
  clock = new TestClock();
  functions = await FunctionServer.start(() => undefined);
});
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
  await functions.close();
  rmSync(folder, { recursive: true });
});

async function start(
  file: string,
  options: Parameters<typeof TestEngine.start>[0] = {},
): Promise<TestEngine> {
  const engine = await TestEngine.start({
    database: join(folder, file),
    lambdaEndpoint: functions.endpoint,
    clock,
    ...options,
  });
  engines.push(engine);
  return engine;
}

/** A copy of the file as a kill of the process would leave it now. */
function crash(from: string, to: string): void {
  for (const suffix of ['', '-wal']) {
    const file = join(folder, from + suffix);
    if (existsSync(file)) copyFileSync(file, join(folder, to + suffix));
  }
}

const wait = {
  Set: { Type: 'Pass', Assign: { kept: 'yes' }, Output: { n: 1 }, Next: 'Wait' },
  Wait: { Type: 'Wait', Seconds: 3600, Next: 'Done' },
  Done: { Type: 'Pass', Output: '{% [$kept, $states.input.n] %}', End: true },
};
const task = (fields: object = {}) => ({
  Call: { Type: 'Task', Resource: functionArn('f'), End: true, ...fields },
});
const LOST = ['Lambda.SdkClientException'];

test('a Wait keeps its due time, also one drawn at random', async () => {
  const first = await start('a', { random: () => 0.5 });
  const drawn = { ...wait, Wait: { ...wait.Wait, Seconds: '{% $random() * 7200 %}' } };
  const arn = await first.start(await first.create(drawn));
  await clock.untilTimer();
  await first.history(arn);
  crash('a', 'b');
  await engines.splice(0)[0]?.close();
  clock.advance(3_000_000);
  const second = await start('b');
  expect(await clock.untilTimer()).toBe(600_000);
  clock.advance(600_000);
  const { output, events } = await second.ended(arn);
  expect(output).toEqual(['yes', 1]);
  expect(types(events)).toEqual([
    'ExecutionStarted',
    'PassStateEntered',
    'PassStateExited',
    'WaitStateEntered',
    'WaitStateExited',
    'PassStateEntered',
    'PassStateExited',
    'ExecutionSucceeded',
  ]);
  expect(events.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('an execution goes on after a close as after a kill', async () => {
  const first = await start('a');
  const arn = await first.start(await first.create(wait));
  await clock.untilTimer();
  await engines.splice(0)[0]?.close();
  clock.advance(4_000_000);
  const second = await start('a');
  const { output, events } = await second.ended(arn);
  expect(output).toEqual(['yes', 1]);
  expect(types(events)).not.toContain('WaitStateAborted');
});

test('a Task whose function call is lost is retried', async () => {
  const first = await start('a');
  const arn = await first.start(await first.create(task({ Retry: [{ ErrorEquals: LOST, MaxAttempts: 1 }] })));
  await functions.untilCalls(1);
  crash('a', 'b');
  await engines.splice(0)[0]?.close();
  functions.answerWith(() => ({ payload: 'again' }));
  const second = await start('b');
  clock.advance(await clock.untilTimer());
  const { output, events } = await second.ended(arn);
  expect(output).toBe('again');
  expect(functions.calls).toHaveLength(2);
  expect(types(events).slice(2)).toEqual([
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionFailed',
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
});

test('a Task without Retry is not called twice', async () => {
  const first = await start('a');
  const arn = await first.start(await first.create(task()));
  await functions.untilCalls(1);
  crash('a', 'b');
  await engines.splice(0)[0]?.close();
  const second = await start('b');
  expect((await second.ended(arn)).execution).toMatchObject({ status: 'FAILED', error: LOST[0] });
  expect(functions.calls).toHaveLength(1);
});

test('a retry under way keeps its due time and its count of attempts', async () => {
  functions.answerWith(() => ({ errorType: 'Busy', errorMessage: '' }));
  const Retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 100, BackoffRate: 1, MaxAttempts: 2 }];
  const first = await start('a');
  const arn = await first.start(await first.create(task({ Retry })));
  await clock.untilTimer();
  await first.history(arn);
  crash('a', 'b');
  await engines.splice(0)[0]?.close();
  clock.advance(40_000);
  const second = await start('b');
  for (const seconds of [60, 100]) {
    expect(await clock.untilTimer()).toBe(seconds * 1000);
    clock.advance(seconds * 1000);
  }
  expect((await second.ended(arn)).execution.error).toBe('Busy');
  expect(functions.calls).toHaveLength(3);
});

test('a second engine on the same file is refused', async () => {
  await start('a');
  await expect(start('a')).rejects.toMatchObject({
    name: 'DatabaseInUse',
    message: `${join(folder, 'a')} is in use by another engine; stop that one, or name another file`,
  });
});

test("status change events come at the start and at the end, in EventBridge's form", async () => {
  const engine = await start('a');
  const { execution } = await engine.run({ P: { Type: 'Pass', Output: { a: 1 }, End: true } }, { b: 2 });
  const shared = {
    executionArn: execution.executionArn,
    stateMachineArn: execution.stateMachineArn,
    stateMachineVersionArn: null,
    stateMachineAliasArn: null,
    name: execution.name,
    startDate: clock.now(),
    input: '{"b":2}',
    inputDetails: { included: true },
    redriveCount: 0,
    redriveDate: null,
    redriveStatus: 'NOT_REDRIVABLE',
    error: null,
    cause: null,
  };
  const envelope = {
    version: '0',
    id: expect.stringMatching(/^[\da-f-]{36}$/),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: '000000000000',
    time: '2026-01-01T00:00:00Z',
    region: 'us-east-1',
    resources: [execution.executionArn],
  };
  const byStatus = (status: string) => engine.statusEvents.find(({ detail }) => detail.status === status);
  expect(byStatus('RUNNING')).toEqual({
    ...envelope,
    detail: {
      ...shared,
      status: 'RUNNING',
      stopDate: null,
      output: null,
      outputDetails: null,
      redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
    },
  });
  expect(byStatus('SUCCEEDED')).toEqual({
    ...envelope,
    detail: {
      ...shared,
      status: 'SUCCEEDED',
      stopDate: clock.now(),
      output: '{"a":1}',
      outputDetails: { included: true },
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    },
  });
});

test('an unacknowledged event is delivered once more after a restart', async () => {
  const refused: StatusChangeEvent[] = [];
  const both = Promise.withResolvers<void>();
  const first = await start('a', {
    onStatusChange: (event) => {
      if (refused.push(event) === 2) both.resolve();
      throw new Error('not now');
    },
  });
  const arn = await first.start(await first.create({ P: { Type: 'Pass', End: true } }));
  await both.promise;
  await engines.splice(0)[0]?.close();
  const second = await start('a');
  await second.ended(arn);
  expect(second.statusEvents.map(({ id }) => id).sort()).toEqual(refused.map(({ id }) => id).sort());
  await engines.splice(0)[0]?.close();
  const third = await start('a');
  await third.run({ P: { Type: 'Pass', End: true } });
  expect(third.statusEvents.some(({ detail }) => detail.executionArn === arn)).toBe(false);
});

test('a failed delivery is retried without a restart', async () => {
  let deliveries = 0;
  const engine = await start('a', {
    onStatusChange: () => {
      deliveries += 1;
      if (deliveries <= 2) throw new Error('not now');
    },
  });
  const arn = await engine.start(await engine.create({ P: { Type: 'Pass', End: true } }));
  expect(await clock.untilTimer()).toBe(1000);
  clock.advance(1000);
  expect((await engine.ended(arn)).execution.status).toBe('SUCCEEDED');
});

test.each([
  [120, true],
  [130, false],
])('a status change event has an input and an output of %i KB: %j', async (kilobytes, included) => {
  const engine = await start('a');
  const input = 'x'.repeat(kilobytes * 1024);
  await engine.run({ P: { Type: 'Pass', End: true } }, input);
  const told = engine.statusEvents.find(({ detail }) => detail.status === 'SUCCEEDED')?.detail;
  const data = included ? JSON.stringify(input) : null;
  expect(told).toMatchObject({
    input: data,
    output: data,
    inputDetails: { included },
    outputDetails: { included },
  });
});
