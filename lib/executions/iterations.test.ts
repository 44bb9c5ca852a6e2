// The iterations of loops: those in the log, and those that are executions of their own, as Step Functions has them.
import { type ExecutionStatus, SFNClient } from '@aws-sdk/client-sfn';
import { beforeEach, expect, test } from 'vitest';
import type { ExecutionLog, StepLog } from '../schemas/execution-log.ts';
import { listIterations } from './iterations.ts';
import { iterationsOf } from './iterations-log.ts';
import { readLiveMapRuns } from './live-map-runs.ts';
import type { Iteration, MapRun } from './map-runs.ts';
import { LoopIndex, stepSummaries } from './step-summaries.ts';

const mapRun = 'arn:aws:states:us-east-1:1:mapRun:p-w/each:1';
const child = (name: string) => `arn:aws:states:us-east-1:1:execution:p-w/each:${name}`;
beforeEach(() => {
  process.env['STATE_MACHINE_ARN_PREFIX'] = 'arn:aws:states:us-east-1:1:stateMachine:p-';
});

/** Step Functions, as far as a test needs it: each command by its name. */
function sfnWith(commands: Readonly<Record<string, (input: Record<string, unknown>) => object>>): SFNClient {
  const client = new SFNClient({ region: 'us-east-1' });
  client.middlewareStack.add(
    (_, { commandName = '' }) =>
      async ({ input }) => {
        const answer = commands[commandName.replace('Command', '')];
        if (!answer) throw new TypeError(`${commandName} is not expected`);
        return { response: undefined, output: { $metadata: {}, ...answer({ ...input }) } };
      },
    { step: 'initialize' },
  );
  return client;
}

const step = (id: string, more: Partial<StepLog> = {}): StepLog => ({
  id,
  action: 'transform',
  status: 'succeeded',
  attempts: 0,
  started_at: '2026-03-01T00:00:00.000Z',
  ended_at: '2026-03-01T00:00:01.000Z',
  input: null,
  output: null,
  error: null,
  usage: null,
  ...more,
});
const logOf = (...steps: StepLog[]): ExecutionLog => ({
  execution_id: 'w.1',
  workflow_id: 'w',
  workflow_version: 1,
  status: 'succeeded',
  started_at: '2026-03-01T00:00:00.000Z',
  ended_at: '2026-03-01T00:00:09.000Z',
  redrive_count: 0,
  rerun_of: null,
  trigger: null,
  input: {},
  output: null,
  error: null,
  usage: null,
  steps,
});
const inLoop = (id: string, index: number, more: Partial<StepLog> = {}) =>
  step(id, { loop: 'each', index: [index], ...more });
const error = (message: string) => ({ name: 'Bad', message });

test('those of a loop in the log come in pages by their index, each with its last error', async () => {
  const log = logOf(
    step('each', { action: 'for_each' }),
    inLoop('a', 2, { started_at: '2026-03-01T00:00:02.000Z', ended_at: '2026-03-01T00:00:03.000Z' }),
    inLoop('b', 2, { started_at: '2026-03-01T00:00:03.000Z', ended_at: '2026-03-01T00:00:05.000Z' }),
    inLoop('a', 0, { status: 'caught', error: error('first') }),
    inLoop('b', 0, { status: 'failed', error: error('last') }),
    inLoop('a', 1, { status: 'running', ended_at: null }),
  );
  const list = async (query: object) => {
    const page = await listIterations(log, { loop: 'each', limit: 10, ...query }, sfnWith({}));
    return { ...page, items: page.items.map(({ index, status }) => `${index} ${status}`) };
  };
  const all = ['0 failed', '1 running', '2 succeeded'];
  expect(await list({})).toEqual({ items: all, nextCursor: null });
  expect(await list({ limit: 3 })).toEqual({ items: all, nextCursor: null });
  const first = await list({ limit: 2 });
  expect(first.items).toEqual(all.slice(0, 2));
  expect(await list({ limit: 2, cursor: first.nextCursor })).toEqual({
    items: all.slice(2),
    nextCursor: null,
  });
  expect((await list({ status: 'running' })).items).toEqual(['1 running']);
  const { items } = await listIterations(log, { loop: 'each', limit: 10 }, sfnWith({}));
  expect(
    items.map(({ error, started_at, ended_at }) => [
      error?.message,
      started_at.slice(17),
      ended_at?.slice(17),
    ]),
  ).toEqual([
    ['last', '00.000Z', '01.000Z'],
    [undefined, '00.000Z', undefined],
    [undefined, '02.000Z', '05.000Z'],
  ]);
  await expect(list({ loop: 'a' })).rejects.toMatchObject({ type: 'not-found' });
});

const executions: readonly (readonly [
  name: string,
  status: ExecutionStatus,
  index: number,
  output?: unknown,
])[] = [
  ['ok', 'SUCCEEDED', 0, 'ok'],
  ['late', 'TIMED_OUT', 1],
  ['bad', 'FAILED', 2],
  ['caught', 'SUCCEEDED', 3, { error: { name: 'Late', message: 'm', index: 3 } }],
  ['runs', 'RUNNING', 4],
  ['again', 'PENDING_REDRIVE', 5],
  ['stopped', 'ABORTED', 6],
];
const distributed = sfnWith({
  ListExecutions: ({ statusFilter, maxResults, nextToken = 0 }) => {
    const all = executions.filter(([, status]) => status === statusFilter);
    const end = Number(nextToken) + Number(maxResults);
    const page = all.slice(Number(nextToken), end).map(([name]) => ({ executionArn: child(name) }));
    return { executions: page, ...(end < all.length && { nextToken: `${end}` }) };
  },
  DescribeExecution: ({ executionArn }) => {
    const [, status, index, output] = executions.find(([name]) => child(name) === executionArn) ?? [];
    return {
      ...{ status, input: JSON.stringify({ index }), startDate: new Date(0) },
      ...(output !== undefined && { output: JSON.stringify(output) }),
      ...(status === 'FAILED' && { error: 'Bad', cause: '{"errorMessage":"so"}' }),
    };
  },
});
const iterations = { map_run_arn: mapRun, total: 7, succeeded: 1, failed: 3, failures: [], listed: 0 };
const outside = logOf(step('each', { action: 'for_each', iterations }));

test('those of a distributed loop come by their status, those that failed first, page by page', async () => {
  const found: string[] = [];
  let cursor: string | null = '';
  for (let pages = 0; cursor !== null && pages < 20; pages += 1) {
    const query = { loop: 'each', limit: 2, ...(cursor !== '' && { cursor }) };
    const page = await listIterations(outside, query, distributed);
    found.push(...page.items.map(({ index, status, iteration }) => `${index} ${status} ${iteration}`));
    cursor = page.nextCursor;
  }
  expect(found).toEqual([
    '2 failed each:bad',
    '1 failed each:late',
    '4 running each:runs',
    '5 running each:again',
    '6 aborted each:stopped',
    '0 succeeded each:ok',
    '3 caught each:caught',
  ]);
});

test.each([
  ['failed', ['2 Bad', '1 States.Timeout']],
  ['running', ['4 ', '5 ']],
  ['succeeded', ['0 ']],
  ['caught', ['3 Late']],
  ['aborted', ['6 ']],
  ['pending', []],
] as const)('those with the status %s', async (status, wanted) => {
  const { items } = await listIterations(outside, { loop: 'each', limit: 10, status }, distributed);
  expect(items.map(({ index, error }) => `${index} ${error?.name ?? ''}`)).toEqual(wanted);
});

test('while a distributed loop runs its iterations are counted, those that timed out among the failed ones', async () => {
  const many = Array.from({ length: 25 }, (_, n) => ({ mapRunArn: `${mapRun}${n}` }));
  const sfn = sfnWith({
    ListMapRuns: ({ nextToken }) =>
      nextToken ? { mapRuns: many.slice(10) } : { mapRuns: many.slice(0, 10), nextToken: 'more' },
    DescribeMapRun: () => ({
      itemCounts: { total: 9, succeeded: 3, failed: 1, timedOut: 2, running: 1, pending: 2 },
    }),
  });
  const found = await readLiveMapRuns(child('x'), sfn);
  expect([...found.keys()]).toEqual(many.slice(0, 20).map(({ mapRunArn }) => mapRunArn));
  expect(found.get(`${mapRun}0`)).toEqual({
    ...{ arn: `${mapRun}0`, total: 9, succeeded: 3, failed: 3, iterations: [] },
    live: { running: 1, pending: 2 },
  });
});

const ended = (index: number, more: Partial<Iteration> = {}): Iteration => ({
  ...{ index, error: null, aborted: false, endedAt: undefined, caught: null, steps: [] },
  ...more,
});
const run = (...all: Iteration[]): MapRun => ({
  arn: mapRun,
  total: 5,
  succeeded: 4,
  failed: 1,
  iterations: all,
});

test('failures that were given as results count as failures, whether an iteration was read or not', () => {
  const failed = ended(4, { error: error('four') });
  const caught = ended(2, { caught: error('two') });
  const output = [1, { error: { name: 'Late', message: 'one', index: 1 } }, 3, 4, 5];
  expect(
    iterationsOf(run(failed, caught, ended(3, { error: error('no'), aborted: true })), { output }),
  ).toEqual({
    ...{ map_run_arn: mapRun, total: 5, succeeded: 2, failed: 3, listed: 3 },
    failures: [
      { index: 1, name: 'Late', message: 'one' },
      { index: 2, ...error('two') },
      { index: 4, ...error('four') },
    ],
  });
  // Something else than the results.
  expect(iterationsOf(run(), { output: output.slice(0, 4) })).toMatchObject({ succeeded: 4, failures: [] });
});

test('of a loop that tolerates too few of them its error says how many failed', () => {
  const message = '3 of 5 items failed, more than the 1 that are tolerated. Item 0: Bad: x';
  const found = iterationsOf(run(ended(0, { caught: error('x') })), { error: error(message) });
  expect(found).toMatchObject({ succeeded: 1, failed: 4 });
  expect(iterationsOf(run(), { error: error('3 failed') })).toMatchObject({ succeeded: 4, failed: 1 });
});

test('a long message is cut in lists, and not within a character', () => {
  const shown = (message: string) =>
    stepSummaries([step('a', { error: error(message) })], {})[0]?.error?.message;
  expect(shown('x'.repeat(300))).toBe('x'.repeat(300));
  expect(shown('x'.repeat(301))).toBe(`${'x'.repeat(300)}…`);
  expect(shown(`${'x'.repeat(299)}😀`)).toBe(`${'x'.repeat(299)}…`);
});

test('what a loop’s iterations are is said by what matters most in each, and by what the log lists', () => {
  const statesOf = (loop: Partial<StepLog>, ...steps: StepLog[]) =>
    new LoopIndex(steps).statesOf(step('each', { action: 'for_each', ...loop }));
  const steps = [
    inLoop('a', 0, { status: 'caught' }),
    inLoop('b', 0, { status: 'failed' }),
    inLoop('a', 1, { status: 'skipped' }),
    inLoop('a', 3, { status: 'caught' }),
    inLoop('b', 3, { status: 'running' }),
    inLoop('a', 4, { status: 'caught' }),
  ];
  expect(statesOf({}, ...steps)).toEqual({
    ...{ total: 5, succeeded: 2, failed: 1 },
    states: [
      ['failed', 1],
      ['succeeded', 2],
      ['running', 1],
      ['caught', 1],
    ],
  });
  const listed = {
    ...iterations,
    total: 3,
    succeeded: 2,
    failed: 1,
    failures: [{ index: 1, ...error('x') }],
  };
  const states = (status: StepLog['status'], failed: number) =>
    statesOf({ status, iterations: { ...listed, failed } }).states;
  expect(states('succeeded', 1)).toEqual([
    ['succeeded', 1],
    ['caught', 1],
    ['succeeded', 1],
  ]);
  expect(states('succeeded', 2)).toEqual([
    [null, 1],
    ['caught', 1],
    [null, 1],
  ]);
  expect(states('failed', 1)).toEqual([
    [null, 1],
    ['failed', 1],
    [null, 1],
  ]);
});
