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
  /** Whether the store may have events after that one. */
  #unread = false;
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

  /** To be called when events have been stored. */
  readonly wake = (): void => {
    this.#unread = true;
    this.#take();
  };

  /** Waits for the deliveries under way; those that fail are retried after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const cancel of this.#timers) cancel();
    await Promise.all(this.#deliveries);
  }

  #take(): void {
    const room = CONCURRENCY - this.#deliveries.size;
    if (this.#closed || !this.#unread || room <= 0) return;
    const events = this.#events.after(this.#last, room);
    this.#unread = events.length === room;
    for (const { id, event } of events) {
      this.#last = id;
      this.#start(id, JSON.parse(event) as StatusChangeEvent, FIRST_RETRY_MS); // stored by this program
    }
  }

  #start(id: number, event: StatusChangeEvent, retryMs: number): void {
    const delivery = this.#attempt(id, event, retryMs).finally(() => {
      this.#deliveries.delete(delivery);
      this.#take();
    });
    this.#deliveries.add(delivery);
  }

  async #attempt(id: number, event: StatusChangeEvent, retryMs: number): Promise<void> {
    try {
      await this.#deliver(event);
      this.#acknowledge(id);
    } catch {
      if (this.#closed) return;
      const cancel = this.#clock.schedule(this.#clock.now() + retryMs, () => {
        this.#timers.delete(cancel);
        this.#start(id, event, Math.min(retryMs * 2, MAX_RETRY_MS));
      });
      this.#timers.add(cancel);
    }
  }
}
