// The action catalogue, as it is kept, or built in a thread of its own: that loads every action with its provider's
// library, some 40 MB that are free again when the thread has ended.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { keptCatalogue } from '../../infrastructure/kept-catalogue.ts';
import type { Catalogue } from '../../lib/actions/catalogue.ts';

export const builtCatalogue = (): Promise<Catalogue> => keptCatalogue(buildInWorker);

async function buildInWorker(): Promise<Catalogue> {
  const worker = new Worker(new URL('./catalogue-worker.ts', import.meta.url), { execArgv: [] });
  // Rejects when the worker throws.
  const [catalogue] = (await once(worker, 'message')) as [Catalogue];
  return catalogue;
}
