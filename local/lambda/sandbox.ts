// One worker thread and the calls that it runs: timeouts, exits and crashes become Lambda's results.
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

interface RunningCall {
  readonly call: Call;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (outcome: Outcome) => void;
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

/** Node's setting of where it keeps compiled code; the thread removes it from what the functions see. */
function compileCache(): { NODE_COMPILE_CACHE?: string } {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

export class Sandbox {
  readonly #worker: Worker;
  readonly #events: SandboxEvents;
  readonly #running = new Map<number, RunningCall>();
  #retired = false;
  #nextId = 1;
  /** Called when no call runs any more. */
  #onIdle: (() => void) | undefined;

  constructor(environment: Readonly<Record<string, string>>, events: SandboxEvents) {
    this.#events = events;
    this.#worker = new Worker(new URL('./runtime.ts', import.meta.url), {
      env: { ...environment, ...compileCache() },
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    // What Node itself prints in the thread; functions' own output comes as reports.
    this.#worker.stdout.on('data', (text) => events.onOutput('runtime', String(text)));
    this.#worker.stderr.on('data', (text) => events.onOutput('runtime', String(text)));
    this.#worker.on('error', (error) => events.onOutput('runtime', `${error.stack ?? error}`));
    this.#worker.on('message', (message: Report) => this.#handle(message));
    this.#worker.on('exit', (code) => {
      this.#retire();
      for (const { call } of [...this.#running.values()]) this.#failByExit(call.id, code);
      events.onExit();
    });
  }

  /** Runs a function once; never rejects. */
  run(request: Omit<Call, 'id' | 'deadline'>, timeoutSeconds: number): Promise<Outcome> {
    const id = this.#nextId++;
    const call: Call = { ...request, id, deadline: Date.now() + timeoutSeconds * 1000 };
    return new Promise((resolve) => {
      const timeOut = () => {
        this.#retire();
        const message = `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
        this.#failCall(id, 'Sandbox.Timedout', message);
      };
      const timer = setTimeout(timeOut, timeoutSeconds * 1000);
      this.#running.set(id, { call, resolve, output: '', timer });
      this.#worker.postMessage(call);
    });
  }

  /** Waits for the running calls, at most the milliseconds given; then ends the thread. */
  async close(graceMs: number): Promise<void> {
    this.#retired = true;
    if (this.#running.size > 0) {
      const idle = new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
      const grace = setTimeout(() => this.#onIdle?.(), graceMs);
      await idle;
      clearTimeout(grace);
    }
    await this.#worker.terminate();
  }

  #handle(message: Report): void {
    if (message.kind === 'exit') {
      this.#retire();
      this.#failByExit(message.id, message.code);
    } else if (message.kind === 'result') {
      if (message.restart) this.#retire();
      this.#finish(message.id, message.payload, message.failed);
    } else this.#write(message.id, message.text);
  }

  #write(id: number | undefined, text: string): void {
    const entry = id === undefined ? undefined : this.#running.get(id);
    if (entry) entry.output = (entry.output + text).slice(-TAIL_CHARACTERS);
    this.#events.onOutput(entry?.call.functionName ?? 'runtime', text);
  }

  #retire(): void {
    if (this.#retired) return;
    this.#retired = true;
    this.#events.onRetire();
  }

  #finish(id: number, payload: string, failed: boolean): void {
    const entry = this.#running.get(id);
    if (!entry) return; // already ended, by its timeout or exit
    clearTimeout(entry.timer);
    this.#running.delete(id);
    entry.resolve({ payload, failed, output: entry.output });
    if (this.#running.size > 0) return;
    this.#onIdle?.();
    if (this.#retired) void this.#worker.terminate();
  }

  #failCall(id: number, errorType: string, message: string): void {
    const requestId = this.#running.get(id)?.call.requestId;
    const errorMessage = `RequestId: ${requestId} Error: ${message}`;
    this.#finish(id, JSON.stringify({ errorType, errorMessage }), true);
  }

  #failByExit(id: number, code: number): void {
    const reason =
      code === 0
        ? 'Runtime exited without providing a reason'
        : `Runtime exited with error: exit status ${code}`;
    this.#failCall(id, 'Runtime.ExitError', reason);
  }
}
