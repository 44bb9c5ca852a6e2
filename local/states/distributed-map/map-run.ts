// A Map Run: starts the child executions of a distributed Map, so many at a time, until too many have failed.
import type { EventLoopUtilization } from 'node:perf_hooks';
import { Cancellation } from '../model/cancellation.ts';
import { ErrorName, StateFailure } from '../model/errors.ts';
import type { Json } from '../model/json.ts';
import type { Counts, EndStatus, ExecutionEnd, MapRunCounts, MapRunSettings } from '../store/rows.ts';

export interface MapRunIdentity {
  readonly arn: string;
  readonly executionArn: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly settings: MapRunSettings;
  readonly redriveCount: number;
  readonly redrivenAt: number | undefined;
}

/** What one child execution is given. */
export interface Batch {
  readonly place: number;
  readonly items: number;
  readonly input: Json;
}

/** What became of it. */
export interface Child {
  readonly arn: string;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
  readonly startedAt: number;
  readonly redriveCount: number;
  readonly end: ExecutionEnd;
}

/** Child executions at a time when MaxConcurrency says nothing. AWS runs up to 10,000, and functions up to 1,000. */
const MAX_CONCURRENCY = 1000;

const CHILDREN_A_TURN = 100;

const COUNTED = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
} as const satisfies Record<EndStatus, keyof Counts>;

export class MapRun {
  readonly arn: string;
  readonly executionArn: string;
  readonly startedAt: number;
  settings: MapRunSettings;
  #items = none();
  #executions = none();
  #changed = Promise.withResolvers<void>();

  readonly redriveCount: number;
  readonly redrivenAt: number | undefined;

  constructor(run: MapRunIdentity) {
    this.arn = run.arn;
    this.executionArn = run.executionArn;
    this.startedAt = run.startedAt;
    this.settings = run.settings;
    this.redriveCount = run.redriveCount;
    this.redrivenAt = run.redrivenAt;
  }

  get counts(): MapRunCounts {
    return { items: { ...this.#items }, executions: { ...this.#executions } };
  }

  /** UpdateMapRun: holds for what is still to be started. */
  update(settings: Partial<MapRunSettings>): void {
    this.settings = { ...this.settings, ...settings };
    this.#change();
  }

  /** A ResultWriter has written what became of every child. */
  resultsWritten(): void {
    for (const counts of [this.#items, this.#executions]) counts.resultsWritten = counts.total;
  }

  /**
   * Gives the children in the order of their batches; places without an end stay empty when it was stopped.
   * @throws StateFailure ExceedToleratedFailureThreshold, or what giving the next batch threw
   */
  async run(
    total: number,
    batches: AsyncIterable<Batch>,
    parent: Cancellation,
    start: (batch: Batch, group: Cancellation) => Promise<Child>,
    children: Child[],
  ): Promise<void> {
    const group = new Cancellation(parent);
    this.#items.total = total;
    this.#items.pending = total;
    let failure: { readonly error: unknown } | undefined;
    const stop = (error: unknown) => {
      failure ??= { error };
      group.cancel();
      this.#change();
    };

    const follow = async (batch: Batch) => {
      this.#begin(batch.items);
      try {
        const child = await start(batch, group);
        children[batch.place] = child;
        this.#end(batch.items, child.end.status);
        if (child.end.status !== 'SUCCEEDED' && this.#exceeded()) stop(thresholdExceeded());
      } catch (error) {
        this.#end(batch.items, 'ABORTED');
        stop(error);
      }
      this.#change();
    };

    const width = new Width(() => this.#change());
    try {
      for await (const batch of batches) {
        while (this.#executions.running >= Math.min(width.children, this.#limit) && !group.cancelled) {
          if (width.children < this.#limit) width.look();
          await this.#changed.promise;
        }
        if (group.cancelled) break;
        void follow(batch);
        // Children that wait for nothing would let in neither requests nor writes until the last one.
        if ((batch.place + 1) % CHILDREN_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      stop(error);
    }
    while (this.#executions.running > 0) await this.#changed.promise;
    group.release();
    parent.throwIfCancelled();
    if (failure) throw failure.error;
  }

  get #limit(): number {
    return this.settings.maxConcurrency || MAX_CONCURRENCY;
  }

  #begin(items: number): void {
    this.#items.pending -= items;
    this.#items.running += items;
    this.#executions.total += 1;
    this.#executions.running += 1;
  }

  #end(items: number, status: EndStatus): void {
    this.#items.running -= items;
    this.#items[COUNTED[status]] += items;
    this.#executions.running -= 1;
    this.#executions[COUNTED[status]] += 1;
  }

  #exceeded(): boolean {
    const { failed, timedOut, aborted, total } = this.#items;
    const failures = failed + timedOut + aborted;
    const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = this.settings;
    if (count === undefined && percentage === undefined) return failures > 0;
    if (count !== undefined && failures > count) return true;
    return percentage !== undefined && (failures / total) * 100 > percentage;
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

/** So many children at a time are begun with, and so many more of them a look. */
const FIRST_CHILDREN = 64;
const MORE_CHILDREN = 2;
const LOOK_MS = 10;
/** Above this share of its time the event loop has no use for more of them. */
const BUSY = 0.9;

/**
 * How many children run at a time: more and more of those that wait for something, as Lambda itself gives a function
 * 100 more instances a second, few of those that do not. What is under way takes memory (with 64 at a time a Map over
 * 10,000 items takes 150 MB less than with 1000), and where the engine has no time left, more makes nothing faster.
 */
class Width {
  children = FIRST_CHILDREN;
  readonly #widened: () => void;
  #since: EventLoopUtilization | undefined;

  constructor(widened: () => void) {
    this.#widened = widened;
  }

  /** All of them are under way: looks whether there is time for more. */
  look(): void {
    if (this.#since) return;
    this.#since = performance.eventLoopUtilization();
    setTimeout(() => {
      const { utilization } = performance.eventLoopUtilization(this.#since);
      this.#since = undefined;
      if (utilization < BUSY) this.children += MORE_CHILDREN;
      this.#widened();
    }, LOOK_MS);
  }
}

/** The error of a Map in which more items have failed than are tolerated. */
export function thresholdExceeded(): StateFailure {
  return new StateFailure(
    ErrorName.exceedToleratedFailureThreshold,
    'The specified tolerated failure threshold was exceeded',
  );
}

const none = (): { -readonly [name in keyof Counts]: number } => ({
  total: 0,
  pending: 0,
  running: 0,
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  aborted: 0,
  resultsWritten: 0,
});
