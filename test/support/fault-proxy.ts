// A provider that misbehaves on demand: stands in front of an emulator and answers faults first.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** The connection is closed after the request was read, without an answer. */
  | 'drop'
  /** The emulator does what it is asked, and its answer is lost. */
  | 'lose'
  /** The emulator does what it is asked, and its answer never comes. */
  | 'stall'
  /** The emulator does what it is asked, and its answer ends after half of it. */
  | 'cut'
  /** The request is never answered. */
  | 'hang'
  /** The connection is reset after the request was read. */
  | 'reset'
  /** The emulator does what it is asked, and its answer stops within it, with the connection open. */
  | 'stall midway'
  /** The emulator does what it is asked, and its JSON is called plain text. */
  | 'untyped';

export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface FaultProxy {
  readonly url: string;
  /** Every request so far, forwarded or not. */
  readonly requests: ProxiedRequest[];
  /** The next requests (whose path matches, and `when`) get these answers, one each; `forever` repeats the last. */
  inject(
    faults: readonly Fault[],
    options?: { forever?: boolean; path?: RegExp; when?: (request: ProxiedRequest) => boolean },
  ): void;
  /** Resolves when the next request has met a fault. */
  faulted(): Promise<void>;
  clear(): void;
  close(): Promise<void>;
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const requests: FaultProxy['requests'] = [];
  let plan: { faults: Fault[]; forever: boolean; isMeant: (request: ProxiedRequest) => boolean } | undefined;
  let met = Promise.withResolvers<void>();

  const takeFault = (request: ProxiedRequest): Fault | undefined => {
    if (!plan?.isMeant(request)) return undefined;
    return plan.forever && plan.faults.length === 1 ? plan.faults[0] : plan.faults.shift();
  };

  const server = createServer((incoming, outgoing) => {
    read(incoming).then((body) => {
      const asked = { method: incoming.method ?? 'GET', path: incoming.url ?? '/', body: body.toString() };
      requests.push(asked);
      const fault = takeFault(asked);
      if (fault !== undefined) {
        met.resolve();
        met = Promise.withResolvers<void>();
      }
      if (fault === undefined) {
        forward(target, incoming, body).then(
          (answer) => pass(answer, outgoing),
          () => outgoing.destroy(),
        );
      } else if (fault === 'reset') incoming.socket.resetAndDestroy();
      else if (fault === 'untyped')
        forward(target, incoming, body).then((answer) => untyped(answer, outgoing));
      else if (fault === 'stall midway')
        forward(target, incoming, body).then((answer) => half(answer, outgoing));
      else if (fault === 'drop') incoming.socket.destroy();
      else if (fault === 'lose') forward(target, incoming, body).then(() => incoming.socket.destroy());
      else if (fault === 'stall') forward(target, incoming, body).then((answer) => answer.resume());
      else if (fault === 'cut') forward(target, incoming, body).then((answer) => cut(answer, outgoing));
      else if (fault !== 'hang') outgoing.writeHead(fault.status, fault.headers).end(fault.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // The base URL's path (`/v1`) stays part of the address, as clients append to it.
  const { port } = server.address() as AddressInfo; // a listening TCP server has a port
  const { pathname } = new URL(target);
  return {
    url: `http://127.0.0.1:${port}${pathname === '/' ? '' : pathname}`,
    requests,
    inject: (faults, { forever = false, path = /.*/, when = () => true } = {}) => {
      plan = { faults: [...faults], forever, isMeant: (asked) => path.test(asked.path) && when(asked) };
    },
    faulted: () => met.promise,
    clear: () => {
      plan = undefined;
      requests.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function forward(target: string, incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  const url = new URL(incoming.url ?? '/', target);
  const headers = { ...incoming.headers, host: url.host };
  return new Promise((resolve, reject) => {
    request(url, { method: incoming.method, headers }, resolve).on('error', reject).end(body);
  });
}

/** The whole answer is promised, and half of it sent. */
async function cut(answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  await half(answer, outgoing);
  outgoing.destroy();
}

async function half(answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await read(answer);
  const { 'transfer-encoding': _, ...headers } = answer.headers;
  outgoing.writeHead(answer.statusCode ?? 502, { ...headers, 'content-length': String(body.length + 1) });
  await new Promise((resolve) => outgoing.write(body.subarray(0, body.length / 2), resolve));
}

function untyped(answer: IncomingMessage, outgoing: ServerResponse): void {
  answer.headers['content-type'] = 'text/plain; charset=utf-8';
  pass(answer, outgoing);
}

function pass(answer: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(outgoing);
}
