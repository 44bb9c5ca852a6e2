// The folder of the laptop's state.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HomeInUse, lockHome } from './home.ts';

test('nobody else can look into the folder', async () => {
  const parent = await mkdtemp(path.join(tmpdir(), 'home-'));
  const home = path.join(parent, 'state');
  const release = await lockHome(home);
  expect((await stat(home)).mode & 0o777).toBe(0o700);
  await release();
  await rm(parent, { recursive: true });
});

/** A folder whose mark is of this process. */
async function takenHome(): Promise<{ home: string; mark: string }> {
  const home = await mkdtemp(path.join(tmpdir(), 'home-'));
  onTestFinished(() => rm(home, { recursive: true }));
  await lockHome(home);
  return { home, mark: path.join(home, 'stack.pid') };
}

/** The mark as another process would have left it. */
async function markOf(pid: number): Promise<string> {
  const begun = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(' ')[21];
  return `${pid} ${begun}`;
}

test.runIf(process.platform === 'linux')('the process that has the folder keeps it', async () => {
  const { home, mark } = await takenHome();
  expect(await readFile(mark, 'utf8')).toBe(await markOf(process.pid));
  await writeFile(mark, await markOf(process.ppid));
  await expect(lockHome(home)).rejects.toThrow(HomeInUse);
  await writeFile(mark, String(process.ppid));
  await expect(lockHome(home)).rejects.toThrow(HomeInUse);
});

test.runIf(process.platform === 'linux')(
  'a process that got the id of one that was killed does not have its folder',
  async () => {
    const { home, mark } = await takenHome();
    await writeFile(mark, `${process.ppid} 1`);
    await expect(lockHome(home)).resolves.toBeTypeOf('function');
  },
);

test.runIf(process.platform === 'linux')(
  'a process that was killed does not have its folder, though nobody has asked for its end',
  async () => {
    const { home, mark } = await takenHome();
    // The shell becomes a program that never asks for the ends of what the shell has begun.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [said] = await once(parent.stdout, 'data');
    const pid = Number(String(said));
    await expect.poll(() => readFile(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => readFile(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ');
    await writeFile(mark, String(pid));
    await expect(lockHome(home)).resolves.toBeTypeOf('function');
  },
);
