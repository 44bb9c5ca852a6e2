// Several lines of states at the same time, with one end: all succeed, or the first failure stops the rest.
import { Cancellation, Cancelled } from './cancellation.ts';
import { StateFailure } from './errors.ts';
import type { Json } from './json.ts';
import type { Thread } from './thread.ts';

interface Lines<Item> {
  readonly items: readonly Item[];
  /** How many at a time. */
  readonly concurrency: number;
  /** The line for an item, below the outer one. */
  line(item: Item, index: number, group: Cancellation): Thread;
  run(line: Thread, item: Item, index: number): Promise<Json>;
}

/**
 * Runs a line for every item and gives the results in the items' order. When one fails the others are cancelled,
 * have their say in the history, and then its error is thrown. Lines that had ended before a restart are not run
 * again.
 */
export async function runTogether<Item>(
  outer: Thread,
  { items, concurrency, line: lineOf, run }: Lines<Item>,
): Promise<Json[]> {
  const group = new Cancellation(outer.cancellation);
  const results: Json[] = new Array(items.length);
  const queue = items.entries();
  let failure: { readonly error: unknown } | undefined;

  const fail = (error: unknown) => {
    failure ??= { error };
    group.cancel();
  };

  async function worker(): Promise<void> {
    for (const [index, item] of queue) {
      const line = lineOf(item, index, group);
      if (group.cancelled && !line.before) return;
      try {
        results[index] = await outputOf(line, () => run(line, item, index));
      } catch (error) {
        fail(error);
        return;
      }
    }
  }

  const failedBefore = outer.before && failureBefore(outer, items.length);
  if (failedBefore) fail(failedBefore);
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  group.release();
  if (failure) throw failure.error;
  outer.cancellation.throwIfCancelled();
  return results;
}

/** Runs the line, or gives what it had come to before a restart; its end is noted for the next one. */
async function outputOf(line: Thread, run: () => Promise<Json>): Promise<Json> {
  const end = line.before?.end;
  if (end) {
    if ('output' in end) return end.output;
    throw 'failure' in end ? new StateFailure(end.failure.error, end.failure.cause) : new Cancelled();
  }
  try {
    const output = await run();
    line.end({ output });
    return output;
  } catch (error) {
    if (error instanceof StateFailure) line.end({ failure: error.details });
    if (error instanceof Cancelled) line.end({ stopped: true });
    throw error;
  }
}

/** The failure that was stopping the lines when the engine was. */
function failureBefore(outer: Thread, count: number): StateFailure | undefined {
  for (let index = 0; index < count; index++) {
    const end = outer.execution.before(`${outer.place}/${index}`)?.end;
    if (end && 'failure' in end) return new StateFailure(end.failure.error, end.failure.cause);
  }
  return undefined;
}
