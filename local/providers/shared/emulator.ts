// One provider's emulator, in a thread of its own that starts with the first request.
import { join } from 'node:path';
import { startThreadServer, type ThreadServer } from '../../shared/thread-server.ts';
import type { EmulatorSettings } from './emulated-provider.ts';

export type Emulator = ThreadServer;

/**
 * The emulator runs in a thread of its own, because the emulators' clock is controlled there (see replay.ts) and
 * because what their libraries print is kept in `<directory>/<name>.log`.
 */
export function startEmulator(name: string, directory: string): Promise<Emulator> {
  const settings: EmulatorSettings = {
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
