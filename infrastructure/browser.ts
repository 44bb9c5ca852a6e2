// A real browser, for tests and for pictures: Chromium from an npm package on Linux x64, an installed Chrome elsewhere.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import * as z from 'zod';
import { cacheFolder } from './fingerprint.ts';
import { projectFolder } from './project-folder.ts';

const isPackaged = process.platform === 'linux' && process.arch === 'x64';

/** @returns undefined on a machine where there is none */
export async function launchBrowser(): Promise<Browser | undefined> {
  if (isPackaged) {
    // Not the package's own arguments, which put all into one process and switch off web security.
    const args = ['--no-sandbox', '--disable-gpu'];
    return chromium.launch({ executablePath: await unpackedChromium(), args });
  }
  return chromium.launch({ channel: 'chrome' }).catch(() => undefined);
}

/** Unpacks the browser the first time, which takes seconds, so that whoever launches it need not. */
export async function prepareBrowser(): Promise<void> {
  if (isPackaged) await unpackedChromium();
}

/**
 * The package unpacks into the temporary folder and takes what is there for whole, also while another process is still
 * writing it, and that cannot be run (ETXTBSY). So it unpacks into a folder of its own, which is renamed when it is whole.
 */
async function unpackedChromium(): Promise<string> {
  const folder = join(cacheFolder, `chromium-${await packagedVersion()}`);
  const executable = join(folder, 'chromium');
  if (existsSync(executable)) return executable;
  await mkdir(cacheFolder, { recursive: true });
  const unfinished = await mkdtemp(`${folder}.`);
  const unpack = `await (await import('@sparticuz/chromium')).default.executablePath()`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', unpack], {
    cwd: projectFolder,
    env: { ...process.env, TMPDIR: unfinished },
  });
  // Where another process was faster, what it unpacked is the same.
  await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true }));
  return executable;
}

async function packagedVersion(): Promise<string> {
  const text = await readFile(join(projectFolder, 'node_modules/@sparticuz/chromium/package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
