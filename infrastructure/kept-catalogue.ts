// The action catalogue, kept from one process to the next: building it imports every action with its provider's library.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalogue } from '../lib/actions/catalogue.ts';
import { cacheFolder, fingerprint } from './fingerprint.ts';

/** All that the catalogue is made from; the lock file stands for the packages. */
const SOURCES = ['functions/actions', 'lib', 'infrastructure/build-catalogue.ts', 'package-lock.json'];

/**
 * The catalogue as `build` made it from the same sources, else as it makes it now. A folder that cannot be written to
 * costs only the time.
 */
export async function keptCatalogue(
  build: () => Promise<Catalogue>,
  folder = cacheFolder,
): Promise<Catalogue> {
  const name = `catalogue-${fingerprint(SOURCES)}.json`;
  try {
    return JSON.parse(await readFile(join(folder, name), 'utf8'));
  } catch {
    // Not there, or damaged: made anew.
  }
  const catalogue = await build();
  await keep(folder, name, JSON.stringify(catalogue)).catch(() => {});
  return catalogue;
}

/** Whole or not at all, whatever other processes do; those of earlier sources go. */
async function keep(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const unfinished = join(folder, `${name}.${process.pid}`);
  await writeFile(unfinished, text);
  await rename(unfinished, join(folder, name));
  for (const other of await readdir(folder))
    if (/^catalogue-[0-9a-f]+\.json$/.test(other) && other !== name)
      await rm(join(folder, other), { force: true });
}
