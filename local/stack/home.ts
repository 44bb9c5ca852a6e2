// The folder of the laptop's state, and its lock: one stack at a time uses it.
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The folder is in use by another process. */
export class HomeInUse extends Error {
  override readonly name = 'HomeInUse';
}

/** The folder cannot be created. */
export class HomeUnusable extends Error {
  override readonly name = 'HomeUnusable';
}

/** The folder that ORCHESTRA_HOME names, else `.local` in the working directory. */
export function homeFolder(environment = process.env): string {
  return path.resolve(environment['ORCHESTRA_HOME'] || '.local');
}

/**
 * Creates the folder and locks it for this process. The lock of a process that was killed does not count.
 * @returns releases the lock
 * @throws HomeInUse, HomeUnusable
 */
export async function lockHome(home: string): Promise<() => Promise<void>> {
  await mkdir(home, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new HomeUnusable(
      `${home} cannot be the folder of the state (${cause.code}); name another one in ORCHESTRA_HOME`,
      { cause },
    );
  });
  // The connections' credentials are in it.
  await chmod(home, 0o700);
  const lockFile = path.join(home, 'stack.pid');
  const [pid = '0', startedAt] = (await readFile(lockFile, 'utf8').catch(() => '0')).split(' ');
  const holder = Number(pid);
  if (holder !== process.pid && (await isRunning(holder, startedAt))) {
    throw new HomeInUse(
      `${home} is in use by the stack with process id ${holder}; stop it, or name another folder in ORCHESTRA_HOME`,
    );
  }
  await writeFile(lockFile, [process.pid, (await statusOf(process.pid))?.startedAt ?? []].flat().join(' '));
  return () => rm(lockFile, { force: true });
}

/** @param startedAt distinguishes it from a later process with the same id, as after a restart of the machine */
async function isRunning(pid: number, startedAt: string | undefined): Promise<boolean> {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const now = await statusOf(pid);
  // A killed process remains a zombie until its parent waits for it; in a container perhaps no process does.
  return !now || (!/^[ZX]$/.test(now.state) && (startedAt === undefined || startedAt === now.startedAt));
}

/** State and start time of a process, in clock ticks since boot (proc_pid_stat(5)); only Linux reports them. */
async function statusOf(pid: number): Promise<{ state: string; startedAt: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field, the name in brackets, may hold anything.
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const startedAt = fields[18];
  return state && startedAt ? { state, startedAt } : undefined;
}
