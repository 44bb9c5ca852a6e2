// Which rows Step Functions is asked about, and when again.
import { NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { ExecutionDoesNotExist, SFNClient } from '@aws-sdk/client-sfn';
import { beforeEach, expect, test } from 'vitest';
import { indexRow } from '../../test/support/index-rows.ts';
import type { ExecutionLog } from '../schemas/execution-log.ts';
import { executionLogOf } from './log.ts';
import { LostEnds } from './lost-ends.ts';
import { RunIndex } from './run-index.ts';
import type { RunRow } from './run-row.ts';
import { ended, facts, history, started } from './testing/history.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 2, 1);
const at = (ms: number) => new Date(START + ms).toISOString();

let now = 0;
let asked: string[] = [];
let described: object | undefined;
let log: ExecutionLog | undefined;
let lostEnds: LostEnds;
beforeEach(() => {
  asked = [];
  described = { status: 'RUNNING' };
  log = undefined;
  Object.assign(process.env, {
    STATE_MACHINE_ARN_PREFIX: 'arn:aws:states:us-east-1:1:stateMachine:p-',
    LOGS_BUCKET: 'logs',
  });
  const s3 = new S3Client({ region: 'us-east-1' });
  s3.middlewareStack.add(
    (_, { commandName }) =>
      async () => {
        if (commandName === 'GetObjectCommand' && !log) throw new NoSuchKey({ message: '', $metadata: {} });
        const Body = { transformToString: async () => JSON.stringify(log) };
        return { response: undefined, output: { $metadata: {}, Body, ETag: '"1"' } };
      },
    { step: 'initialize' },
  );
  const sfn = new SFNClient({ region: 'us-east-1' });
  sfn.middlewareStack.add(
    (_, { commandName }) =>
      async ({ input }) => {
        if (commandName !== 'DescribeExecutionCommand')
          return { response: undefined, output: { $metadata: {}, definition: '{"Comment":"w version 3"}' } };
        const { executionArn }: { executionArn: string } = Object.assign({ executionArn: '' }, input);
        asked.push(executionArn.split(':').slice(-1).join());
        if (!described) throw new ExecutionDoesNotExist({ message: '', $metadata: {} });
        return { response: undefined, output: { $metadata: {}, startDate: new Date(START), ...described } };
      },
    { step: 'initialize' },
  );
  lostEnds = new LostEnds({ s3, sfn, index: new RunIndex(s3, 'runs'), now: () => new Date(START + now) });
});

const running = (id: string, more: Partial<RunRow> = {}) =>
  indexRow(id, at(0), { status: 'running', ended_at: null, workflow_version: null, ...more });

test('a run is asked about five minutes after its start, and then every ten minutes', async () => {
  const row = running('w.1');
  const askedAt = async (ms: number) => {
    now = ms;
    asked = [];
    expect(await lostEnds.mended([row])).toEqual([row]);
    return asked;
  };
  expect(await askedAt(5 * MINUTE - 1)).toEqual([]);
  expect(await askedAt(5 * MINUTE)).toEqual(['1']);
  expect(await askedAt(15 * MINUTE - 1)).toEqual([]);
  expect(await askedAt(15 * MINUTE)).toEqual(['1']);
});

test('one that has ended is not asked about, and ten are asked about at a time', async () => {
  now = MINUTE * 60;
  const many = Array.from({ length: 12 }, (_, n) => running(`w.${n}`));
  const rows = [indexRow('w.ended', at(0)), ...many];
  expect(await lostEnds.mended(rows)).toEqual(rows);
  expect(asked).toEqual(many.slice(0, 10).map(({ id }) => id.slice(2)));
  asked = [];
  await lostEnds.mended(rows);
  expect(asked).toEqual(['10', '11']);
});

test('the end has what Step Functions tells of it, and what the row knew', async () => {
  now = MINUTE * 60;
  described = { status: 'ABORTED', redriveCount: 2, stopDate: new Date(START + 5), error: 'E', cause: 'C' };
  const row = running('w.1', { input_preview: '{"a":1}', trigger: { type: 'schedule' } });
  expect(await lostEnds.mended([row])).toEqual([
    {
      ...row,
      ...{ status: 'aborted', ended_at: at(5), redrive_count: 2 },
      workflow_version: 3,
      error: expect.objectContaining({ step_id: null }),
    },
  ]);
});

test('of an execution that is gone its log tells the end, the row where it stands and what started it', async () => {
  now = MINUTE * 60;
  described = undefined;
  log = { ...executionLogOf(facts, history(started, ended())), trigger: { type: 'api', user: 'ada' } };
  const row = running(log.execution_id, { started_at: at(1), trigger: { type: 'schedule' } });
  const [end] = await lostEnds.mended([row]);
  expect(end).toMatchObject({ status: 'succeeded', started_at: at(1), trigger: { type: 'schedule' } });
  log = undefined;
  expect(await lostEnds.mended([running('w.gone')])).toEqual([]);
});
