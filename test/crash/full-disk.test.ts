// A full disk: what cannot be written is answered with an error, and what was accepted before is there afterwards.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FunctionServer, functionArn } from '../../local/states/test-support.ts';
import { type Answer, ApiError, EngineProcess, freePort } from './engine-process.ts';

let folder: string;
let functions: FunctionServer;
const engines: EngineProcess[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
  functions = await FunctionServer.start(() => ({ payload: 'done' }));
});
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.kill()));
  await functions.close();
  rmSync(folder, { recursive: true });
});

async function start(port: number, maxFileKb?: number): Promise<EngineProcess> {
  const engine = new EngineProcess({
    database: join(folder, 'states.db'),
    port,
    lambdaEndpoint: functions.endpoint,
    ...(maxFileKb !== undefined && { maxFileKb }),
  });
  engines.push(engine);
  engine.start();
  await engine.ready;
  return engine;
}

const definition = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'Wait',
  States: {
    Wait: { Type: 'Wait', Seconds: 2, Next: 'Call' },
    Call: { Type: 'Task', Resource: functionArn('f'), Arguments: {}, End: true },
  },
});
const roleArn = 'arn:aws:iam::000000000000:role/test';

const input = JSON.stringify('x'.repeat(100_000));

/** Starts executions until one is refused; gives those that were accepted, and the refusal. */
async function startUntilRefused(engine: EngineProcess) {
  const { stateMachineArn } = await engine.call('CreateStateMachine', { name: 'm', roleArn, definition });
  const accepted: unknown[] = [];
  for (;;) {
    try {
      const { executionArn } = await engine.call('StartExecution', { stateMachineArn, input });
      expect(accepted.push(executionArn)).toBeLessThan(100);
    } catch (error) {
      expect(accepted.length).toBeGreaterThan(3);
      return { accepted, refused: error };
    }
  }
}

async function expectAllWell(engine: EngineProcess, executions: readonly unknown[]): Promise<void> {
  for (const executionArn of executions) {
    let execution: Answer = {};
    do execution = await engine.call('DescribeExecution', { executionArn });
    while (execution['status'] === 'RUNNING');
    expect([execution['status'], execution['output']]).toEqual(['SUCCEEDED', '"done"']);
  }
}

test('what cannot be written is refused, and nothing that was accepted is lost', {
  timeout: 60_000,
}, async () => {
  const port = await freePort();
  const full = await start(port, 4096);
  const { accepted, refused } = await startUntilRefused(full);
  expect(refused).toBeInstanceOf(ApiError);
  expect(refused).toMatchObject({ code: 'InternalFailure' });
  expect(full.complaints).toMatch(/disk|full|I\/O/i);
  // What needs no writing is answered.
  expect((await full.call('ListStateMachines', {}))['stateMachines']).toHaveLength(1);
  await full.kill();
  const engine = await start(port);
  await expectAllWell(engine, accepted);
  expect(engine.complaints).toBe('');
});

const prlimit = spawnSync('prlimit', ['--version']).status === 0;

test.skipIf(!prlimit)('once there is room again, all goes on', { timeout: 60_000 }, async () => {
  const engine = await start(await freePort(), 4096);
  const { accepted } = await startUntilRefused(engine);
  spawnSync('prlimit', ['--pid', String(engine.pid), '--fsize=unlimited:']);
  await untilWritten(engine, accepted[0]);
  await expectAllWell(engine, accepted);
});

/** Until what had to wait for room has been written. */
async function untilWritten(engine: EngineProcess, executionArn: unknown): Promise<void> {
  for (;;) {
    try {
      await engine.call('DescribeExecution', { executionArn });
      return;
    } catch (error) {
      expect(error).toMatchObject({ code: 'InternalFailure' });
    }
  }
}
