// What runs in a worker thread around one emulated provider: its HTTP server, and its state across restarts.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { jsonValue } from '../../../lib/json.ts';
import { foreignRequest } from '../../shared/loopback.ts';
import type { ThreadData } from '../../shared/thread-server.ts';
import type { EmulatedProvider, EmulatorSettings } from './emulated-provider.ts';
import { installReplay } from './replay.ts';
import { type LoggedRequest, openRequestLog } from './request-log.ts';

/** RFC 9110 section 7.6.1, and what the two HTTP libraries set by themselves. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'host',
  'expect',
]);
/**
 * What an emulator reads of a request's headers, and so what a replay needs. Credentials are not written to the file:
 * only requests with the emulator's own are logged.
 */
const loggedHeaders = new Set(['content-type', 'accept', 'idempotency-key', 'notion-version']);
const bodiless = new Set([204, 205, 304]);

// Written by local/providers/shared/emulator.ts alone.
const { settings, url: baseUrl } = workerData as ThreadData<EmulatorSettings>;
const replay = installReplay();
const { provider } = (await import(settings.module)) as { provider: EmulatedProvider };

const log = await openRequestLog(settings.stateFile, Date.now());
const running = await replay.runIn({ at: log.seededAt, seed: 'start' }, () =>
  provider.start({
    baseUrl,
    seededAt: log.seededAt,
    apiUrl: settings.apiUrl,
    appPublicKey: settings.appPublicKey,
  }),
);

/** Requests that may change state wait for each other, so that they can be replayed in the same order. */
let lastChange: Promise<unknown> = Promise.resolve();

await restore();
const server = createServer((request, response) => {
  respond(request)
    .then((result) => send(response, result, request.method === 'HEAD'))
    .catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
});
parentPort?.once('message', () => {
  void close();
});
server.listen(0, '127.0.0.1', () => {
  // A listening TCP server has an address with a port.
  parentPort?.postMessage((server.address() as AddressInfo).port);
});

async function restore(): Promise<void> {
  // Webhooks were delivered when the requests were first sent, so a replay must not send them again.
  const realFetch = globalThis.fetch;
  globalThis.fetch = async (input, init) =>
    new Headers(init?.headers).has('x-github-event') ? new Response() : realFetch(input, init);
  const authorization = running.authorization?.();
  const executeAsOwner = ({ headers, ...request }: LoggedRequest) =>
    execute({ ...request, headers: { ...headers, ...(authorization && { authorization }) } });
  for (const request of log.requests) await executeAsOwner(request);
  if (log.isNew && provider.seed) {
    const sent: LoggedRequest[] = [];
    await provider.seed(async ({ method, path, body, at }) => {
      const request: LoggedRequest = {
        context: { at, seed: `${method} ${path} ${at}` },
        method,
        path,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(body)),
      };
      const response = await executeAsOwner(request);
      if (!response.ok)
        throw new Error(`Seed request ${method} ${path}: ${response.status} ${await response.text()}`);
      sent.push(request);
      return jsonValue(await response.text());
    }, log.seededAt);
    // In one write: a start that is killed halfway seeds again.
    await log.append(...sent);
  }
  await setImmediate();
  globalThis.fetch = realFetch;
}

function execute(request: LoggedRequest): Promise<Response> {
  return replay.runIn(request.context, async () => {
    const response = await running.fetch(toRequest(request));
    // Read whole, so that no part of this request runs later in another context.
    return new Response(bodiless.has(response.status) ? null : await response.arrayBuffer(), response);
  });
}

async function respond(incoming: IncomingMessage): Promise<Response> {
  const foreign = foreignRequest(incoming.headers, { method: incoming.method, links: true });
  if (foreign !== undefined) return Response.json({ message: foreign }, { status: 403 });
  const method = incoming.method ?? 'GET';
  const path = incoming.url ?? '/';
  const body = await buffer(incoming);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (!hopByHop.has(name) && value !== undefined) headers[name] = String(value);
  }
  const request = toRequest({ method, path, headers, body });
  const refusal = running.refuse(request, body);
  if (refusal) return refusal;
  if (['GET', 'HEAD', 'OPTIONS'].includes(method)) return running.fetch(request);
  // One at a time, whether logged or not: a request in between would draw from another's random bytes.
  const change = lastChange.then(async () => {
    if (!provider.changesState(path, body)) return running.fetch(request);
    const context = { at: Date.now(), seed: randomUUID() };
    const kept = Object.entries(headers).filter(([name]) => loggedHeaders.has(name));
    const logged: LoggedRequest = { context, method, path, headers: Object.fromEntries(kept), body };
    const response = await execute({ ...logged, headers });
    // A refused request changed nothing.
    if (response.status < 400) await log.append(logged).catch(end);
    return response;
  });
  lastChange = change.catch(() => {});
  return change;
}

/** A full disk: the change is not kept, so the thread ends and its next start knows nothing of it, as the client does. */
function end(error: unknown): never {
  console.error(error);
  process.exit(1);
}

function toRequest({ method, path, headers, body }: Omit<LoggedRequest, 'context'>): Request {
  return new Request(baseUrl + path, {
    method,
    headers,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: new Uint8Array(body) }),
  });
}

async function send(outgoing: ServerResponse, response: Response, headOnly: boolean): Promise<void> {
  for (const [name, value] of response.headers) {
    if (!hopByHop.has(name) && name !== 'content-encoding') outgoing.setHeader(name, value);
  }
  outgoing.writeHead(response.status);
  if (headOnly || !response.body) outgoing.end();
  else await pipeline(Readable.fromWeb(response.body), outgoing);
}

async function close(): Promise<void> {
  server.close();
  server.closeAllConnections();
  await lastChange;
  await running.close();
  await log.close();
  parentPort?.close();
}
