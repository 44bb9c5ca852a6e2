// What runs in a worker thread around one emulated provider: its HTTP server, and its state across restarts.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { jsonValue } from '../../lib/json.ts';
import type { ThreadData } from '../shared/thread-server.ts';
import type { EmulatedService, EmulatorSettings } from './emulated-service.ts';
import { controlMoments } from './moments.ts';
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
 * What an emulator reads of a request's headers, and so what is needed to play it again. Credentials are not written
 * to the file: only requests with the emulator's own got there.
 */
const loggedHeaders = new Set(['content-type', 'accept', 'notion-version']);
const bodiless = new Set([204, 205, 304]);

// Written by local/providers/emulator.ts alone.
const { settings, url: baseUrl } = workerData as ThreadData<EmulatorSettings>;
const moments = controlMoments();
const { service } = (await import(settings.module)) as { service: EmulatedService };

const log = await openRequestLog(settings.stateFile, Date.now());
const running = await moments.during({ at: log.seededAt, seed: 'start' }, () =>
  service.start({ baseUrl, seededAt: log.seededAt }),
);

/** Requests that may change state wait for each other, so that they can be played again in the same order. */
let lastTurn: Promise<unknown> = Promise.resolve();

await restore();
const server = createServer((request, response) => {
  answer(request)
    .then((answered) => send(response, answered, request.method === 'HEAD'))
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
  // Webhooks were delivered when the requests were first sent: now they are not sent again.
  const realFetch = globalThis.fetch;
  globalThis.fetch = async (input, init) =>
    new Headers(init?.headers).has('x-github-event') ? new Response() : realFetch(input, init);
  const authorization = running.authorization?.();
  const playAsOwner = ({ headers, ...request }: LoggedRequest) =>
    play({ ...request, headers: { ...headers, ...(authorization && { authorization }) } });
  for (const request of log.requests) await playAsOwner(request);
  if (log.isNew && service.seed) {
    const sent: LoggedRequest[] = [];
    await service.seed(async ({ method, path, body, at }) => {
      const request: LoggedRequest = {
        moment: { at, seed: `${method} ${path} ${at}` },
        method,
        path,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(body)),
      };
      const response = await playAsOwner(request);
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

function play(request: LoggedRequest): Promise<Response> {
  return moments.during(request.moment, async () => {
    const response = await running.fetch(toRequest(request));
    // Read whole, so that nothing of this request is left to run at another moment.
    return new Response(bodiless.has(response.status) ? null : await response.arrayBuffer(), response);
  });
}

async function answer(incoming: IncomingMessage): Promise<Response> {
  const method = incoming.method ?? 'GET';
  const path = incoming.url ?? '/';
  const body = await buffer(incoming);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (!hopByHop.has(name) && value !== undefined) headers[name] = String(value);
  }
  const request = toRequest({ method, path, headers, body });
  const refusal = running.refuse?.(request, body);
  if (refusal) return refusal;
  if (['GET', 'HEAD', 'OPTIONS'].includes(method)) return running.fetch(request);
  // One at a time, whether logged or not: a request in between would draw from another's random bytes.
  const turn = lastTurn.then(async () => {
    if (!service.changesState(path, body)) return running.fetch(request);
    const moment = { at: Date.now(), seed: randomUUID() };
    const kept = Object.entries(headers).filter(([name]) => loggedHeaders.has(name));
    const logged: LoggedRequest = { moment, method, path, headers: Object.fromEntries(kept), body };
    const response = await play({ ...logged, headers });
    // A refused request changed nothing.
    if (response.status < 400) await log.append(logged);
    return response;
  });
  lastTurn = turn.catch(() => {});
  return turn;
}

function toRequest({ method, path, headers, body }: Omit<LoggedRequest, 'moment'>): Request {
  return new Request(baseUrl + path, {
    method,
    headers,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: new Uint8Array(body) }),
  });
}

async function send(response: ServerResponse, answered: Response, headOnly: boolean): Promise<void> {
  for (const [name, value] of answered.headers) {
    if (!hopByHop.has(name) && name !== 'content-encoding') response.setHeader(name, value);
  }
  response.writeHead(answered.status);
  if (headOnly || !answered.body) response.end();
  else await pipeline(Readable.fromWeb(answered.body), response);
}

async function close(): Promise<void> {
  server.close();
  server.closeAllConnections();
  await lastTurn;
  await running.close();
  await log.close();
  parentPort?.close();
}
