// A server under measurement: a process of its own, so that its time and memory are told apart from the load's.
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What a server's process tells when it is up, by name. */
export type Ready = Readonly<Record<string, string>>;

export interface Child {
  readonly ready: Ready;
  /** Asks the process for something that its file answers under this name. */
  ask<Answer>(name: string, argument?: unknown): Promise<Answer>;
  /** Milliseconds of processor time used so far, by all its threads. */
  cpuMs(): Promise<number>;
  /** The most memory that the process and those below it had at a time since the last call, in MB. */
  peakMb(): number;
  stop(): Promise<void>;
  /** Ends it without any warning. */
  kill(): Promise<void>;
}

const SAMPLE_MS = 100;
const run = promisify(execFile);

/** @param file below `servers/` */
export async function startChild(
  file: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Child> {
  const child = fork(fileURLToPath(new URL(`servers/${file}`, import.meta.url)), {
    env: { ...process.env, ...settings },
    // As `npm start` runs them.
    execArgv: [...process.execArgv, ...(process.env['BENCH_EXEC_ARGV'] ?? '').split(' ').filter(Boolean)],
  });
  const ended = once(child, 'exit');
  const answers = new Map<number, (value: unknown) => void>();
  let asked = 0;
  const ready = Promise.withResolvers<Ready>();
  child.on('message', (message: { ready?: Ready; id: number; answer: unknown }) => {
    if (message.ready) ready.resolve(message.ready);
    else answers.get(message.id)?.(message.answer);
  });
  child.once('exit', () => ready.reject(new Error(`${file} ended before it was up`)));

  const ask = <Answer>(name: string, argument?: unknown) =>
    new Promise<Answer>((resolve) => {
      const id = ++asked;
      answers.set(id, (value) => {
        answers.delete(id);
        resolve(value as Answer); // the server's file says what it answers
      });
      child.send({ id, name, argument });
    });

  const tree = sampleTree(child.pid ?? 0);
  return {
    ready: await ready.promise,
    ask,
    cpuMs: () => ask<number>('cpuMs'),
    peakMb: tree.peakMb,
    async stop() {
      tree.stop();
      await ask('stop');
      child.disconnect();
      await ended;
    },
    async kill() {
      tree.stop();
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export interface TreeSamples {
  /** The most since the last call, in MB. */
  peakMb(): number;
  /** MB at this moment. */
  now(): Promise<number>;
  stop(): void;
}

/** Samples the memory of a process and all below it. */
export function sampleTree(root: number): TreeSamples {
  let peak = 0;
  const sampling = setInterval(async () => {
    peak = Math.max(peak, await treeMb(root).catch(() => 0));
  }, SAMPLE_MS);
  return {
    peakMb() {
      const found = peak;
      peak = 0;
      return found;
    },
    now: () => treeMb(root),
    stop: () => clearInterval(sampling),
  };
}

/** Resident memory of a process and all below it. */
async function treeMb(root: number): Promise<number> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,rss=']);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const tree = new Set([root]);
  // A process may stand before its parent: as many rounds as the tree is deep.
  for (let size = 0; size < tree.size; ) {
    size = tree.size;
    for (const [pid = 0, parent = 0] of rows) if (tree.has(parent)) tree.add(pid);
  }
  return rows.reduce((sum, [pid = 0, , kb = 0]) => sum + (tree.has(pid) ? kb : 0), 0) / 1024;
}
