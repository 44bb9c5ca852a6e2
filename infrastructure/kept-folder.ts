// A folder that takes long to make, kept from one process to the next as long as what it is made from stays the same.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, fingerprint } from './fingerprint.ts';

/** For how long a folder that nobody asks for any more is kept: another process may be reading it. */
const UNUSED_MS = 86_400_000;

/**
 * The folder's path. It is there whole or not at all, whatever other processes do and wherever one was ended.
 * @param sources what it is made from: files and folders, from the project's folder
 * @param make is given the path of a folder that is not there yet, and makes it
 */
export async function keptFolder(
  name: string,
  sources: readonly string[],
  make: (unfinished: string) => Promise<void>,
  cache = cacheFolder,
): Promise<string> {
  const folder = join(cache, `${name}-${fingerprint(sources)}`);
  if (existsSync(folder)) {
    const now = new Date();
    await utimes(folder, now, now);
    return folder;
  }
  await mkdir(cache, { recursive: true });
  const unfinished = `${folder}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await make(unfinished);
  // Where another process was faster, its folder is the same.
  await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true }));
  await removeUnused(cache, name, folder);
  return folder;
}

async function removeUnused(cache: string, name: string, used: string): Promise<void> {
  for (const other of await readdir(cache)) {
    const path = join(cache, other);
    if (!other.startsWith(`${name}-`) || path.startsWith(used)) continue;
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > UNUSED_MS) await rm(path, { recursive: true, force: true });
  }
}
