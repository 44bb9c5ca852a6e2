// Several lines of states at the same time, with one end: all succeed, or the first failure stops the rest.
//
// How their events follow one another was read off AWS: https://github.com/floci-io/floci/pull/3167 and the tests there.
import { Cancellation, Cancelled } from '../model/cancellation.ts';
import { ErrorName, StateFailure } from '../model/errors.ts';
import type { Json } from '../model/json.ts';
import type { Thread } from './thread.ts';

interface Lines<Item> {
  readonly items: readonly Item[];
  /** How many at a time. */
  readonly concurrency: number;
  /** The line for an item, below the outer one. */
  line(item: Item, index: number, group: Cancellation): Thread;
  run(line: Thread, item: Item, index: number): Promise<Json>;
  /** The line has failed and the others have been stopped. */
  failed?(line: Thread, index: number): void;
}

/**
 * Runs a line for every item and gives the results in the items' order. When one fails the others are stopped, and
 * then its error is thrown. The outer line goes on from the last event of all lines, or of the one that failed. Lines
 * that had ended before a restart are not run again.
 */
export async function runTogether<Item>(
  outer: Thread,
  { items, concurrency, line: lineOf, run, failed }: Lines<Item>,
): Promise<Json[]> {
  const group = new Cancellation(outer.cancellation);
  const results: Json[] = new Array(items.length);
  const queue = items.entries();
  let failure: { readonly error: unknown } | undefined;
  let lastEventId = outer.previousEventId;

  const fail = (error: unknown, line: Thread | undefined, index: number) => {
    if (failure) return;
    failure = { error };
    try {
      if (line && error instanceof StateFailure) stopOthers(error, line, index);
    } catch (limit) {
      failure = { error: limit };
    }
    group.cancel();
  };

  function stopOthers({ error }: StateFailure, line: Thread, index: number): void {
    outer.running.delete(line);
    // An error of the interpreter ends the execution, and nothing is told but that.
    const tell = error !== ErrorName.runtime;
    for (const other of outer.running) other.stop(tell ? line.previousEventId : undefined);
    if (tell) failed?.(line, index);
    outer.previousEventId = line.previousEventId;
  }

  async function worker(): Promise<void> {
    for (const [index, item] of queue) {
      const line = lineOf(item, index, group);
      if (group.cancelled && !line.before) return;
      outer.running.add(line);
      try {
        results[index] = await outputOf(line, () => run(line, item, index));
        lastEventId = Math.max(lastEventId, line.previousEventId);
      } catch (error) {
        fail(error, line, index);
        return;
      } finally {
        outer.running.delete(line);
      }
    }
  }

  const failedBefore = outer.before && failureBefore(outer, items.length);
  if (failedBefore) {
    fail(failedBefore.error, undefined, -1);
    outer.previousEventId = failedBefore.eventId;
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  group.release();
  if (failure) throw failure.error;
  outer.cancellation.throwIfCancelled();
  outer.previousEventId = lastEventId;
  return results;
}

/** Runs the line, or gives what it had come to before a restart; that it failed is noted for the next one. */
async function outputOf(line: Thread, run: () => Promise<Json>): Promise<Json> {
  const end = line.before?.end;
  if (end) {
    if ('output' in end) return end.output;
    throw 'failure' in end ? failureOf(end.failure) : new Cancelled();
  }
  try {
    return await run();
  } catch (error) {
    if (error instanceof StateFailure) line.end({ failure: error.details });
    if (error instanceof Cancelled) line.end({ stopped: true });
    throw error;
  }
}

/** The failure that was stopping the lines when the engine was, and the last event of its line. */
function failureBefore(outer: Thread, count: number) {
  for (let index = 0; index < count; index++) {
    const before = outer.execution.before(`${outer.place}/${index}`);
    const end = before?.end;
    if (!before || !end || !('failure' in end)) continue;
    return { error: failureOf(end.failure), eventId: before.previousEventId };
  }
  return undefined;
}

const failureOf = ({ error, cause }: { readonly error?: string; readonly cause?: string }) =>
  new StateFailure(error, cause);
