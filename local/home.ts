// Where the laptop keeps its state, and that one stack at a time does.
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The folder is in use by another process. */
export class HomeInUse extends Error {
  override readonly name = 'HomeInUse';
}

/** The folder cannot be made. */
export class HomeUnusable extends Error {
  override readonly name = 'HomeUnusable';
}

/** The folder that ORCHESTRA_HOME names, else `.local` in the working directory. */
export function homeFolder(environment = process.env): string {
  return path.resolve(environment['ORCHESTRA_HOME'] || '.local');
}

/**
 * Makes the folder and takes it for this process. A process that was killed leaves its mark behind, which counts
 * no longer when there is no such process.
 * @returns gives the folder free again
 * @throws HomeInUse, HomeUnusable
 */
export async function takeHome(home: string): Promise<() => Promise<void>> {
  await mkdir(home, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new HomeUnusable(
      `${home} cannot be the folder of the state (${cause.code}); name another one in ORCHESTRA_HOME`,
      { cause },
    );
  });
  // The connections' credentials are in it.
  await chmod(home, 0o700);
  const mark = path.join(home, 'stack.pid');
  const holder = Number(await readFile(mark, 'utf8').catch(() => '0'));
  if (holder !== process.pid && isRunning(holder)) {
    throw new HomeInUse(
      `${home} is in use by the stack with process id ${holder}; stop it, or name another folder in ORCHESTRA_HOME`,
    );
  }
  await writeFile(mark, String(process.pid));
  return () => rm(mark, { force: true });
}

function isRunning(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
