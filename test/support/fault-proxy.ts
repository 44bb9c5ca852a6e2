// A provider that misbehaves on demand: stands in front of an emulator and answers faults first.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** The connection is closed after the request was read, without an answer. */
  | 'drop'
  /** The emulator does what it is asked, and its answer is lost. */
  | 'lose'
  /** The request is never answered. */
  | 'hang';

export interface FaultProxy {
  readonly url: string;
  /** Every request so far, forwarded or not. */
  readonly requests: { method: string; path: string; body: string }[];
  /** The next requests (whose path matches) get these answers, one each; `forever` repeats the last. */
  inject(faults: readonly Fault[], options?: { forever?: boolean; path?: RegExp }): void;
  clear(): void;
  close(): Promise<void>;
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const requests: FaultProxy['requests'] = [];
  let plan: { faults: Fault[]; forever: boolean; path: RegExp } | undefined;

  const takeFault = (path: string): Fault | undefined => {
    if (!plan?.path.test(path)) return undefined;
    return plan.forever && plan.faults.length === 1 ? plan.faults[0] : plan.faults.shift();
  };

  const server = createServer((incoming, outgoing) => {
    read(incoming).then((body) => {
      const path = incoming.url ?? '/';
      requests.push({ method: incoming.method ?? 'GET', path, body: body.toString() });
      const fault = takeFault(path);
      if (fault === undefined) {
        forward(target, incoming, body).then(
          (answer) => pass(answer, outgoing),
          () => outgoing.destroy(),
        );
      } else if (fault === 'drop') incoming.socket.destroy();
      else if (fault === 'lose') forward(target, incoming, body).then(() => incoming.socket.destroy());
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
    inject: (faults, { forever = false, path = /.*/ } = {}) => {
      plan = { faults: [...faults], forever, path };
    },
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

function pass(answer: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(outgoing);
}
