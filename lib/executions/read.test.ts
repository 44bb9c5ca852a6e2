// What is asked to read a log, and by what it is known to be the same.
import { NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { beforeEach, expect, test } from 'vitest';
import type { ExecutionLog } from '../schemas/execution-log.ts';
import { KnownLogs } from './known-logs.ts';
import { executionLogOf } from './log.ts';
import { readTaggedLog } from './read.ts';
import { ended, facts, history, started } from './testing/history.ts';

const NOW = Date.UTC(2026, 2, 1);
let asked: string[] = [];
beforeEach(() => {
  asked = [];
  Object.assign(process.env, {
    STATE_MACHINE_ARN_PREFIX: 'arn:aws:states:us-east-1:1:stateMachine:p-',
    LOGS_BUCKET: 'logs',
  });
});

/** Each command by its name; those that are not named give nothing. */
type Answers = Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => object>>;

function sfnWith(answers: Answers): SFNClient {
  const client = new SFNClient({ region: 'us-east-1' });
  client.middlewareStack.add(
    (_, { commandName = '' }) =>
      async ({ input }) => {
        asked.push(commandName.replace('Command', ''));
        const output = answers[commandName.replace('Command', '')]?.({ ...input }) ?? {};
        return { response: undefined, output: { $metadata: {}, ...output } };
      },
    { step: 'initialize' },
  );
  return client;
}

/** @param log undefined where none was written */
function s3With(log: ExecutionLog | undefined): S3Client {
  const client = new S3Client({ region: 'us-east-1' });
  client.middlewareStack.add(
    (_, { commandName }) =>
      async () => {
        if (commandName === 'GetObjectCommand' && !log) throw new NoSuchKey({ message: '', $metadata: {} });
        const Body = { transformToString: async () => JSON.stringify(log) };
        return { response: undefined, output: { $metadata: {}, Body, ETag: '"1"' } };
      },
    { step: 'initialize' },
  );
  return client;
}

const log = executionLogOf(facts, history(started, ended()));
const read = (s3: S3Client, answers: Answers, ifNoneMatch?: string, now = NOW) =>
  readTaggedLog(log.execution_id, ifNoneMatch, {
    ...{ s3, sfn: sfnWith(answers), now: () => new Date(now), known: new KnownLogs() },
  });

test('of a run that has succeeded Step Functions is asked nothing; any other may have been redriven', async () => {
  expect((await read(s3With(log), {})).log).toEqual(log);
  expect(asked).toEqual([]);
  const failed: ExecutionLog = { ...log, status: 'failed' };
  expect((await read(s3With(failed), { DescribeExecution: () => ({ status: 'FAILED' }) })).log).toEqual(
    failed,
  );
  expect(asked).toEqual(['DescribeExecution']);
});

test('for ten minutes after the end the log is about to be written, then it is made when it is read', async () => {
  const stopDate = new Date(NOW);
  const answers: Answers = {
    DescribeExecution: () => ({ status: 'SUCCEEDED', stopDate }),
    DescribeStateMachineForExecution: () => ({ definition: '{}' }),
    GetExecutionHistory: () => ({ events: history(started, ended()) }),
  };
  await expect(read(s3With(undefined), answers, undefined, NOW + 599_999)).rejects.toMatchObject({
    type: 'log-not-written',
    headers: { 'retry-after': '1' },
  });
  const late = await read(s3With(undefined), answers, undefined, NOW + 600_000);
  expect([late.log?.status, late.log?.output]).toEqual(['succeeded', { number: 7 }]);
});

test.each([
  ['no event came', {}, true],
  ['an event came', { id: 3 }, false],
  ['it was redriven', { redriveCount: 1 }, false],
  ['an iteration of its loop has begun', { running: 2, pending: 1 }, false],
  ['one more iteration runs', { running: 2 }, false],
  ['one iteration fewer waits', { pending: 1 }, false],
  ['an iteration has succeeded', { succeeded: 1, running: 0 }, false],
  ['an iteration has failed', { failed: 1, running: 0 }, false],
])('the log of a run under way is the same where %s: %j %s', async (_, change, isSame) => {
  const answersWith = (more: object): Answers => {
    const now = { ...{ id: 2, redriveCount: 0, succeeded: 0, failed: 0, running: 1, pending: 2 }, ...more };
    const { id, redriveCount, ...itemCounts } = now;
    return {
      DescribeExecution: () => ({ status: 'RUNNING', redriveCount, startDate: new Date(NOW) }),
      DescribeStateMachineForExecution: () => ({ definition: '{}' }),
      GetExecutionHistory: ({ reverseOrder }) => ({ events: reverseOrder ? [{ id }] : history(started) }),
      ListMapRuns: () => ({ mapRuns: [{ mapRunArn: 'arn:mapRun' }] }),
      DescribeMapRun: () => ({ itemCounts }),
    };
  };
  const { tag, log: first } = await read(s3With(undefined), answersWith({}));
  expect(first?.status).toBe('running');
  const again = await read(s3With(undefined), answersWith(change), tag);
  expect(again.log === undefined).toBe(isSame);
  expect(again.tag === tag).toBe(isSame);
});

test('of a run that has ended since it was described the log is about to be written, and none is made of half of it', async () => {
  const answers: Answers = {
    DescribeExecution: () => ({ status: 'RUNNING', redriveCount: 0, startDate: new Date(NOW) }),
    DescribeStateMachineForExecution: () => ({ definition: '{}' }),
    GetExecutionHistory: ({ reverseOrder }) => ({
      events: reverseOrder ? [{ id: 2 }] : history(started, ended()),
    }),
    ListMapRuns: () => ({ mapRuns: [] }),
  };
  await expect(read(s3With(undefined), answers)).rejects.toMatchObject({
    type: 'log-not-written',
    headers: { 'retry-after': '1' },
  });
});
