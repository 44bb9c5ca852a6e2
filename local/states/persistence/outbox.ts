// Delivers stored status change events, each at least once: one is forgotten when its delivery has been acknowledged.
import type { Clock } from '../model/clock.ts';
import type { StatusEventStore } from '../store/status-events.ts';
import type { StatusChangeEvent } from './status-event.ts';

const CONCURRENCY = 16;
/** A delivery that failed is made again after this long, doubled each time up to a minute. */
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 60_000;

export type OnStatusChange = (event: StatusChangeEvent) => void | Promise<void>;

export class Outbox {
  readonly #events: StatusEventStore;
  readonly #acknowledge: (id: number) => void;
  readonly #deliver: OnStatusChange;
  readonly #clock: Clock;
  readonly #under = new Set<Promise<void>>();
  readonly #timers = new Set<() => void>();
  #last = 0;
  #closed = false;

  /** `acknowledge` forgets an event. */
  constructor(
    events: StatusEventStore,
    acknowledge: (id: number) => void,
    deliver: OnStatusChange,
    clock: Clock,
  ) {
    this.#events = events;
    this.#acknowledge = acknowledge;
    this.#deliver = deliver;
    this.#clock = clock;
  }

  /** Takes up what has been stored since the last call, as far as there is room. */
  readonly wake = (): void => {
    const room = CONCURRENCY - this.#under.size;
    if (this.#closed || room <= 0) return;
    for (const { id, event } of this.#events.after(this.#last, room)) {
      this.#last = id;
      const parsed = JSON.parse(event) as StatusChangeEvent; // stored by this program
      const delivery = this.#attempt(id, parsed, FIRST_RETRY_MS).finally(() => {
        this.#under.delete(delivery);
        this.wake();
      });
      this.#under.add(delivery);
    }
  };

  /** Waits for the deliveries under way; those that fail are made again after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const cancel of this.#timers) cancel();
    await Promise.all(this.#under);
  }

  async #attempt(id: number, event: StatusChangeEvent, retryMs: number): Promise<void> {
    try {
      await this.#deliver(event);
      this.#acknowledge(id);
    } catch {
      if (this.#closed) return;
      const cancel = this.#clock.schedule(this.#clock.now() + retryMs, () => {
        this.#timers.delete(cancel);
        const delivery = this.#attempt(id, event, Math.min(retryMs * 2, MAX_RETRY_MS)).finally(() =>
          this.#under.delete(delivery),
        );
        this.#under.add(delivery);
      });
      this.#timers.add(cancel);
    }
  }
}
