// HTTP servers on loopback: listening, closing, reading bodies.
import type { IncomingMessage, Server } from 'node:http';

const HOST = '127.0.0.1';
/** Longer than SDK clients keep an idle connection, so that none sends into one just closed. */
const KEEP_ALIVE_MS = 65_000;
/** How long `close` waits for responses in progress. */
const CLOSE_GRACE_MS = 3_000;

/** The requested port is in use by another process. */
export class PortInUse extends Error {
  override readonly name = 'PortInUse';
  readonly code = 'EADDRINUSE';
  readonly port: number;

  constructor(port: number, options?: ErrorOptions) {
    super(`Port ${port} on ${HOST} is in use by another process`, options);
    this.port = port;
  }
}

/**
 * Listens on 127.0.0.1.
 * @param port 0 for any free port
 * @returns the address, without a slash at its end
 * @throws PortInUse
 */
export function listen(server: Server, port: number): Promise<string> {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) =>
      reject(cause.code === 'EADDRINUSE' ? new PortInUse(port, { cause }) : cause);
    server.once('error', fail);
    server.listen(port, HOST, () => {
      server.off('error', fail);
      const address = server.address();
      resolve(`http://${HOST}:${typeof address === 'object' && address ? address.port : port}`);
    });
  });
}

/** Accepts no new connections, lets responses in progress finish for up to three seconds, then closes the connections. */
export function close(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    const forceClose = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    // A connection whose response has just been sent becomes idle, and the client would keep it open.
    const closeIdle = setInterval(() => server.closeIdleConnections(), 20);
    server.close(() => {
      clearTimeout(forceClose);
      clearInterval(closeIdle);
      resolve();
    });
  });
}

/** A request's body, or undefined when it is larger than `limit` bytes; the rest of it is not read then. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > limit) return resolve(undefined);
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        request.pause();
        request.removeAllListeners('data');
        resolve(undefined);
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}
