// The iterations of a distributed loop however they ended, with a Step Functions that lists them by status.
import { createServer } from 'node:http';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { close, listen, readBody } from '../../local/shared/http-server.ts';
import { readMapRuns } from './map-runs.ts';

const mapRunArn = 'arn:aws:states:us-east-1:000000000000:mapRun:m/each:1';
const prefix = 'arn:aws:states:us-east-1:000000000000:execution:m/each:';
/** By the iteration's name its index, and the event that it ended with. */
const children: Readonly<Record<string, readonly (readonly [string, number, object])[]>> = {
  FAILED: [['f', 4, { type: 'ExecutionFailed', executionFailedEventDetails: { error: 'Bad', cause: 'so' } }]],
  TIMED_OUT: [['t', 2, { type: 'ExecutionTimedOut', executionTimedOutEventDetails: {} }]],
  SUCCEEDED: [
    ['s', 3, { type: 'ExecutionSucceeded', executionSucceededEventDetails: { output: '"ok"' } }],
    [
      'c',
      1,
      {
        type: 'ExecutionSucceeded',
        executionSucceededEventDetails: { output: '{"error":{"name":"Late","message":"m","index":1}}' },
      },
    ],
  ],
  ABORTED: [['a', 0, { type: 'ExecutionAborted', executionAbortedEventDetails: {} }]],
};
const itemCounts = {
  ...{
    total: 7,
    pending: 1,
    running: 0,
    succeeded: 2,
    failed: 1,
    timedOut: 1,
    aborted: 2,
    resultsWritten: 0,
  },
};
const listed: string[] = [];

const request = z.object({
  statusFilter: z.string().optional(),
  maxResults: z.number().optional(),
  executionArn: z.string().optional(),
});
const server = createServer(async (incoming, outgoing) => {
  const asked = request.parse(JSON.parse(String(await readBody(incoming, 100_000))));
  outgoing.writeHead(200).end(JSON.stringify(answer(String(incoming.headers['x-amz-target']), asked)));
});

function answer(target: string, { statusFilter = '', maxResults, executionArn }: z.infer<typeof request>) {
  if (target.endsWith('DescribeMapRun')) return { mapRunArn, itemCounts };
  if (target.endsWith('ListExecutions')) {
    listed.push(`${statusFilter} ${maxResults}`);
    const executions = (children[statusFilter] ?? []).slice(0, maxResults);
    return {
      executions: executions.map(([name, index]) => ({
        executionArn: prefix + name,
        status: statusFilter,
        stopDate: index,
      })),
    };
  }
  const [name, index, end] = Object.values(children)
    .flat()
    .find(([child]) => executionArn === prefix + child) ?? ['', -1, {}];
  const started = { type: 'ExecutionStarted', executionStartedEventDetails: { input: `{"index":${index}}` } };
  return { events: [started, { name, ...end }].map((event, at) => ({ id: at + 1, timestamp: 0, ...event })) };
}

let client: SFNClient;
beforeAll(async () => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SFNClient({ endpoint: await listen(server, 0), region: 'us-east-1', credentials });
});
afterAll(() => close(server));

const history = [
  { id: 1, timestamp: new Date(0), type: 'ExecutionStarted' as const },
  {
    id: 2,
    timestamp: new Date(0),
    type: 'MapRunStarted' as const,
    mapRunStartedEventDetails: { mapRunArn },
  },
];

test('those that timed out count as failed, each has its error, and they come by index', async () => {
  const found = await readMapRuns(history, () => [], client);
  const ended = { steps: [], aborted: false, caught: null, error: null };
  expect([...found.values()]).toEqual([
    {
      ...{ arn: mapRunArn, total: 7, succeeded: 2, failed: 2, left: 1 },
      iterations: [
        {
          ...ended,
          ...{ index: 0, aborted: true, endedAt: new Date(0) },
          error: { name: 'Aborted', message: 'The execution was stopped' },
        },
        { ...ended, index: 1, endedAt: new Date(1000), caught: { name: 'Late', message: 'm' } },
        {
          ...{ ...ended, index: 2, endedAt: new Date(2000) },
          error: { name: 'States.Timeout', message: 'The execution ran into its time limit' },
        },
        { ...ended, index: 3, endedAt: new Date(3000) },
        { ...ended, index: 4, endedAt: new Date(4000), error: { name: 'Bad', message: 'so' } },
      ],
    },
  ]);
});

test('of more iterations than are read those that failed come first', async () => {
  listed.length = 0;
  const [run] = (await readMapRuns(history, () => [], client, { iterations: 3, mapRuns: 1 })).values();
  expect(run?.iterations.map(({ index }) => index)).toEqual([2, 3, 4]);
  expect(listed).toEqual(['FAILED 3', 'TIMED_OUT 2', 'SUCCEEDED 1']);
});

test('no more Map Runs are read than there is room for', async () => {
  expect((await readMapRuns(history, () => [], client, { iterations: 3, mapRuns: 0 })).size).toBe(0);
});
