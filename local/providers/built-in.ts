// Runs one of the services that the package `emulate` brings along behind our own address.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createEmulator, type Emulator, type SeedConfig, type ServiceName } from 'emulate';
import type { RunningService } from './emulated-service.ts';

/** @param baseUrl the address that its answers name, in place of the port that it listens on itself */
export async function startBuiltIn(
  service: ServiceName,
  baseUrl: string,
  seed: SeedConfig,
): Promise<Required<Pick<RunningService, 'fetch' | 'close'>>> {
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

/** With a `baseUrl` of ours, `emulate` does not tell which port it was given: so a free one is looked for first. */
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
      // Somebody took it meanwhile.
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
