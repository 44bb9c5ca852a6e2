// A server in a thread that fails, or whose log cannot be written.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startThreadServer, type ThreadServer } from './thread-server.ts';

const MODULE = `
import { createServer } from 'node:http';
import { parentPort } from 'node:worker_threads';
let answered = 0;
const server = createServer((request, response) => {
  console.log(request.url);
  if (request.url === '/die') process.exit(1);
  if (request.url === '/throw') setImmediate(() => { throw new Error('lost') });
  else response.end(String(++answered));
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
parentPort.once('message', () => { server.close(); server.closeAllConnections(); parentPort.close(); });
`;

let folder: string;
let server: ThreadServer | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'thread-'));
  writeFileSync(join(folder, 'module.mjs'), MODULE);
});
afterEach(async () => {
  await server?.close();
  rmSync(folder, { recursive: true });
});

const start = async (logFile: string) => {
  const module = pathToFileURL(join(folder, 'module.mjs'));
  server = await startThreadServer({ name: 'test', module, settings: {}, logFile });
  const { url } = server;
  return async (path: string) => (await fetch(url + path, { headers: { connection: 'close' } })).text();
};

test.each(['/die', '/throw'])('after %s the next connection starts the thread again', async (path) => {
  const get = await start(join(folder, 'log'));
  expect([await get('/'), await get('/')]).toEqual(['1', '2']);
  await expect(get(path)).rejects.toThrow();
  expect(await get('/')).toBe('1');
});

test('a thread that ends again and again is left alone for a while', async () => {
  const get = await start(join(folder, 'log'));
  for (let end = 1; end <= 5; end++) await expect(get('/die')).rejects.toThrow('fetch failed');
  for (let tries = 1; tries <= 2; tries++) await expect(get('/')).rejects.toThrow('fetch failed');
});

test.skipIf(!existsSync('/dev/full'))('a log that cannot be written ends nothing', async () => {
  const get = await start('/dev/full'); // a device that refuses every write
  for (const count of ['1', '2', '3']) expect(await get('/')).toBe(count);
});
