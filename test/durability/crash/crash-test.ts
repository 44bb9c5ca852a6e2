// The crash test: kills the engine at random moments of a mixed load, and then checks every execution.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Accepted, check } from './check.ts';
import { ApiError, EngineProcess, freePort } from './engine-process.ts';
import { type Kind, kinds, SEQUENCE } from './load.ts';
import { Provider } from './provider.ts';
import { dice } from './random.ts';

export interface CrashTestOptions {
  readonly kills: number;
  readonly seed: number;
  /** Executions started between two kills. */
  readonly starts: number;
  readonly log?: (line: string) => void;
}

export interface CrashTestResult {
  /** What is wrong, a line each. */
  readonly wrong: readonly string[];
  readonly kills: number;
  /** Kills before the engine had come up. */
  readonly killedStarting: number;
  readonly executions: Readonly<Record<string, number>>;
  readonly children: number;
  readonly effects: number;
  /** Calls of functions, and how many of them were cut off by a kill and made again. */
  readonly calls: number;
  readonly repeatedCalls: number;
}

const ROLE = 'arn:aws:iam::000000000000:role/crash-test';
const arnOf = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function crashTest(options: CrashTestOptions): Promise<CrashTestResult> {
  const random = dice(options.seed);
  const folder = mkdtempSync(join(tmpdir(), 'crash-test-'));
  const database = join(folder, 'states.db');
  const provider = new Provider(dice(options.seed + 1), (token, id) => sendBack(engine, token, id));
  const lambdaEndpoint = await provider.listen();
  const engine = new EngineProcess({ database, port: await freePort(), lambdaEndpoint });
  const load = kinds(arnOf);
  const accepted: Promise<Accepted>[] = [];
  let killedStarting = 0;
  try {
    engine.start();
    for (const kind of load) await create(engine, kind);
    for (let kill = 1; kill <= options.kills; kill++) {
      const starting = random.next() < 0.15;
      if (starting) {
        killedStarting += 1;
        await pause(random.integer(0, 500));
      } else {
        await engine.ready;
        for (let n = 0; n < options.starts; n++) {
          accepted.push(start(engine, random.one(load), `${kill}-${n}`));
        }
        await pause(random.integer(0, 600));
      }
      await engine.kill();
      engine.start();
      if (kill % 20 === 0) options.log?.(`${kill} kills, ${accepted.length} executions started`);
    }
    const all = await Promise.all(accepted);
    await untilNoneRuns(engine, load);
    await provider.settled();
    options.log?.('all executions have ended');
    const wrong = (await Promise.all(all.map((one) => check(engine, provider, one)))).flat();
    const children = await checkChildren(engine, provider, all, wrong);
    checkCalls(provider, all, wrong);
    await engine.kill();
    checkFile(database, wrong);
    if (engine.stderr) wrong.push(`the engine wrote to stderr: ${engine.stderr}`);
    return result(options, provider, all, { wrong, killedStarting, children });
  } finally {
    await engine.kill();
    await provider.close();
    rmSync(folder, { recursive: true });
  }
}

async function create(engine: EngineProcess, { name, states }: Kind): Promise<void> {
  const definition = { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states };
  await engine.call('CreateStateMachine', { name, roleArn: ROLE, definition: JSON.stringify(definition) });
}

/** Repeats StartExecution until it is answered; the name makes it one execution, however many answers a kill has cut off. */
async function start(engine: EngineProcess, kind: Kind, id: string): Promise<Accepted> {
  const arn = arnOf(kind.name).replace(':stateMachine:', ':execution:').concat(`:${id}`);
  const request = { stateMachineArn: arnOf(kind.name), name: id, input: JSON.stringify({ id }) };
  try {
    await engine.call('StartExecution', request);
  } catch (error) {
    // It was accepted, and has ended since.
    if (!(error instanceof ApiError && error.code === 'ExecutionAlreadyExists')) throw error;
  }
  if (kind.stopped) {
    // Only once it waits, so that everything before that has been done. One that ended before is found by its check.
    for (;;) {
      const { events } = await engine.call('GetExecutionHistory', {
        executionArn: arn,
        reverseOrder: true,
        maxResults: 1,
      });
      if (
        /"(?:WaitStateEntered|Execution(?:Failed|Aborted|TimedOut|Succeeded))"/.test(JSON.stringify(events))
      )
        break;
      await pause(20);
    }
    await engine.call('StopExecution', { executionArn: arn, error: 'Stop' });
  }
  if (kind.redriven) await redriveUntilDone(engine, arn);
  return { arn, id, kind };
}

async function redriveUntilDone(engine: EngineProcess, executionArn: string): Promise<void> {
  for (;;) {
    const { status, redriveCount } = await engine.call('DescribeExecution', { executionArn });
    if (status === 'SUCCEEDED') return;
    if (status === 'FAILED') {
      // The client token makes it the same redrive when a kill has cut off the answer.
      await engine.call('RedriveExecution', { executionArn, clientToken: `redrive-${redriveCount}` });
    }
    await pause(50);
  }
}

/** A task that no longer waits has its answer, or was called again under another token. */
async function sendBack(engine: EngineProcess, taskToken: string, id: string): Promise<void> {
  try {
    await engine.call('SendTaskSuccess', { taskToken, output: JSON.stringify({ id }) });
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'TaskTimedOut')) throw error;
  }
}

async function untilNoneRuns(engine: EngineProcess, load: readonly Kind[]): Promise<void> {
  for (const { name } of load) {
    for (;;) {
      const request = { stateMachineArn: arnOf(name), statusFilter: 'RUNNING', maxResults: 1 };
      const { executions } = await engine.call('ListExecutions', request);
      if (Array.isArray(executions) && executions.length === 0) break;
      await pause(100);
    }
  }
}

/** Checks the executions that others have started, and their number. */
async function checkChildren(
  engine: EngineProcess,
  provider: Provider,
  all: readonly Accepted[],
  wrong: string[],
): Promise<number> {
  const [sequence] = kinds(arnOf);
  const ids = new Set(all.map(({ id }) => id));
  const found = await listed(engine, 'ListExecutions', 'executions', { stateMachineArn: arnOf(SEQUENCE) });
  const nested = found.filter(({ name }) => !ids.has(String(name)));
  const expected = all.reduce((sum, { kind }) => sum + (kind.children ?? 0), 0);
  if (nested.length !== expected) wrong.push(`${nested.length} nested executions, not ${expected}`);
  const children = nested.map((child) => ({ arn: String(child['executionArn']), kind: sequence }));
  for (const { arn, kind, id } of all) {
    if (!kind.mapChildren) continue;
    const { count, kind: child } = kind.mapChildren;
    const [run, ...others] = await listed(engine, 'ListMapRuns', 'mapRuns', { executionArn: arn });
    if (others.length > 0) wrong.push(`${kind.name} ${id} has ${others.length + 1} Map Runs`);
    const items = await listed(engine, 'ListExecutions', 'executions', { mapRunArn: run?.['mapRunArn'] });
    if (items.length !== count) wrong.push(`${kind.name} ${id} has ${items.length} children, not ${count}`);
    for (const item of items) children.push({ arn: String(item['executionArn']), kind: child });
  }
  for (const { arn, kind } of children) {
    const { input } = await engine.call('DescribeExecution', { executionArn: arn });
    wrong.push(...(await check(engine, provider, { arn, kind, id: JSON.parse(String(input)).id })));
  }
  return children.length;
}

async function listed(engine: EngineProcess, operation: string, field: string, input: object) {
  const rows: Record<string, unknown>[] = [];
  let nextToken: unknown;
  do {
    const page = await engine.call(operation, { ...input, ...(nextToken !== undefined && { nextToken }) });
    rows.push(...(page[field] as Record<string, unknown>[])); // as the API has them
    nextToken = page['nextToken'];
  } while (nextToken !== undefined);
  return rows;
}

/** Reports calls that no execution should have made. */
function checkCalls(provider: Provider, all: readonly Accepted[], wrong: string[]): void {
  const expected = new Set(all.flatMap(({ id, kind }) => kind.calls.map((call) => id + call)));
  for (const call of provider.calls.keys()) {
    if (!expected.has(call)) wrong.push(`${call} was called, and belongs to nothing`);
  }
}

function checkFile(file: string, wrong: string[]): void {
  const database = new DatabaseSync(file);
  try {
    const answer = database.prepare('PRAGMA integrity_check').get()?.['integrity_check'];
    if (answer !== 'ok') wrong.push(`SQLite says of the file: ${answer}`);
    const left = database.prepare(
      `SELECT COUNT(*) AS count FROM threads JOIN executions ON executions.id = threads.execution
       WHERE status IN ('RUNNING', 'SUCCEEDED')`,
    );
    const { count } = left.get() ?? {};
    if (count !== 0) wrong.push(`${count} checkpoints of executions that need none are left`);
  } finally {
    database.close();
  }
}

function result(
  { kills }: CrashTestOptions,
  { calls, effects, taken }: Provider,
  all: readonly Accepted[],
  found: { wrong: readonly string[]; killedStarting: number; children: number },
): CrashTestResult {
  const executions: Record<string, number> = {};
  for (const { kind } of all) executions[kind.name] = (executions[kind.name] ?? 0) + 1;
  const made = [...calls.values()].reduce((sum, count) => sum + count, 0);
  return {
    ...found,
    kills,
    executions,
    effects: effects.size,
    calls: made,
    repeatedCalls: taken - effects.size,
  };
}
