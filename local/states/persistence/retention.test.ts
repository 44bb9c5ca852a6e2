// Ended executions are deleted by age and by size; running ones stay. Many ended executions do not slow a start.
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  PublishStateMachineVersionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Store } from '../store/store.ts';
import { functionArn, type TestEngine } from '../testing/engine.ts';
import { KillableEngine } from '../testing/kill.ts';
import { Pruner } from './retention.ts';

const DAY = 86_400_000;

let bench: KillableEngine;
beforeEach(async () => {
  bench = await KillableEngine.create();
});
afterEach(() => bench.close());

const pass = { P: { Type: 'Pass', End: true } };
const wait = { W: { Type: 'Wait', Seconds: 99_000_000, End: true } };

const isThere = (engine: TestEngine, executionArn: string) =>
  engine.client.send(new DescribeExecutionCommand({ executionArn })).then(
    () => true,
    (error: Error) => {
      expect(error.name).toBe('ExecutionDoesNotExist');
      return false;
    },
  );

async function untilGone(engine: TestEngine, executionArn: string): Promise<void> {
  while (await isThere(engine, executionArn));
}

/** Rows of every table once the engine is stopped. */
function rowsOf(file: string): Record<string, number> {
  const database = new DatabaseSync(file);
  const count = (table: string) =>
    Number(database.prepare(`SELECT COUNT(*) AS count FROM ${table}`).get()?.['count']);
  const tables = [
    'executions',
    'history',
    'threads',
    'map_runs',
    'map_children',
    'revisions',
    'redrive_tokens',
  ];
  const rows = Object.fromEntries(tables.map((table) => [table, count(table)]));
  database.close();
  return rows;
}

test('executions are deleted 90 days after their end, with everything that belongs to them', async () => {
  bench.functions.answerWith(({ payload }) =>
    payload === 2 ? { errorType: 'Bad', errorMessage: '' } : { payload },
  );
  const engine = await bench.start();
  const machine = await engine.create(pass);
  const running = await engine.start(await engine.create(wait));
  const old = await engine.start(machine);
  await engine.ended(old);
  const inner = { Call: { Type: 'Task', Resource: functionArn('f'), End: true } };
  const failed = await engine.run(
    {
      Each: {
        Type: 'Map',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Call',
          States: inner,
        },
        End: true,
      },
    },
    [1, 2],
  );
  await engine.post('RedriveExecution', { executionArn: failed.execution.executionArn, clientToken: 'x' });
  await engine.ended(failed.execution.executionArn ?? '', 1);
  await engine.client.send(
    new UpdateStateMachineCommand({
      stateMachineArn: machine,
      definition: JSON.stringify({ StartAt: 'Q', States: { Q: { Type: 'Succeed' } } }),
    }),
  );
  bench.clock.advance(60 * DAY);
  const young = await engine.start(machine);
  await engine.ended(young);
  await bench.kill(30 * DAY);
  const later = await bench.start();
  await untilGone(later, old);
  await untilGone(later, failed.execution.executionArn ?? '');
  expect(await isThere(later, young)).toBe(true);
  expect(await isThere(later, running)).toBe(true);
  await bench.stop();
  expect(rowsOf(bench.file)).toEqual({
    executions: 2,
    history: expect.any(Number),
    threads: 1,
    map_runs: 0,
    map_children: 0,
    // The revision of only the deleted execution is gone; that of the failed one is still its state machine's.
    revisions: 3,
    redrive_tokens: 0,
  });
});

test('the oldest are deleted early when the file is too large, and the file shrinks', async () => {
  let engine = await bench.start();
  const running = await engine.start(await engine.create(wait), 'x'.repeat(100_000));
  const machine = await engine.create(pass);
  const arns: string[] = [];
  for (let n = 0; n < 60; n++) {
    const arn = await engine.start(machine, 'x'.repeat(30_000));
    await engine.ended(arn);
    arns.push(arn);
    bench.clock.advance(1000);
  }
  await bench.stop();
  const before = statSync(bench.file).size;
  engine = await bench.start({ retention: { days: 90, megabytes: 3 } });
  await untilGone(engine, arns[29] ?? '');
  const { executions = [] } = await engine.client.send(
    new ListExecutionsCommand({ stateMachineArn: machine }),
  );
  const left = executions.map(({ executionArn }) => executionArn ?? '');
  expect(left.length).toBeGreaterThan(5);
  expect(left).toEqual(arns.slice(-left.length).reverse());
  expect(await isThere(engine, running)).toBe(true);
  await bench.stop();
  expect(statSync(bench.file).size).toBeLessThan(before * 0.6);
});

test('a start reads nothing of executions that have ended', async () => {
  const engine = await bench.start();
  const machine = await engine.create(pass);
  const running = await engine.start(await engine.create(wait));
  await engine.ended(await engine.start(machine));
  await bench.kill();
  const database = new DatabaseSync(bench.file);
  database.exec(`
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000)
    INSERT INTO executions (arn, name, machine_arn, revision, status, started_at, stopped_at, input, output)
    SELECT arn || n, name || n, machine_arn, revision, iif(n % 10, 'SUCCEEDED', 'FAILED'), started_at, stopped_at, 'unreadable', 'unreadable'
    FROM executions, n WHERE machine_arn = '${machine}';
    INSERT INTO history SELECT executions.id, 1, 4, 'unreadable' FROM executions
    WHERE id NOT IN (SELECT execution FROM history);
    INSERT INTO threads SELECT id, '', 'unreadable'
    FROM executions WHERE status = 'FAILED';
  `);
  database.close();
  const again = await bench.start();
  const { executions } = await again.client.send(new ListExecutionsCommand({ stateMachineArn: machine }));
  expect(executions).toHaveLength(100);
  expect((await again.client.send(new DescribeExecutionCommand({ executionArn: running }))).status).toBe(
    'RUNNING',
  );
});

test('a published version outlives the executions that ran it', async () => {
  const engine = await bench.start();
  const machine = await engine.create(pass);
  const { stateMachineVersionArn = '' } = await engine.client.send(
    new PublishStateMachineVersionCommand({ stateMachineArn: machine }),
  );
  const old = await engine.start(stateMachineVersionArn, 1);
  await engine.ended(old);
  const definition = JSON.stringify({ StartAt: 'Q', States: { Q: { Type: 'Fail' } } });
  await engine.client.send(new UpdateStateMachineCommand({ stateMachineArn: machine, definition }));
  await bench.kill(90 * DAY);
  const later = await bench.start();
  await untilGone(later, old);
  await bench.stop();
  const again = await bench.start();
  expect((await again.ended(await again.start(stateMachineVersionArn, 2))).output).toBe(2);
});

test('what is being redriven is not deleted, and neither keeps what else is old', async () => {
  const store = new Store(':memory:');
  const row = (id: number) => ({
    executionId: id,
    ...{ events: [], threads: [], forgotten: [], statusEvents: [], mapRuns: [], redrive: undefined },
    end: { status: 'FAILED' as const, stoppedAt: id },
    newRow: {
      execution: {
        ...{ arn: `arn:${id}`, name: `${id}`, machineArn: 'm', version: undefined, alias: undefined },
        ...{ revision: 1, startedAt: 0, input: '1', traceHeader: undefined },
      },
    },
  });
  store.executions.saveProgress([1, 2].map(row), []);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const pruner = new Pruner(
    { days: 90, megabytes: 1024 },
    {
      ended: store.ended,
      clock: { now: () => 91 * DAY, schedule: () => () => {} },
      onFault: (error) => expect.unreachable(String(error)),
      isRunning: (arn) => arn === 'arn:1',
    },
  );
  vi.advanceTimersByTime(1000);
  vi.useRealTimers();
  await pruner.close();
  expect([1, 2].map((id) => store.executions.find(`arn:${id}`)?.status)).toEqual(['FAILED', undefined]);
  store.close();
});
