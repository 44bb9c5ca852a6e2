// Several lines of states at the same time, with one end: all succeed, or the first failure stops the rest.
import { Cancellation } from './cancellation.ts';
import type { Json } from './json.ts';
import type { Thread } from './thread.ts';

/**
 * Runs `work` for every item, at most `concurrency` at a time, and gives the results in the items' order.
 * When one fails the others are cancelled, have their say in the history, and then its error is thrown.
 */
export async function runTogether<Item>(
  thread: Thread,
  items: readonly Item[],
  concurrency: number,
  work: (item: Item, index: number, group: Cancellation) => Promise<Json>,
): Promise<Json[]> {
  const group = new Cancellation(thread.cancellation);
  const results: Json[] = new Array(items.length);
  const queue = items.entries();
  let failure: { readonly error: unknown } | undefined;

  async function worker(): Promise<void> {
    for (const [index, item] of queue) {
      if (group.cancelled) return;
      try {
        results[index] = await work(item, index, group);
      } catch (error) {
        failure ??= { error };
        group.cancel();
        return;
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  group.release();
  if (failure) throw failure.error;
  thread.cancellation.throwIfCancelled();
  return results;
}
