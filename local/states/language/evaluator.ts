// A process that evaluates one expression after the other, seen from the engine.
import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Cancelled } from '../model/cancellation.ts';
import { parseJson } from '../model/json.ts';
import type { EvaluationAnswer, EvaluationRequest } from './evaluator-protocol.ts';
import { tooLarge, tooLong } from './expression-limits.ts';
import { type Evaluated, limitFailure } from './interpreter.ts';

const MODULE = new URL('./evaluator-process.ts', import.meta.url);

const OPTIONS = [
  // Larger than what the limits allow, so that an expression that they end does not end the process.
  '--max-old-space-size=1024',
  // Matches in linear time where backtracking would take exponential time. Regular expressions with look-around or back
  // references still backtrack.
  '--enable-experimental-regexp-engine-on-excessive-backtracks',
  '--disable-warning=ExperimentalWarning',
];

/** A process that has had nothing to do for so long is ended: it takes some 50 MB. */
const IDLE_MS = 30_000;

export class Evaluator {
  readonly #process: ChildProcess;
  #current: PromiseWithResolvers<Evaluated> | undefined;
  #killed = false;
  #idleTimer: NodeJS.Timeout | undefined;

  /** `onGone` is called as soon as it can no longer be used. */
  constructor(onGone: () => void) {
    const compiled = getCompileCacheDir();
    this.#process = fork(MODULE, {
      execArgv: OPTIONS,
      // Nothing else of the engine's environment: expressions cannot read it, and the process needs none of it. With what
      // has been compiled before, it starts in half the time; below the folder that is named there is one by version.
      env: compiled === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compiled) },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#process.on('message', (answer: EvaluationAnswer) => this.#answered(answer));
    this.#process.once('error', (error) => this.#fail(error));
    this.#process.once('exit', (code, signal) => {
      clearTimeout(this.#idleTimer);
      onGone();
      this.#ended(code, signal);
    });
    // It keeps no process alive that has nothing else to do.
    this.#process.unref();
    this.#process.channel?.unref();
  }

  get isIdle(): boolean {
    return !this.#current && !this.#killed && this.#process.connected;
  }

  /** To be called when it is idle. */
  evaluate(request: EvaluationRequest): Promise<Evaluated> {
    clearTimeout(this.#idleTimer);
    const current = Promise.withResolvers<Evaluated>();
    this.#current = current;
    this.#process.send(request, (error) => error && this.#fail(error));
    return current.promise;
  }

  kill(): void {
    this.#killed = true;
    this.#process.kill('SIGKILL');
  }

  #answered(answer: EvaluationAnswer): void {
    const current = this.#current;
    this.#current = undefined;
    this.#idleTimer = setTimeout(() => this.kill(), IDLE_MS).unref();
    current?.resolve('failure' in answer ? answer : { value: parseJson(answer.value) });
  }

  /** How it ended tells which limit was exceeded: it kills itself after too long, and V8 aborts it without memory. */
  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#killed) this.#fail(new Cancelled());
    else if (signal === null)
      this.#fail(new Error(`The process that evaluates expressions ended with ${code}`));
    else this.#current?.resolve(limitFailure(signal === 'SIGKILL' ? tooLong : tooLarge));
  }

  #fail(error: Error): void {
    this.#current?.reject(error);
    this.#current = undefined;
  }
}
