// Runs one of the emulators of the package `emulate` behind our own address.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createEmulator, type Emulator, type SeedConfig, type ServiceName } from 'emulate';

export interface PackagedEmulator {
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** @param baseUrl the address that its responses name, in place of the port that it listens on itself */
export async function startPackagedEmulator(
  service: ServiceName,
  baseUrl: string,
  seed: SeedConfig,
): Promise<PackagedEmulator> {
  const { emulator, port } = await listen(service, baseUrl, seed);
  return {
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const body = ['GET', 'HEAD'].includes(request.method) ? undefined : await request.arrayBuffer();
      return fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
        method: request.method,
        headers: request.headers,
        redirect: 'manual',
        ...(body && { body }),
      });
    },
    close: () => emulator.close(),
  };
}

/** With a `baseUrl` of ours, `emulate` does not report which port it was given, so a free one is chosen first. */
async function listen(
  service: ServiceName,
  baseUrl: string,
  seed: SeedConfig,
): Promise<{ emulator: Emulator; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return {
        port,
        emulator: await createEmulator({ service, port, hostname: '127.0.0.1', baseUrl, seed }),
      };
    } catch (error) {
      // Another process took the port in the meantime.
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!taken || attempt === 5) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
