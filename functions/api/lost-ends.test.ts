// Runs whose end no event told: what a list makes of their rows, and what it asks Step Functions for that.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { logKey } from '../../lib/arns.ts';
import { setting } from '../../lib/config.ts';
import { listExecutions } from '../../lib/executions/list.ts';
import { LostEnds } from '../../lib/executions/lost-ends.ts';
import { recordEnd } from '../../lib/executions/record.ts';
import { RunIndex } from '../../lib/executions/run-index.ts';
import type { RunRow } from '../../lib/executions/run-row.ts';
import { startedRow } from '../../lib/executions/run-rows.ts';
import { summarizeRuns } from '../../lib/executions/runs-summary.ts';
import {
  type ApiStack,
  executionCalls,
  greeting,
  startApiStack,
  waiting,
} from '../../test/support/api-stack.ts';

const MINUTE = 60_000;

let api: ApiStack;
let s3: S3Client;
let sfn: SFNClient;
let index: RunIndex;
let asked = 0;
let minutes = 0;
let lostEnds: LostEnds;
beforeAll(async () => {
  // Nothing records what happens.
  api = await startApiStack();
  s3 = new S3Client({ forcePathStyle: true });
  sfn = new SFNClient({});
  sfn.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'DescribeExecutionCommand') asked += 1;
        return next(args);
      },
    { step: 'initialize' },
  );
  index = new RunIndex(s3);
  for (const body of [greeting, waiting, failing]) await api.request('POST', '/workflows', { body });
});
afterAll(() => api.close());
beforeEach(() => {
  asked = 0;
  minutes = 0;
  lostEnds = new LostEnds({ s3, sfn, index, now: () => new Date(Date.now() + minutes * MINUTE) });
});

const failing = {
  id: 'failing',
  name: 'Failing',
  steps: [{ id: 'stop', fail: { error: 'Refused', cause: 'No more' } }],
};

const { start } = executionCalls(() => api);

const arnOf = (id: string) =>
  `arn:aws:states:us-east-1:000000000000:execution:ai-orchestra-local-${id.replace('.', ':')}`;

/** Tells the index alone that it has started. */
async function told(id: string, startedAt: string): Promise<RunRow> {
  const row = startedRow({ executionArn: arnOf(id), startDate: Date.parse(startedAt), input: '{}' });
  await index.started(row);
  return row;
}

const list = async (query: Partial<Parameters<typeof listExecutions>[0]> = {}) =>
  (await listExecutions({ limit: 100, ...query }, index, lostEnds.mended)).items;

/** As the index itself has it. */
const indexed = async (id: string) => (await listExecutions({ limit: 100, id }, index)).items;

test.each([
  ['greeting', { name: 'Ada' }, { status: 'succeeded', error: null }],
  ['failing', {}, { status: 'failed', error: { name: 'Refused', step_id: 'stop', message: 'No more' } }],
] as const)('the end of %s is read when its row is old, and written', async (workflow, input, end) => {
  const run = (await start(input, { prefer: 'wait=20' }, workflow)).body;
  await told(run.id, run.started_at);
  minutes = 4;
  expect(await list({ id: run.id })).toMatchObject([{ id: run.id, status: 'running' }]);
  expect(asked).toBe(0);
  minutes = 6;
  const mended = {
    ...end,
    id: run.id,
    started_at: run.started_at,
    ended_at: run.ended_at,
    workflow_version: 1,
  };
  expect(await list({ id: run.id })).toMatchObject([mended]);
  expect(await indexed(run.id)).toMatchObject([mended]);
  expect(await list({ id: run.id, status: 'running' })).toEqual([]);
});

test('a run that does run is asked about again ten minutes later', async () => {
  const run = (await start({}, {}, 'waiting')).body;
  await told(run.id, run.started_at);
  minutes = 6;
  for (let times = 0; times < 3; times += 1)
    expect(await list({ id: run.id })).toMatchObject([{ status: 'running' }]);
  expect(asked).toBe(1);
  await api.answerAction({ output: { text: 'hello' } });
  minutes = 17;
  await expect.poll(() => list({ id: run.id, status: 'running' })).toEqual([]);
  await expect.poll(() => indexed(run.id)).toMatchObject([{ status: 'succeeded' }]);
});

test('a list asks about ten runs, and the summary counts what it finds', async () => {
  const runs = await Promise.all(
    Array.from({ length: 12 }, async () => (await start({ name: 'Ada' }, { prefer: 'wait=20' })).body),
  );
  for (const run of runs) await told(run.id, run.started_at);
  minutes = 6;
  const statuses = (await list({ workflow_id: 'greeting' })).map(({ status }) => status);
  expect([asked, statuses.filter((status) => status === 'running').length]).toEqual([10, 2]);
  const { running } = await summarizeRuns(new Date(0), index, lostEnds.mended);
  expect([asked, running.count]).toEqual([12, 0]);
});

test('of an execution that is gone the log tells the end; without one the row goes', async () => {
  const run = (await start({ name: 'Ada' }, { prefer: 'wait=20' })).body;
  await recordEnd(arnOf(run.id), { s3, sfn });
  const { body: log } = await api.request('GET', `/executions/${run.id}/log`);
  await s3.send(
    new PutObjectCommand({
      Bucket: setting('LOGS_BUCKET'),
      Key: logKey('gone', 'logged'),
      Body: JSON.stringify({ ...log, execution_id: 'gone.logged', workflow_id: 'gone' }),
    }),
  );
  const row = await told('gone.logged', run.started_at);
  // The log is of the attempt before.
  await index.started({ ...row, redrive_count: 1 });
  await told('gone.unlogged', run.started_at);
  minutes = 6;
  const left = [{ id: 'gone.logged', status: 'succeeded', ended_at: run.ended_at }];
  expect(await list({ workflow_id: 'gone' })).toMatchObject(left);
  expect(await indexed('gone.')).toMatchObject(left);
});

test('a row stays as it is while Step Functions does not answer', async () => {
  const run = (await start({ name: 'Ada' }, { prefer: 'wait=20' })).body;
  await told(run.id, run.started_at);
  const broken = new SFNClient({ maxAttempts: 1 });
  broken.middlewareStack.add((next) => (args) => next({ ...args, input: { executionArn: 'no ARN' } }), {
    step: 'initialize',
  });
  const now = () => new Date(Date.now() + 6 * MINUTE);
  const { mended } = new LostEnds({ s3, sfn: broken, index, now });
  const { items } = await listExecutions({ limit: 100, id: run.id }, index, mended);
  expect(items).toMatchObject([{ id: run.id, status: 'running' }]);
});
