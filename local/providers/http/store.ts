// The orders, and the answers by the keys of requests that were made before.
import { type Order, seedOrders } from './seed.ts';

type Fields = Omit<Order, 'id'>;

export class OrderStore {
  readonly #orders: Map<number, Order>;
  /** The ids of orders by Idempotency-Key. */
  readonly #keys = new Map<string, number>();
  #lastId: number;

  constructor(seededAt: number) {
    const orders = seedOrders(seededAt);
    this.#orders = new Map(orders.map((order) => [order.id, order]));
    this.#lastId = orders.length;
  }

  list(status: string | null): Order[] {
    return [...this.#orders.values()].filter((order) => status === null || order.status === status);
  }

  find(id: number): Order | undefined {
    return this.#orders.get(id);
  }

  /** The order that a request with the same key has made already, or a new one. */
  create(fields: Fields, key: string | null): Order {
    const made = key === null ? undefined : this.#orders.get(this.#keys.get(key) ?? 0);
    if (made) return made;
    this.#lastId += 1;
    const order = { id: this.#lastId, ...fields };
    this.#orders.set(order.id, order);
    if (key !== null) this.#keys.set(key, order.id);
    return order;
  }

  change(order: Order): void {
    this.#orders.set(order.id, order);
  }

  delete(id: number): boolean {
    return this.#orders.delete(id);
  }
}
