// Merging the executions of many workflows, with a Step Functions that gives equal start times in any order.
import { createServer } from 'node:http';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { close, listen, readBody } from '../../local/shared/http-server.ts';
import type { WorkflowStore } from '../stores/workflows.ts';
import { listExecutions } from './list.ts';

const prefix = 'arn:aws:states:us-east-1:000000000000:stateMachine:p-';
/** Names and start seconds by workflow, the latest first, equal ones in no order. */
const executions: Record<string, readonly (readonly [name: string, second: number])[]> = {
  a: [
    ['5', 9],
    ['2', 7],
    ['9', 7],
    ['1', 7],
    ['7', 7],
    ['0', 3],
  ],
  b: [
    ['8', 7],
    ['3', 7],
    ['4', 7],
    ['6', 2],
  ],
  empty: [],
};
const asked: string[] = [];

const server = createServer(async (request, response) => {
  const { stateMachineArn, maxResults, nextToken } = z
    .object({ stateMachineArn: z.string(), maxResults: z.number(), nextToken: z.string().optional() })
    .parse(JSON.parse(String(await readBody(request, 100_000))));
  const workflowId = stateMachineArn.slice(prefix.length);
  asked.push(`${workflowId} ${maxResults}`);
  const all = executions[workflowId];
  if (!all) {
    response.writeHead(400).end(JSON.stringify({ __type: 'StateMachineDoesNotExist', message: 'none' }));
    return;
  }
  const from = Number(nextToken ?? 0);
  // Never more than two, as AWS may give less than was asked for.
  const page = all.slice(from, from + Math.min(maxResults, 2));
  const next = from + page.length < all.length ? { nextToken: String(from + page.length) } : {};
  const items = page.map(([name, startDate]) => ({
    name,
    startDate,
    status: 'RUNNING',
    stateMachineArn,
    executionArn: name,
  }));
  response.writeHead(200).end(JSON.stringify({ executions: items, ...next }));
});
let sfn: SFNClient;
beforeAll(async () => {
  process.env['STATE_MACHINE_ARN_PREFIX'] = prefix;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sfn = new SFNClient({ endpoint: await listen(server, 0), region: 'us-east-1', credentials });
});
afterAll(() => close(server));

const store: WorkflowStore = {
  read: async () => undefined,
  readDeleting: async () => undefined,
  write: async () => undefined,
  delete: async () => false,
  ids: async ({ after }) =>
    after === undefined ? { ids: ['a', 'b'], next: 'b' } : { ids: ['deleted', 'empty'], next: undefined },
};

const order = ['a.5', 'a.1', 'a.2', 'a.7', 'a.9', 'b.3', 'b.4', 'b.8', 'a.0', 'b.6'];

test.each([1, 2, 3, 4, 7, 10, 11])(
  'pages of %i list all executions once, in the same order',
  async (limit) => {
    const pages: string[][] = [];
    let cursor: string | null = null;
    do {
      const page = await listExecutions({ limit, ...(cursor !== null && { cursor }) }, { store, sfn });
      pages.push(page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(pages.flat()).toEqual(order);
    expect(pages.map(({ length }) => length)).toEqual([
      ...Array(Math.ceil(10 / limit) - 1).fill(limit),
      10 - limit * (Math.ceil(10 / limit) - 1),
    ]);
  },
);

test('a first page requests no more than it needs', async () => {
  asked.length = 0;
  const { items } = await listExecutions({ limit: 1 }, { store, sfn });
  expect(items.map(({ id }) => id)).toEqual(['a.5']);
  expect(asked.filter((one) => one.startsWith('a'))).toEqual(['a 2', 'a 1000', 'a 1000']);
});
