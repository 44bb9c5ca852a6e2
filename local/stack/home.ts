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
  const [pid = '0', begun] = (await readFile(mark, 'utf8').catch(() => '0')).split(' ');
  const holder = Number(pid);
  if (holder !== process.pid && (await isRunning(holder, begun))) {
    throw new HomeInUse(
      `${home} is in use by the stack with process id ${holder}; stop it, or name another folder in ORCHESTRA_HOME`,
    );
  }
  await writeFile(mark, [process.pid, (await statusOf(process.pid))?.begun ?? []].flat().join(' '));
  return () => rm(mark, { force: true });
}

/** @param begun tells it from a process that has got its id since, as after a restart of the machine */
async function isRunning(pid: number, begun: string | undefined): Promise<boolean> {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const now = await statusOf(pid);
  // A process that was killed keeps its id until its parent asks for its end; in a container perhaps nobody does.
  return !now || (!/^[ZX]$/.test(now.state) && (begun === undefined || begun === now.begun));
}

/** State and start time of a process, in clock ticks since the machine's start (proc_pid_stat(5)); only Linux tells them. */
async function statusOf(pid: number): Promise<{ state: string; begun: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field, the name in brackets, may hold anything.
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const begun = fields[18];
  return state && begun ? { state, begun } : undefined;
}
