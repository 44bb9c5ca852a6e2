// The built dashboard, kept from one process to the next as long as its sources stay the same.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { keptFolder } from './kept-folder.ts';
import { projectFolder } from './project-folder.ts';

/** All that the dashboard is made from; the lock file stands for the packages. */
const SOURCES = [
  'dashboard',
  'infrastructure/build-dashboard.ts',
  'lib',
  'statemachines',
  'package-lock.json',
];

const files = (folder: string): string => join(folder, 'files');

/** The folder of the dashboard's files, built now when the sources have changed since. It must not be changed. */
export async function keptDashboard(): Promise<string> {
  return files(
    await keptFolder('dashboard', SOURCES, async (folder) => {
      // In a process of its own: Vite's memory is free again when it has ended.
      const script = join(projectFolder, 'infrastructure/build-dashboard.ts');
      await promisify(execFile)(process.execPath, [script, files(folder)], { cwd: projectFolder });
    }),
  );
}
