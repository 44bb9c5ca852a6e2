// Redriving distributed Maps: their Map Runs redrive the children that had not succeeded.
import { DatabaseSync } from 'node:sqlite';
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { functionArn, type TestEngine, types } from '../testing/engine.ts';
import { KillableEngine } from '../testing/kill.ts';

let bench: KillableEngine;
let engine: TestEngine;
beforeEach(async () => {
  bench = await KillableEngine.create();
  bench.functions.answerWith(({ payload }) => ({ payload }));
  engine = await bench.start();
});
afterEach(() => bench.close());

const flow = (states: object) => ({ StartAt: Object.keys(states)[0], States: states });
const call = (name: string, fields: object = { End: true }) => ({
  Type: 'Task',
  Resource: functionArn(name),
  ...fields,
});
const calls = (name: string) =>
  bench.functions.calls.filter((call) => call.name === functionArn(name)).length;

/** Runs an execution until it fails. */
async function failed(states: object, input: unknown): Promise<string> {
  const { execution } = await engine.run(states, input);
  expect(execution.status).toBe('FAILED');
  return execution.executionArn ?? '';
}
const redrive = (executionArn: string) => engine.client.send(new RedriveExecutionCommand({ executionArn }));

const distributed = (type: string, fields: object = {}) => ({
  Each: {
    Type: 'Map',
    Label: 'each',
    MaxConcurrency: 1,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
      ...flow({ Before: call('before', { Next: 'Call' }), Call: call('f') }),
    },
    End: true,
    ...fields,
  },
});
const mapRunsOf = async (executionArn: string) =>
  (await engine.client.send(new ListMapRunsCommand({ executionArn }))).mapRuns ?? [];
const onlyFails = (payload: number) =>
  bench.functions.answerWith((call) =>
    call.payload === payload && call.name === functionArn('f')
      ? { errorType: 'Bad', errorMessage: '' }
      : { payload: call.payload },
  );

test('a Map Run resumes the children that failed, where they failed, and starts those not begun', async () => {
  onlyFails(2);
  const arn = await failed(distributed('STANDARD'), [1, 2, 3]);
  onlyFails(0);
  bench.clock.advance(1000);
  await redrive(arn);
  const { output, events } = await engine.ended(arn, 1);
  expect(output).toEqual([1, 2, 3]);
  expect([calls('before'), calls('f')]).toEqual([3, 4]);
  const [run, ...others] = await mapRunsOf(arn);
  expect(others).toEqual([]);
  const { mapRunArn } = run ?? {};
  const described = await engine.client.send(new DescribeMapRunCommand({ mapRunArn }));
  expect(described).toMatchObject({
    status: 'SUCCEEDED',
    redriveCount: 1,
    redriveDate: new Date(bench.clock.now()),
    itemCounts: { total: 3, succeeded: 3, failed: 0 },
  });
  expect(types(events).filter((type) => type?.startsWith('MapRun'))).toEqual([
    'MapRunStarted',
    'MapRunFailed',
    'MapRunRedriven',
    'MapRunSucceeded',
  ]);
  const redriven = events.find(({ type }) => type === 'MapRunRedriven');
  expect(redriven?.mapRunRedrivenEventDetails).toEqual({ mapRunArn, redriveCount: 1 });
  const started = events.find(({ type }) => type === 'MapStateStarted');
  expect(redriven?.previousEventId).toBe(started?.id);
  const { executions } = await engine.client.send(
    new ListExecutionsCommand({ mapRunArn, redriveFilter: 'REDRIVEN' }),
  );
  expect(executions).toHaveLength(1);
  expect(executions?.[0]).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
  const child = await engine.history(executions?.[0]?.executionArn ?? '');
  expect(types(child)).toContain('ExecutionRedriven');
});

test.each(['STANDARD', 'EXPRESS'])(
  'a %s child that is redriven has the time of its first start',
  async (type) => {
    const Output = '{% $states.context.Execution.StartTime %}';
    const processor = flow({ Call: call('f', { Output, End: true }) });
    const states = distributed(type, {
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type }, ...processor },
    });
    onlyFails(1);
    const arn = await failed(states, [1]);
    onlyFails(0);
    bench.clock.advance(5000);
    await redrive(arn);
    expect((await engine.ended(arn, 1)).output).toEqual(['2026-01-01T00:00:00.000Z']);
  },
);

test('a child that failed is redriven by its Map Run alone, and the latest Map Run is listed first', async () => {
  onlyFails(1);
  const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 1 }];
  const arn = await engine.start(await engine.create(distributed('STANDARD', { Retry })), [1]);
  expect(await bench.clock.untilTimer()).toBe(5000);
  bench.clock.advance(5000);
  await engine.ended(arn);
  const runs = await mapRunsOf(arn);
  expect(runs.map(({ startDate }) => startDate?.getTime())).toEqual([
    Date.parse('2026-01-01T00:00:05Z'),
    Date.parse('2026-01-01T00:00:00Z'),
  ]);
  const { executions = [] } = await engine.client.send(
    new ListExecutionsCommand({ mapRunArn: runs[0]?.mapRunArn }),
  );
  const executionArn = executions[0]?.executionArn;
  const child = await engine.client.send(new DescribeExecutionCommand({ executionArn }));
  expect([child.status, child.redriveStatus]).toEqual(['FAILED', 'REDRIVABLE_BY_MAP_RUN']);
});

test('children that fail again are redriven again', async () => {
  onlyFails(2);
  const arn = await failed(distributed('STANDARD'), [1, 2]);
  await redrive(arn);
  expect((await engine.ended(arn, 1)).execution.status).toBe('FAILED');
  onlyFails(0);
  await redrive(arn);
  expect((await engine.ended(arn, 2)).output).toEqual([1, 2]);
  expect(calls('f')).toBe(4);
});

test('Express children that failed are run again from their start, under the same ARN', async () => {
  onlyFails(2);
  const arn = await failed(distributed('EXPRESS'), [1, 2, 3]);
  const [run] = await mapRunsOf(arn);
  const { mapRunArn } = run ?? {};
  const children = async () =>
    ((await engine.client.send(new ListExecutionsCommand({ mapRunArn }))).executions ?? []).map(
      ({ executionArn, redriveDate }) => [executionArn, redriveDate],
    );
  const before = await children();
  expect(before).toHaveLength(2);
  onlyFails(0);
  await redrive(arn);
  expect((await engine.ended(arn, 1)).output).toEqual([1, 2, 3]);
  expect([calls('before'), calls('f')]).toEqual([4, 4]);
  expect(await children()).toEqual(expect.arrayContaining(before));
});

test('a Map that failed after its Map Run had succeeded starts a new one', async () => {
  const arn = await failed(distributed('STANDARD', { Output: '{% $error("no") %}' }), [1]);
  await redrive(arn);
  await engine.ended(arn, 1);
  expect(await mapRunsOf(arn)).toHaveLength(2);
});

test('a child that fails again in a redrive is not redriven once more by a restart within that', async () => {
  const processor = flow({
    Call: call('f', { Next: 'Wait' }),
    Wait: { Type: 'Wait', Seconds: 60, End: true },
  });
  const states = distributed('STANDARD', {
    ToleratedFailureCount: 1,
    ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...processor },
  });
  bench.functions.answerWith(() => ({ errorType: 'Bad', errorMessage: '' }));
  const arn = await failed(states, [1, 2]);
  onlyFails(1);
  await redrive(arn);
  expect(await bench.clock.untilTimer()).toBe(60_000);
  await bench.stop();
  engine = await bench.start();
  expect(await bench.clock.untilTimer()).toBe(60_000);
  bench.clock.advance(60_000);
  expect((await engine.ended(arn, 1)).output).toEqual([2]);
  expect(bench.functions.calls.map(({ payload }) => payload)).toEqual([1, 2, 1, 2]);
});

// Developer guide, "Redrive eligibility for child workflows in a Map Run".
test.each([
  [999, 'SUCCEEDED', undefined],
  [1000, 'FAILED', 'The Map Run exceeded the maximum of 1000 redrives.'],
])('a Map Run that has been redriven %i times', async (count, status, cause) => {
  onlyFails(1);
  const arn = await failed(distributed('STANDARD'), [1]);
  await bench.stop();
  const database = new DatabaseSync(bench.file);
  database.prepare('UPDATE map_runs SET redrive_count = ?').run(count);
  database.prepare('UPDATE map_children SET generation = ?').run(count);
  database.close();
  engine = await bench.start();
  onlyFails(0);
  await redrive(arn);
  const { execution } = await engine.ended(arn, 1);
  expect([execution.status, execution.cause]).toEqual([status, cause]);
});
