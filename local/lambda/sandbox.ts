// One worker thread and the calls that it runs: timeouts, exits and crashes become Lambda's answers.
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Call, Report } from './protocol.ts';

export interface Outcome {
  /** JSON text: what the function returned, or the error as Lambda describes it. */
  readonly payload: string;
  readonly failed: boolean;
  /** The last 4 KB that the call wrote. */
  readonly output: string;
}

export interface Sandbox {
  /** Runs a function once; never rejects. */
  run(call: Omit<Call, 'id' | 'deadline'>, timeoutSeconds: number): Promise<Outcome>;
  /** Resolves when nothing runs any more, or after the milliseconds given; then ends the thread. */
  close(graceMs: number): Promise<void>;
}

interface Running {
  readonly call: Call;
  readonly timer: NodeJS.Timeout;
  readonly finish: (outcome: Outcome) => void;
  output: string;
}

const TAIL_CHARACTERS = 4096;

export interface SandboxEvents {
  /** A function wrote text. */
  onOutput(functionName: string, text: string): void;
  /** The thread must not get further calls (timeout, exit, crash); it ends when its last call does. */
  onRetire(): void;
  /** The thread has ended. */
  onExit(): void;
}

/** Node's own setting of where it keeps what it has compiled; the thread takes it out of what the functions see. */
function compileCache(): { NODE_COMPILE_CACHE?: string } {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

export function createSandbox(environment: Readonly<Record<string, string>>, events: SandboxEvents): Sandbox {
  const running = new Map<number, Running>();
  let retired = false;
  let nextId = 1;
  let idle: (() => void) | undefined;
  const worker = new Worker(new URL('./runtime.ts', import.meta.url), {
    env: { ...environment, ...compileCache() },
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  // What Node itself prints in the thread; functions' own output comes as reports.
  worker.stdout.on('data', (text) => events.onOutput('runtime', String(text)));
  worker.stderr.on('data', (text) => events.onOutput('runtime', String(text)));
  worker.on('error', (error) => events.onOutput('runtime', `${error.stack ?? error}`));
  worker.on('exit', (code) => {
    retire();
    for (const { call } of [...running.values()]) settleExit(call.id, code);
    events.onExit();
  });
  worker.on('message', (message: Report) => {
    if (message.kind === 'exit') {
      retire();
      settleExit(message.id, message.code);
    } else if (message.kind === 'answer') {
      if (message.restart) retire();
      settle(message.id, message.payload, message.failed);
    } else write(message.id, message.text);
  });

  function write(id: number | undefined, text: string): void {
    const entry = id === undefined ? undefined : running.get(id);
    if (entry) entry.output = (entry.output + text).slice(-TAIL_CHARACTERS);
    events.onOutput(entry?.call.functionName ?? 'runtime', text);
  }

  function retire(): void {
    if (retired) return;
    retired = true;
    events.onRetire();
  }

  function settle(id: number, payload: string, failed: boolean): void {
    const entry = running.get(id);
    if (!entry) return; // answered before, by its timeout or exit
    clearTimeout(entry.timer);
    running.delete(id);
    entry.finish({ payload, failed, output: entry.output });
    if (running.size > 0) return;
    idle?.();
    if (retired) void worker.terminate();
  }

  function settleSandboxError(id: number, errorType: string, message: string): void {
    const requestId = running.get(id)?.call.requestId;
    settle(
      id,
      JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${message}` }),
      true,
    );
  }

  function settleExit(id: number, code: number): void {
    const how =
      code === 0
        ? 'Runtime exited without providing a reason'
        : `Runtime exited with error: exit status ${code}`;
    settleSandboxError(id, 'Runtime.ExitError', how);
  }

  return {
    run(request, timeoutSeconds) {
      const id = nextId++;
      const call: Call = { ...request, id, deadline: Date.now() + timeoutSeconds * 1000 };
      return new Promise((finish) => {
        const timeOut = () => {
          retire();
          settleSandboxError(
            id,
            'Sandbox.Timedout',
            `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
          );
        };
        running.set(id, { call, finish, output: '', timer: setTimeout(timeOut, timeoutSeconds * 1000) });
        worker.postMessage(call);
      });
    },
    async close(graceMs) {
      retired = true;
      if (running.size > 0) {
        const done = new Promise<void>((resolve) => {
          idle = resolve;
        });
        const grace = setTimeout(() => idle?.(), graceMs);
        await done;
        clearTimeout(grace);
      }
      await worker.terminate();
    },
  };
}
