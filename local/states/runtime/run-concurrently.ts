// Runs several threads at the same time: all succeed, or the first failure stops the others.
//
// The order and the links of their events were read off AWS: https://github.com/floci-io/floci/pull/3167 and its tests.
import { Cancellation, Cancelled } from '../model/cancellation.ts';
import { ErrorName, StateFailure } from '../model/errors.ts';
import type { Json } from '../model/json.ts';
import type { Thread } from './thread.ts';

interface ConcurrentThreads<Item> {
  readonly items: readonly Item[];
  /** How many threads run at a time. */
  readonly concurrency: number;
  /** Makes the thread for an item, inside the outer one. */
  thread(item: Item, index: number, group: Cancellation): Thread;
  run(thread: Thread, item: Item, index: number): Promise<Json>;
  /** Called when the thread has failed and the others have been stopped. */
  failed?(thread: Thread, index: number): void;
}

/**
 * Runs a thread for every item and gives the results in the items' order. When one fails, the others are stopped, and
 * then its error is thrown. The outer thread goes on from the last event of all threads, or of the one that failed.
 * Threads that had ended before a restart are not run again.
 */
export async function runConcurrently<Item>(
  outer: Thread,
  { items, concurrency, thread: threadOf, run, failed }: ConcurrentThreads<Item>,
): Promise<Json[]> {
  const group = new Cancellation(outer.cancellation);
  const results: Json[] = new Array(items.length);
  const queue = items.entries();
  let failure: { readonly error: unknown } | undefined;
  let lastEventId = outer.previousEventId;

  const fail = (error: unknown, thread: Thread | undefined, index: number) => {
    if (failure) return;
    failure = { error };
    try {
      if (thread && error instanceof StateFailure) stopOthers(error, thread, index);
    } catch (limit) {
      failure = { error: limit };
    }
    group.cancel();
  };

  function stopOthers({ error }: StateFailure, thread: Thread, index: number): void {
    outer.innerThreads.delete(thread);
    // An error of the interpreter ends the execution, and only that is recorded.
    const recorded = error !== ErrorName.runtime;
    for (const other of outer.innerThreads) other.stop(recorded ? thread.previousEventId : undefined);
    if (recorded) failed?.(thread, index);
    outer.previousEventId = thread.previousEventId;
  }

  async function worker(): Promise<void> {
    for (const [index, item] of queue) {
      const thread = threadOf(item, index, group);
      if (group.cancelled && !thread.restored) return;
      outer.innerThreads.add(thread);
      try {
        results[index] = await outputOf(thread, () => run(thread, item, index));
        lastEventId = Math.max(lastEventId, thread.previousEventId);
      } catch (error) {
        fail(error, thread, index);
        return;
      } finally {
        outer.innerThreads.delete(thread);
      }
    }
  }

  const restored = outer.restored && restoredFailure(outer, items.length);
  if (restored) {
    fail(restored.error, undefined, -1);
    outer.previousEventId = restored.eventId;
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  group.release();
  if (failure) throw failure.error;
  outer.cancellation.throwIfCancelled();
  outer.previousEventId = lastEventId;
  return results;
}

/** Runs the thread, or gives how it had ended before a restart. A failure is kept in the checkpoint for the next one. */
async function outputOf(thread: Thread, run: () => Promise<Json>): Promise<Json> {
  const end = thread.restored?.end;
  if (end) {
    if ('output' in end) return end.output;
    throw 'failure' in end ? failureOf(end.failure) : new Cancelled();
  }
  try {
    return await run();
  } catch (error) {
    if (error instanceof StateFailure) thread.end({ failure: error.details });
    if (error instanceof Cancelled) thread.end({ stopped: true });
    throw error;
  }
}

/** The failure that was stopping the threads when the engine was stopped, and the last event of its thread. */
function restoredFailure(outer: Thread, count: number) {
  for (let index = 0; index < count; index++) {
    const checkpoint = outer.execution.restored(`${outer.path}/${index}`);
    const end = checkpoint?.end;
    if (!checkpoint || !end || !('failure' in end)) continue;
    return { error: failureOf(end.failure), eventId: checkpoint.previousEventId };
  }
  return undefined;
}

const failureOf = ({ error, cause }: { readonly error?: string; readonly cause?: string }) =>
  new StateFailure(error, cause);
