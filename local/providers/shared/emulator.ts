// One provider's emulator, in a thread of its own that starts with the first request.
import { join } from 'node:path';
import { startThreadServer, type ThreadServer } from '../../shared/thread-server.ts';
import type { EmulatorSettings } from './emulated-provider.ts';

export type Emulator = ThreadServer;

/** Where `npm start` serves the API. */
export const DEFAULT_API_URL = 'http://127.0.0.1:3000';

export interface EmulatorOptions {
  /** Where the API is, to which consent leads back. */
  readonly apiUrl?: string;
  /** The public key of the GitHub App, in PEM. */
  readonly appPublicKey?: string | undefined;
}

/**
 * The emulator runs in a thread of its own, because the emulators' clock is controlled there (see replay.ts) and
 * because what their libraries print is kept in `<directory>/<name>.log`.
 */
export function startEmulator(
  name: string,
  directory: string,
  { apiUrl = DEFAULT_API_URL, appPublicKey }: EmulatorOptions = {},
): Promise<Emulator> {
  const settings: EmulatorSettings = {
    apiUrl,
    appPublicKey,
    module: new URL(`../${name}/${name}.ts`, import.meta.url).href,
    stateFile: join(directory, `${name}.jsonl`),
  };
  return startThreadServer({
    name: `${name}-emulator`,
    module: new URL('./emulator-host.ts', import.meta.url),
    settings,
    logFile: join(directory, `${name}.log`),
    portFile: join(directory, `${name}.port`),
  });
}
