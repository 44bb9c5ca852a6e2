// Runs the Serverless Framework in this project's folder.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../project-folder.ts';
import type { Target } from '../stack/target.ts';

/** Passes on Serverless' output. @returns its exit code */
export async function runServerless(
  command: 'package' | 'deploy',
  { stage, region }: Target,
): Promise<number> {
  // The files of an interrupted run would end up in the zips.
  await rm(join(projectFolder, '.esbuild'), { recursive: true, force: true });
  const script = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
  // serverless-esbuild leaves there what it has put into the zips, 50 MB each time.
  const temporary = await mkdtemp(join(tmpdir(), 'serverless-'));
  const child = spawn(process.execPath, [script, command, '--stage', stage, '--region', region], {
    cwd: projectFolder,
    env: { ...process.env, TMPDIR: temporary },
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  await rm(temporary, { recursive: true, force: true });
  return typeof code === 'number' ? code : 1;
}
