// Calls that go on at the provider while no Lambda runs: the state machine waits and calls the action again, which does what
// it did before, and finds by these calls what it has begun already.
import { ProviderUnavailable, StillRunning } from '../../errors.ts';
import { pollSeconds } from '../../poll-interval.ts';
import type { ActionEvent } from './action-event.ts';

type Background = NonNullable<ActionEvent['background']>;

/** The last look is so long before the end of the time: what still runs then is cancelled. */
const LAST_LOOK_MS = 3000;

export class OngoingCalls {
  readonly #until: number;
  readonly #since: number;
  readonly #now: () => number;
  readonly #calls: { readonly of: string; readonly id: string }[];
  /** Which of them the next call is. */
  #next = 0;
  #isWaiting = false;
  readonly #atEnd: (() => Promise<unknown>)[] = [];

  constructor({ until, ongoing }: Background, now: () => number = Date.now) {
    this.#now = now;
    this.#until = until;
    this.#since = ongoing?.since ?? now();
    this.#calls = [...(ongoing?.calls ?? [])];
  }

  /**
   * The id of the next call, when it was begun; undefined when it is to begin now.
   * @param of what is called, a model
   * @throws ProviderUnavailable when the call that was begun is of another one: this one was not available
   */
  begun(of: string): string | undefined {
    const call = this.#calls[this.#next];
    if (call && call.of !== of) throw new ProviderUnavailable(`${of} was not available before`);
    if (call) this.#next += 1;
    return call?.id;
  }

  begin(of: string, id: string): void {
    this.#calls.push({ of, id });
    this.#next = this.#calls.length;
  }

  /** Whether the time ends before another look. */
  get isLastLook(): boolean {
    return this.#until - this.#now() <= LAST_LOOK_MS;
  }

  /**
   * Ends the invocation; the state machine makes another one later.
   * @param least seconds, when the provider wants more
   * @throws StillRunning
   */
  wait(least = 0): never {
    const now = this.#now();
    const left = this.#until - now;
    const usual = Math.max(least, pollSeconds((now - this.#since) / 1000));
    const seconds = this.isLastLook
      ? // Past the end, where Step Functions itself ends the step.
        Math.max(1, Math.ceil(left / 1000) + 1)
      : Math.max(1, Math.min(usual, Math.floor((left - LAST_LOOK_MS + 1000) / 1000)));
    this.#isWaiting = true;
    throw new StillRunning(seconds, { since: this.#since, calls: this.#calls });
  }

  /** What is to be done when the action has its result or its error, as far as it can be. */
  atEnd(clean: () => Promise<unknown>): void {
    this.#atEnd.push(clean);
  }

  async end(): Promise<void> {
    if (this.#isWaiting) return;
    await Promise.allSettled(this.#atEnd.map((clean) => clean()));
  }
}
