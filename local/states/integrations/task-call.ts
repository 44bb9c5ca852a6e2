// One call of a Task under way: its timeouts, and what is kept of it in the checkpoint.
import { Cancellation } from '../model/cancellation.ts';
import type { Attempts, Deadlines } from '../model/checkpoint.ts';
import { ErrorName } from '../model/errors.ts';
import type { Environment } from '../runtime/environment.ts';
import type { Thread } from '../runtime/thread.ts';
import type { Visit } from '../runtime/visit.ts';
import type { Call } from './integration.ts';

export class TaskCall implements Call {
  readonly thread: Thread;
  readonly environment: Environment;
  readonly cancellation: Cancellation;
  readonly token: string | undefined;
  readonly #visit: Visit;
  readonly #attempts: Attempts;
  readonly #stopTimeout: (() => void) | undefined;
  #stopHeartbeat: (() => void) | undefined;
  #due: Deadlines;
  #handle: string | undefined;
  /** The error that Retry and Catch may match, once it has timed out. */
  timedOut: string | undefined;

  constructor(visit: Visit, attempts: Attempts, due: Deadlines, handle?: string) {
    this.thread = visit.thread;
    this.environment = visit.thread.execution.environment;
    this.cancellation = new Cancellation(visit.thread.cancellation);
    this.token = visit.taskToken;
    this.#visit = visit;
    this.#attempts = attempts;
    this.#due = due;
    this.#handle = handle;
    this.#stopTimeout = this.#cancelAt(due.timeoutAt, ErrorName.timeout);
    this.#stopHeartbeat = this.#cancelAt(due.heartbeatAt, ErrorName.heartbeatTimeout);
  }

  heartbeat(): void {
    const { heartbeatSeconds } = this.#due;
    if (heartbeatSeconds === undefined) return;
    this.#stopHeartbeat?.();
    const heartbeatAt = this.environment.clock.now() + heartbeatSeconds * 1000;
    this.#due = { ...this.#due, heartbeatAt };
    this.#stopHeartbeat = this.#cancelAt(heartbeatAt, ErrorName.heartbeatTimeout);
    if (this.#handle !== undefined) this.pending(this.#handle);
  }

  pending(handle: string): void {
    this.#handle = handle;
    this.#visit.setProgress({ kind: 'pending', handle, due: this.#due, ...this.#attempts });
  }

  /** Stops the timers; to be called when the call has ended. */
  release(): void {
    this.#stopTimeout?.();
    this.#stopHeartbeat?.();
    this.cancellation.release();
  }

  #cancelAt(at: number | undefined, error: string): (() => void) | undefined {
    if (at === undefined) return undefined;
    return this.environment.clock.schedule(at, () => {
      this.timedOut ??= error;
      this.cancellation.cancel();
    });
  }
}
