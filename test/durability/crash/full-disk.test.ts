// A full disk: a request that cannot be written is refused, and what was accepted before is kept.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FunctionServer, functionArn } from '../../../local/states/testing/engine.ts';
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
      return { accepted, refused: error, stateMachineArn };
    }
  }
}

/** Without room for an execution there may be room for something smaller. */
async function fillUp(engine: EngineProcess, resourceArn: unknown): Promise<void> {
  for (let tag = 0, refused = false; !refused; tag += 1) {
    const tags = [{ key: 'tag', value: String(tag) }];
    await engine.call('TagResource', { resourceArn, tags }).catch(({ code }) => {
      expect(code).toBe('InternalFailure');
      refused = true;
    });
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

test('what cannot be written is refused, and nothing that was accepted is lost', async () => {
  const port = await freePort();
  const full = await start(port, 4096);
  const { accepted, refused, stateMachineArn } = await startUntilRefused(full);
  expect(refused).toBeInstanceOf(ApiError);
  expect(refused).toMatchObject({ code: 'InternalFailure' });
  expect(full.stderr).toMatch(/disk|full|I\/O/i);
  // Requests that write nothing are answered.
  expect((await full.call('ListStateMachines', {}))['stateMachines']).toHaveLength(1);
  // Nor what it has still to write when it is stopped.
  await fillUp(full, stateMachineArn);
  await expect(full.call('StopExecution', { executionArn: accepted.at(-1) })).rejects.toThrow(ApiError);
  expect(await full.stop()).toBe(2);
  expect(full.stderr).toMatch(/\norchestra: The last steps could not be written \(.+\)\n$/);
  const engine = await start(port);
  await expectAllWell(engine, accepted);
  expect(engine.stderr).toBe('');
});

const prlimit = spawnSync('prlimit', ['--version']).status === 0;

test.skipIf(!prlimit)('all executions go on once there is room again', async () => {
  const engine = await start(await freePort(), 4096);
  const { accepted } = await startUntilRefused(engine);
  spawnSync('prlimit', ['--pid', String(engine.pid), '--fsize=unlimited:']);
  await untilWritten(engine, accepted[0]);
  await expectAllWell(engine, accepted);
});

test.skipIf(!prlimit)('every other write is refused too, and the engine goes on', async () => {
  const engine = await start(await freePort(), 4096);
  const create = async (name: string, states: object) => {
    const text = JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: Object.keys(states)[0],
      States: states,
    });
    const { stateMachineArn } = await engine.call('CreateStateMachine', {
      name,
      roleArn,
      definition: text,
    });
    return String(stateMachineArn);
  };
  const begin = async (stateMachineArn: string) =>
    (await engine.call('StartExecution', { stateMachineArn }))['executionArn'];
  const asking = await create('asking', {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'ask', Payload: '{% $states.context.Task.Token %}' },
      End: true,
    },
  });
  const waiting = await create('waiting', { W: { Type: 'Wait', Seconds: 3600, End: true } });
  const asked = await begin(asking);
  await functions.untilCalls(1);
  const taskToken = functions.calls[0]?.payload;
  const stopped = await begin(waiting);
  const { accepted } = await startUntilRefused(engine);
  // There may be room for something smaller.
  for (let tag = 0, refused = false; !refused; tag += 1) {
    const tags = [{ key: 'tag', value: String(tag) }];
    const request = engine.call('TagResource', { resourceArn: asking, tags });
    await request.catch(({ code }) => {
      expect(code).toBe('InternalFailure');
      refused = true;
    });
  }
  const m = asking.replace('asking', 'm');
  const big = JSON.stringify({
    Comment: 'x'.repeat(1_000_000),
    StartAt: 'W',
    States: { W: { Type: 'Succeed' } },
  });
  for (const [operation, input] of [
    ['CreateStateMachine', { name: 'n', roleArn, definition: big }],
    ['UpdateStateMachine', { stateMachineArn: m, definition: big }],
    ['SendTaskSuccess', { taskToken, output: '"answer"' }],
    ['StopExecution', { executionArn: stopped }],
  ] as const) {
    await expect(engine.call(operation, input)).rejects.toMatchObject({ code: 'InternalFailure' });
  }
  // An execution of this state machine ends while nothing can be written.
  await engine.call('DeleteStateMachine', { stateMachineArn: waiting }).catch(() => {});
  const { stateMachines } = await engine.call('ListStateMachines', {});
  expect(stateMachines).toHaveLength(3);

  spawnSync('prlimit', ['--pid', String(engine.pid), '--fsize=unlimited:']);
  await untilWritten(engine, asked);
  expect(await engine.call('DescribeExecution', { executionArn: asked })).toMatchObject({
    status: 'SUCCEEDED',
    output: '"answer"',
  });
  expect(await engine.call('DescribeExecution', { executionArn: stopped })).toMatchObject({
    status: 'ABORTED',
  });
  await engine.call('UpdateStateMachine', { stateMachineArn: m, definition: big });
  await expectAllWell(engine, accepted);
});

/** Resolves when what had to wait for room has been written. */
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
