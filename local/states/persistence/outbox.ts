// Delivers stored status change events at least once: an event is deleted after its delivery.
import type { Clock } from '../model/clock.ts';
import type { StatusEventStore } from '../store/status-events.ts';
import type { StatusChangeEvent } from './status-event.ts';

const CONCURRENCY = 16;
/** A delivery that failed is retried after this long, doubled each time up to a minute. */
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 60_000;

export type OnStatusChange = (event: StatusChangeEvent) => void | Promise<void>;

export class Outbox {
  readonly #events: StatusEventStore;
  readonly #acknowledge: (id: number) => void;
  readonly #deliver: OnStatusChange;
  readonly #clock: Clock;
  readonly #deliveries = new Set<Promise<void>>();
  readonly #timers = new Set<() => void>();
  /** The id of the last event that was taken up. */
  #last = 0;
  #closed = false;

  /** `acknowledge` deletes an event. */
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

  /** Delivers what has been stored since the last call, a limited number at a time. */
  readonly wake = (): void => {
    const room = CONCURRENCY - this.#deliveries.size;
    if (this.#closed || room <= 0) return;
    for (const { id, event } of this.#events.after(this.#last, room)) {
      this.#last = id;
      const parsed = JSON.parse(event) as StatusChangeEvent; // stored by this program
      const delivery = this.#attempt(id, parsed, FIRST_RETRY_MS).finally(() => {
        this.#deliveries.delete(delivery);
        this.wake();
      });
      this.#deliveries.add(delivery);
    }
  };

  /** Waits for the deliveries under way; those that fail are retried after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const cancel of this.#timers) cancel();
    await Promise.all(this.#deliveries);
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
          this.#deliveries.delete(delivery),
        );
        this.#deliveries.add(delivery);
      });
      this.#timers.add(cancel);
    }
  }
}
