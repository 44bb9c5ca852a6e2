// Runs in the worker thread of local/stack/catalogue.ts.
import { parentPort } from 'node:worker_threads';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';

parentPort?.postMessage(await buildCatalogue());
