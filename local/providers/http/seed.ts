// What the emulated HTTP service starts with: the orders of a shop, and the credentials that it takes.

/** Taken as a bearer token, as the password of any user, in the header X-Api-Key, and in the parameter `api_key`. */
export const httpToken = 'emulated-http-token';

export interface Order {
  readonly id: number;
  readonly reference: string;
  readonly customer: string;
  readonly status: string;
  /** In cents. */
  readonly total: number;
  readonly due: string;
}

const DAY_MS = 24 * 3_600_000;
const customers = ['Anna Lind', 'Jonas Weber', 'Mira Novak', 'Theo Laurent', 'Ida Holm'] as const;

/** Twelve orders, of which every third is paid: the others are due from ten days ago to a week ahead. */
export function seedOrders(seededAt: number): Order[] {
  return Array.from({ length: 12 }, (_, index) => ({
    id: index + 1,
    reference: `A-${1001 + index}`,
    customer: customers[index % customers.length] ?? '',
    status: index % 3 === 2 ? 'paid' : 'open',
    total: 1990 + 745 * index,
    due: new Date(seededAt + (index * 1.5 - 10) * DAY_MS).toISOString().slice(0, 10),
  }));
}
