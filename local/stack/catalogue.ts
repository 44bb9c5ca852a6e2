// The action catalogue, built in a thread of its own: it loads every action with its provider's library, some 40 MB that
// are free again when the thread has ended.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Catalogue } from '../../lib/actions/catalogue.ts';

export async function builtCatalogue(): Promise<Catalogue> {
  const worker = new Worker(new URL('./catalogue-worker.ts', import.meta.url), { execArgv: [] });
  // Rejects when the worker throws.
  const [catalogue] = (await once(worker, 'message')) as [Catalogue];
  return catalogue;
}
