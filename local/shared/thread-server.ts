// A server in a worker thread of its own, which starts with the first connection: until then it costs no memory.
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

export interface ThreadServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

/** What the thread finds in `workerData`. */
export interface ThreadData<Settings> {
  readonly settings: Settings;
  /** Where clients reach it. */
  readonly url: string;
}

export interface ThreadServerOptions<Settings> {
  readonly name: string;
  /**
   * What the thread runs: it listens on 127.0.0.1, posts the port as its first message, and ends when it receives a message.
   */
  readonly module: URL;
  readonly settings: Settings;
  /** The output of the thread, and the error of one that failed. */
  readonly logFile: string;
  /** Keeps the port from one start to the next, so that addresses in pages and logs stay good. */
  readonly portFile?: string;
  /** Called with what the thread posts after the port. */
  readonly onMessage?: (message: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly port: Promise<number>;
  readonly exited: Promise<void>;
  /** Its connections. */
  readonly sockets: Set<Socket>;
}

/** A thread that ended so often within a minute is not started again before the minute is over. */
const MAX_ENDS = 5;
const ENDS_MS = 60_000;

/**
 * Listens at once. A thread that ends takes nothing else down: its connections break, and the next one starts it again,
 * from what it keeps on disk.
 */
export async function startThreadServer<Settings>(
  options: ThreadServerOptions<Settings>,
): Promise<ThreadServer> {
  const { logFile, portFile } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  const clients = new Set<Socket>();
  let thread: Thread | undefined;
  let ends: number[] = [];
  // Either side may close its half while the other still sends.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    track(client, clients);
    serve(client);
  });

  function serve(client: Socket): void {
    ends = ends.filter((time) => time > performance.now() - ENDS_MS);
    if (!thread && ends.length >= MAX_ENDS) return void client.destroy();
    thread ??= startThread(options, url, () => {
      thread = undefined;
      ends.push(performance.now());
    });
    connectTo(thread, client, serve);
  }

  const port = await listen(server, portFile === undefined ? 0 : readPort(portFile));
  if (portFile !== undefined) writeFileSync(portFile, `${port}\n`);
  const url = `http://127.0.0.1:${port}`;

  return {
    url,
    async close() {
      server.close();
      const running = thread;
      running?.worker.postMessage('close');
      await running?.exited;
      for (const client of clients) client.destroy();
      // Clients in this process learn of it in the next turn: a new start on the same port would get their requests on a
      // connection that is gone.
      await setImmediate();
      await setImmediate();
    },
  };
}

/** @param onEnd called before its connections' ends are told */
function startThread<Settings>(
  { name, module, settings, logFile, onMessage }: ThreadServerOptions<Settings>,
  url: string,
  onEnd: () => void,
): Thread {
  const sockets = new Set<Socket>();
  const workerData: ThreadData<Settings> = { settings, url };
  const worker = new Worker(module, {
    name,
    workerData,
    stdout: true,
    stderr: true,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const output = createWriteStream(logFile, { flags: 'a' });
  output.on('error', () => {}); // on a full disk the log is lost; the thread goes on
  worker.stdout.pipe(output, { end: false });
  worker.stderr.pipe(output, { end: false });
  worker.on('error', (error) => output.write(`${error.stack ?? error}\n`));
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      output.end();
      for (const socket of sockets) socket.destroy();
      onEnd();
      resolve();
    });
  });
  const port = Promise.race([
    once(worker, 'message').then(([message]) => {
      if (onMessage) worker.on('message', onMessage);
      return Number(message);
    }),
    exited.then(() => Promise.reject(new Error(`${name} ended before it listened; see ${logFile}`))),
  ]);
  port.catch(() => {});
  return { worker, port, exited, sockets };
}

/** @param serveAnew connects the client to the next thread, when this one ended before it answered */
function connectTo(
  { port, exited, sockets }: Thread,
  client: Socket,
  serveAnew: (client: Socket) => void,
): void {
  port.then(
    (number) => {
      const inner = connect({ port: number, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
      track(inner, sockets);
      // It has ended already, which is about to be told.
      const again = () => exited.then(() => (client.destroyed ? undefined : serveAnew(client)));
      inner.once('close', again);
      inner.once('connect', () => {
        inner.off('close', again);
        client.pipe(inner).pipe(client);
        client.once('close', () => inner.destroy());
        inner.once('close', () => client.destroy());
      });
    },
    () => client.destroy(),
  );
}

function track(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket);
  // The other side learns of it when its socket is closed.
  socket.on('error', () => {});
  socket.once('close', () => sockets.delete(socket));
}

/** The last port, or another when that is in use. */
async function listen(server: Server, lastPort: number): Promise<number> {
  const listening = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listening(lastPort).catch((error: unknown) => {
    if (lastPort === 0) throw error;
    return listening(0);
  });
  // A listening TCP server has an address with a port.
  return (server.address() as AddressInfo).port;
}

/** @returns 0 when there is no file yet, or it does not hold a port */
function readPort(file: string): number {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return 0;
  }
  const port = Number(text.trim());
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 0;
}
