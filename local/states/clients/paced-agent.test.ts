// Many calls at the same time through an agent that opens its connections one after the other.
import * as http from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { close, listen } from '../../shared/http-server.ts';
import { paced } from './paced-agent.ts';

let server: http.Server;
let url: string;
let accepted: number;
let answers: (() => void)[];
beforeEach(async () => {
  accepted = 0;
  answers = [];
  server = http.createServer((_, response) => void answers.push(() => response.end('ok')));
  server.on('connection', () => {
    accepted += 1;
  });
  url = await listen(server, 0);
});
afterEach(() => close(server));

/** The answer, or the message of the error. */
function get(agent: http.Agent, address = url): Promise<string> {
  return new Promise((resolve) => {
    http
      .get(address, { agent }, (response) => {
        response.setEncoding('utf8').on('data', resolve);
      })
      .on('error', (error) => resolve(error.message));
  });
}

test('a thousand calls can be under way, and the server never has many connections to accept', async () => {
  const agent = new http.Agent({ keepAlive: true });
  const connect = agent.createConnection.bind(agent);
  let begun = 0;
  let most = 0;
  agent.createConnection = (...parameters) => {
    begun += 1;
    most = Math.max(most, begun - accepted);
    return connect(...parameters);
  };
  paced(agent);
  const all = Promise.all(Array.from({ length: 1000 }, () => get(agent)));
  while (answers.length < 1000) await new Promise((resolve) => setImmediate(resolve));
  for (const answer of answers) answer();
  expect(new Set(await all)).toEqual(new Set(['ok']));
  expect(accepted).toBe(1000);
  expect(most).toBeLessThanOrEqual(5);
  agent.destroy();
});

test('a connection that fails blocks no other', async () => {
  const agent = paced(new http.Agent());
  const nobody = http.createServer();
  const gone = await listen(nobody, 0);
  await close(nobody);
  const results = Promise.all([get(agent, gone), get(agent, gone), get(agent)]);
  while (answers.length < 1) await new Promise((resolve) => setImmediate(resolve));
  answers[0]?.();
  expect(await results).toEqual([
    expect.stringContaining('ECONNREFUSED'),
    expect.stringContaining('ECONNREFUSED'),
    'ok',
  ]);
});
