// Invoking functions: in the current sandbox, with Lambda's limits and log lines, and again after an asynchronous failure.
import { randomUUID } from 'node:crypto';
import { checkPayloadSize, functionNotFound } from './checks.ts';
import { arnOf, type LocalFunction } from './function.ts';
import type { FunctionLog } from './log.ts';
import { Sandbox } from './sandbox.ts';

export interface Invocation {
  readonly requestId: string;
  /** JSON text: what the function returned, or `{errorType, errorMessage, trace?}` when it failed. */
  readonly payload: string;
  /** Present when the function failed, as in the X-Amz-Function-Error header. */
  readonly functionError?: 'Unhandled';
  /** The end of what the call wrote, up to 4 KB. */
  readonly logTail: string;
}

const MAX_REQUEST_BYTES = 6_291_456;
const MAX_ASYNC_REQUEST_BYTES = 1_048_576;
const MAX_RESPONSE_BYTES = 6_291_556;
const CLOSE_GRACE_MS = 5_000;

export interface InvokerOptions {
  /** By function name. */
  readonly functions: Readonly<Record<string, LocalFunction>>;
  /** The functions' whole environment: nothing of this process's own is passed on. */
  readonly environment: Readonly<Record<string, string>>;
  /** Pauses before the retries of a failed asynchronous invocation; Lambda waits one minute, then two. */
  readonly asyncRetryDelaysMs: readonly number[];
  readonly log: FunctionLog;
}

export class Invoker {
  readonly #options: InvokerOptions;
  readonly #sandboxes = new Set<Sandbox>();
  readonly #retryTimers = new Set<NodeJS.Timeout>();
  #current: Sandbox | undefined;

  constructor(options: InvokerOptions) {
    this.#options = options;
  }

  get functionNames(): string[] {
    return Object.keys(this.#options.functions);
  }

  /** @throws ResourceNotFoundException (AwsError) */
  find(functionName: string): LocalFunction {
    const { functions } = this.#options;
    const found = Object.hasOwn(functions, functionName) ? functions[functionName] : undefined;
    if (!found) throw functionNotFound(arnOf(functionName));
    return found;
  }

  /**
   * Invokes a function and waits for its response.
   * @param payload JSON text
   * @throws ResourceNotFoundException, RequestEntityTooLargeException (AwsError)
   */
  async invoke(functionName: string, payload: string): Promise<Invocation> {
    const { file, timeoutSeconds, memoryMb = 1024 } = this.find(functionName);
    checkPayloadSize(payload, MAX_REQUEST_BYTES);
    this.#current ??= this.#startSandbox();
    const { log } = this.#options;
    const requestId = randomUUID();
    const startedAt = performance.now();
    const start = `START RequestId: ${requestId} Version: $LATEST\n`;
    log.write(functionName, start);
    const functionArn = arnOf(functionName);
    const outcome = await this.#current.run(
      { functionName, file, functionArn, memoryMb, requestId, payload },
      timeoutSeconds,
    );
    const duration = performance.now() - startedAt;
    const report =
      `END RequestId: ${requestId}\nREPORT RequestId: ${requestId}\tDuration: ${duration.toFixed(2)} ms\t` +
      `Billed Duration: ${Math.ceil(duration)} ms\tMemory Size: ${memoryMb} MB\n`;
    log.write(functionName, report);
    const logTail = `${start}${outcome.output}${report}`.slice(-4096);
    if (outcome.failed) return { requestId, payload: outcome.payload, functionError: 'Unhandled', logTail };
    if (Buffer.byteLength(outcome.payload) <= MAX_RESPONSE_BYTES)
      return { requestId, payload: outcome.payload, logTail };
    return { requestId, payload: RESPONSE_TOO_LARGE, functionError: 'Unhandled', logTail };
  }

  /** Accepts an asynchronous invocation; a failed one is retried twice, as Lambda does. */
  invokeLater(functionName: string, payload: string): void {
    checkPayloadSize(payload, MAX_ASYNC_REQUEST_BYTES);
    this.#runLater(functionName, payload, 0);
  }

  /** Lets calls in progress finish, up to a limit; retries are dropped. */
  async close(): Promise<void> {
    for (const timer of this.#retryTimers) clearTimeout(timer);
    await Promise.all([...this.#sandboxes].map((sandbox) => sandbox.close(CLOSE_GRACE_MS)));
  }

  #runLater(functionName: string, payload: string, attempt: number): void {
    void this.invoke(functionName, payload).then(({ functionError }) => {
      const delay = this.#options.asyncRetryDelaysMs[attempt];
      if (functionError === undefined || delay === undefined) return;
      const timer = setTimeout(() => {
        this.#retryTimers.delete(timer);
        this.#runLater(functionName, payload, attempt + 1);
      }, delay);
      this.#retryTimers.add(timer);
    });
  }

  #startSandbox(): Sandbox {
    const sandbox = new Sandbox(this.#options.environment, {
      onOutput: this.#options.log.write,
      onRetire: () => {
        if (this.#current === sandbox) this.#current = undefined;
      },
      onExit: () => this.#sandboxes.delete(sandbox),
    });
    this.#sandboxes.add(sandbox);
    return sandbox;
  }
}

const RESPONSE_TOO_LARGE = JSON.stringify({
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
});
