// Which versions of a state machine a save deletes, with a Step Functions that refuses some of it.
import { createServer } from 'node:http';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { close, listen, readBody } from '../../local/shared/http-server.ts';
import { pruneVersions } from './state-machine.ts';

const deleted: string[] = [];
const server = createServer(async (request, response) => {
  const body = JSON.parse(String(await readBody(request, 100_000)));
  const { stateMachineVersionArn } = z.object({ stateMachineVersionArn: z.string() }).parse(body);
  deleted.push(stateMachineVersionArn);
  const isRefused = stateMachineVersionArn.endsWith(':5');
  response
    .writeHead(isRefused ? 400 : 200)
    .end(isRefused ? JSON.stringify({ __type: 'ConflictException', message: 'an alias' }) : '{}');
});
let client: SFNClient;
beforeAll(async () => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SFNClient({ endpoint: await listen(server, 0), region: 'us-east-1', credentials });
});
beforeEach(() => {
  deleted.length = 0;
});
afterAll(() => close(server));

test.each([
  ['none of the first twenty', 19, 20, []],
  ['the one that is now twenty behind', 25, 26, ['m:6']],
  [
    'those of saves that failed since the last one too, although one is refused',
    23,
    26,
    ['m:6', 'm:5', 'm:4'],
  ],
  ['none below the first, and not the one before, which starts may have read', 1, 22, ['m:2']],
])('%s', async (_, previous, current, expected) => {
  await pruneVersions(`m:${previous}`, `m:${current}`, client);
  expect(deleted.toSorted().reverse()).toEqual(expected);
});
