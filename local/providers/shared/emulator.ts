// Starts one provider's emulator in a worker thread of its own and tells where it listens.
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { WorkerOptions } from './emulated-provider.ts';

export interface Emulator {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * The emulator runs in a thread of its own, because the emulators' clock is controlled there (see replay.ts) and because what their
 * libraries print is kept in `<directory>/<name>.log`.
 */
export async function startEmulator(name: string, directory: string): Promise<Emulator> {
  mkdirSync(directory, { recursive: true });
  const workerData: WorkerOptions = {
    module: new URL(`../${name}/${name}.ts`, import.meta.url).href,
    stateFile: join(directory, `${name}.jsonl`),
    portFile: join(directory, `${name}.port`),
  };
  const worker = new Worker(new URL('./emulator-worker.ts', import.meta.url), {
    name: `${name}-emulator`,
    workerData,
    stdout: true,
    stderr: true,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const output = createWriteStream(join(directory, `${name}.log`), { flags: 'a' });
  worker.stdout.pipe(output, { end: false });
  worker.stderr.pipe(output, { end: false });
  // An emulator that fails later takes nothing else down: its port then refuses connections, its log says why.
  worker.on('error', (error) => output.write(`${error.stack ?? error}\n`));
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      output.end();
      resolve();
    });
  });
  // Rejects when the worker throws before it has posted its address.
  const [url] = (await once(worker, 'message')) as [string];
  return {
    url,
    async close() {
      worker.postMessage('close');
      await exited;
    },
  };
}
