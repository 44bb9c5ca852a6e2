// What every server under measurement answers to the process that measures it.
import type { Ready } from '../child.ts';

export type Questions = Readonly<Record<string, (argument: never) => unknown>>;

/** Tells that the server is up, then answers until it is told to stop. */
export function serve(ready: Ready, stop: () => Promise<void>, questions: Questions = {}): void {
  const all: Questions = { ...questions, cpuMs, stop };
  process.on('message', async ({ id, name, argument }: { id: number; name: string; argument: never }) => {
    process.send?.({ id, answer: await all[name]?.(argument) });
  });
  process.send?.({ ready });
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
