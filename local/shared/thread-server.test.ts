// A server in a thread: what becomes of its connections when the thread ends by itself.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { startThreadServer, type ThreadServer } from './thread-server.ts';

let server: ThreadServer | undefined;
afterEach(() => server?.close());

/** Answers how often its thread was started, and ends at /end. */
const SOURCE = `
import { createServer } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { appendFileSync, readFileSync } from 'node:fs';
appendFileSync(workerData.settings.starts, 'x');
const server = createServer((request, response) => {
  if (request.url === '/end') process.exit(1);
  response.end(String(readFileSync(workerData.settings.starts).length));
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
parentPort.once('message', () => process.exit(0));
`;

async function start(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'thread-'));
  const module = join(directory, 'thread.mjs');
  writeFileSync(module, SOURCE);
  server = await startThreadServer({
    name: 'test',
    module: pathToFileURL(module),
    settings: { starts: join(directory, 'starts') },
    logFile: join(directory, 'log'),
  });
  return server.url;
}

const get = async (url: string) => (await fetch(url, { headers: { connection: 'close' } })).text();

test('a thread that ends is started again by the next connection, at the same address', async () => {
  const url = await start();
  expect(await get(url)).toBe('1');
  await expect(get(`${url}/end`)).rejects.toThrow('fetch failed');
  expect(await get(url)).toBe('2');
  expect(await get(url)).toBe('2');
});

test('one that ends again and again is left alone for a while', async () => {
  const url = await start();
  for (let end = 1; end <= 5; end++) await expect(get(`${url}/end`)).rejects.toThrow('fetch failed');
  await expect(get(url)).rejects.toThrow('fetch failed');
  await expect(get(url)).rejects.toThrow('fetch failed');
});
