// Chromium from its npm package for Linux x64, unpacked once and kept for all processes.
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { keptFolder } from './kept-folder.ts';
import { projectFolder } from './project-folder.ts';

const SOURCES = ['node_modules/@sparticuz/chromium/package.json'];

/** What the package unpacks lies in the temporary folder, which Node reads from the environment. */
const UNPACK = "import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())";

/**
 * The executable's path. The package itself unpacks into a place that all users of the machine share, and takes a
 * half-written file there for the whole: two processes at once got a browser that does not start.
 */
export async function keptBrowser(): Promise<string> {
  const folder = await keptFolder('chromium', SOURCES, async (unfinished) => {
    await mkdir(unfinished);
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', UNPACK], {
      cwd: projectFolder,
      env: { ...process.env, TMPDIR: unfinished },
    });
  });
  return join(folder, 'chromium');
}
