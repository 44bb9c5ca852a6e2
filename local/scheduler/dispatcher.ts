// Starts the executions of schedules that are due, with the retries of their retry policies.
import type { Clock } from '../states/model/clock.ts';
import { nextDueTime, type Schedule, type ScheduledStart, scheduledStart } from './schedule.ts';
import type { ScheduleStore } from './store.ts';

export interface DispatcherOptions {
  readonly startExecution: (start: ScheduledStart) => Promise<void>;
  /**
   * A schedule was due at a time at which nothing ran, longer ago than its flexible window: it was not started.
   * `dueAt` is the last such time.
   */
  readonly onMissed: (schedule: { readonly name: string; readonly dueAt: Date }) => void;
  /** The execution could not be started at any attempt; what Scheduler would send to the dead-letter queue. */
  readonly onFailed: (schedule: {
    readonly name: string;
    readonly dueAt: Date;
    readonly error: unknown;
  }) => void;
}

/** Scheduler's precision. */
const PRECISION_MS = 60_000;
const MAX_RETRY_PAUSE_MS = 60_000;

export class Dispatcher {
  readonly #store: ScheduleStore;
  readonly #clock: Clock;
  readonly #options: DispatcherOptions;
  readonly #inFlight = new Set<Promise<void>>();
  /** Ends the pauses between attempts. */
  readonly #pauses = new Set<() => void>();
  #cancelTimer = () => {};
  #closed = false;

  constructor(store: ScheduleStore, clock: Clock, options: DispatcherOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#options = options;
  }

  /** Continues the starts that the last process left unfinished, and starts what is due. */
  open(): void {
    for (const entry of this.#store.list())
      for (const dueAt of entry.starting) this.#track(this.#start(entry, dueAt));
    this.#dispatch();
  }

  /** Sets the timer for the next due time; to be called after every change of the schedules. */
  arm(): void {
    this.#cancelTimer();
    const times = this.#store.list().flatMap(({ next }) => (next === null ? [] : [next]));
    if (this.#closed || times.length === 0) return;
    const earliest = times.reduce((least, time) => Math.min(least, time));
    this.#cancelTimer = this.#clock.schedule(earliest, () => this.#dispatch());
  }

  /** Waits for the attempts in flight; retries continue when a process next opens the schedules. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer();
    for (const end of this.#pauses) end();
    await Promise.all(this.#inFlight);
  }

  #dispatch(): void {
    const now = this.#clock.now();
    for (const entry of this.#store.list())
      if (entry.next !== null && entry.next <= now) this.#dispatchOne(entry, entry.next, now);
    this.#track(this.#store.save());
    this.arm();
  }

  /** @param firstDueAt the schedule's next due time, which has passed */
  #dispatchOne(entry: Schedule, firstDueAt: number, now: number): void {
    // After a pause of the machine only the last of the due times counts.
    let dueAt = firstDueAt;
    let next = nextDueTime(entry, dueAt);
    while (next !== null && next <= now) {
      dueAt = next;
      next = nextDueTime(entry, dueAt);
    }
    entry.next = next;
    const window = (entry.FlexibleTimeWindow.MaximumWindowInMinutes ?? 0) * 60_000;
    if (now - dueAt > Math.max(window, PRECISION_MS)) {
      this.#options.onMissed({ name: entry.name, dueAt: new Date(dueAt) });
      this.#removeCompleted(entry);
    } else {
      entry.starting.push(dueAt);
      this.#track(this.#start(entry, dueAt));
    }
  }

  /** Starts the execution of a due time, and removes the due time when that has succeeded or is given up. */
  async #start(entry: Schedule, dueAt: number): Promise<void> {
    if (!(await this.#startWithRetries(entry, dueAt))) return;
    // An update may have replaced the entry in the meantime.
    const current = this.#store.find(entry.GroupName, entry.name) ?? entry;
    current.starting = current.starting.filter((time) => time !== dueAt);
    this.#removeCompleted(current);
    await this.#store.save();
  }

  /** @returns false when the scheduler was closed before the last attempt */
  async #startWithRetries(entry: Schedule, dueAt: number): Promise<boolean> {
    const { MaximumEventAgeInSeconds, MaximumRetryAttempts } = entry.Target.RetryPolicy;
    const deadline = dueAt + MaximumEventAgeInSeconds * 1000;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#options.startExecution(scheduledStart(entry, dueAt, attempt));
        return true;
      } catch (error) {
        const pause = Math.min(1000 * 2 ** (attempt - 1), MAX_RETRY_PAUSE_MS);
        if (attempt > MaximumRetryAttempts || this.#clock.now() + pause > deadline) {
          this.#options.onFailed({ name: entry.name, dueAt: new Date(dueAt), error });
          return true;
        }
        await this.#sleep(pause);
        if (this.#closed) return false;
      }
    }
  }

  #removeCompleted(entry: Schedule): void {
    const completed = entry.next === null && entry.State === 'ENABLED' && entry.starting.length === 0;
    if (completed && entry.ActionAfterCompletion === 'DELETE')
      this.#store.delete(entry.GroupName, entry.name);
  }

  #track(work: Promise<void>): void {
    const finished = work.catch(() => {}).finally(() => this.#inFlight.delete(finished));
    this.#inFlight.add(finished);
  }

  #sleep(ms: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#clock.schedule(this.#clock.now() + ms, () => {
        this.#pauses.delete(end);
        resolve();
      });
      const end = () => {
        cancel();
        resolve();
      };
      this.#pauses.add(end);
    });
  }
}
