// The built dashboard, kept from one process to the next as long as its sources stay the same.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { manifestOf } from './dashboard-manifest.ts';
import { cacheFolder, fingerprint } from './fingerprint.ts';
import { projectFolder } from './project-folder.ts';

/** All that the dashboard is made from; the lock file stands for the packages. */
const SOURCES = [
  'dashboard',
  'infrastructure/build-dashboard.ts',
  'lib',
  'statemachines',
  'package-lock.json',
];

/** For how long a build that nobody asks for any more is kept: another process may be copying it. */
const UNUSED_MS = 86_400_000;

/** The folder of the dashboard's files, built now when the sources have changed since. It must not be changed. */
export async function keptDashboard(): Promise<string> {
  const folder = join(cacheFolder, `dashboard-${fingerprint(SOURCES)}`);
  if (existsSync(folder)) {
    const now = new Date();
    await utimes(folder, now, now);
    return folder;
  }
  await mkdir(cacheFolder, { recursive: true });
  const unfinished = `${folder}.${process.pid}`;
  // In a process of its own: Vite's memory is free again when it has ended.
  const script = join(projectFolder, 'infrastructure/build-dashboard.ts');
  await promisify(execFile)(process.execPath, [script, unfinished], { cwd: projectFolder });
  await rename(manifestOf(unfinished), manifestOf(folder));
  // Where another process was faster, its build is the same.
  await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true }));
  await removeUnused(folder);
  return folder;
}

async function removeUnused(used: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    const path = join(cacheFolder, name);
    if (!/^dashboard-[0-9a-f]{32}/.test(name) || path.startsWith(used)) continue;
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > UNUSED_MS) await rm(path, { recursive: true, force: true });
  }
}
