// Which versions of a state machine a save deletes, with a Step Functions that refuses some of it.
import { createServer } from 'node:http';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { close, listen, readBody } from '../../local/shared/http-server.ts';
import { pruneVersions } from './state-machine.ts';

let versions: number[] = [];
const deleted: string[] = [];
const request = z.object({ stateMachineVersionArn: z.string().optional() });
const server = createServer(async (incoming, response) => {
  const body = JSON.parse(String(await readBody(incoming, 100_000)));
  const { stateMachineVersionArn: arn } = request.parse(body);
  if (arn === undefined) {
    const stateMachineVersions = versions.map((number) => ({ stateMachineVersionArn: `m:${number}` }));
    response.writeHead(versions.length === 0 ? 400 : 200).end(JSON.stringify({ stateMachineVersions }));
    return;
  }
  deleted.push(arn);
  const isRefused = arn.endsWith(':5');
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

const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => last - index);

test.each([
  ['none of the first twenty', 19, 20, upTo(20), []],
  ['the one that is now twenty behind', 25, 26, upTo(26, 6), ['m:6']],
  [
    'those that failed saves have left too, although one is refused',
    23,
    26,
    upTo(26, 4),
    ['m:6', 'm:5', 'm:4'],
  ],
  ['as many as there are, whatever numbers reruns took', 25, 100, [100, ...upTo(25, 5)], ['m:6', 'm:5']],
  ['not the one before, which starts may have read', 2, 100, [...upTo(100, 80), 2, 1], ['m:80', 'm:1']],
  ['the one that was before the one before', 100, 101, [...upTo(101, 82), 2], ['m:2']],
  ['none that is newer: it belongs to somebody else', 100, 101, [...upTo(150, 82)], []],
  ['none where they cannot be listed', 100, 101, [], []],
])('%s', async (_, previous, current, existing, expected) => {
  versions = existing;
  await pruneVersions(`m:${previous}`, `m:${current}`, client);
  expect(deleted.toSorted((a, b) => Number(b.slice(2)) - Number(a.slice(2)))).toEqual(expected);
});
