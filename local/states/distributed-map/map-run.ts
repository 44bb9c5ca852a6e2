// A Map Run: starts the child executions of a distributed Map, a limited number at a time, until too many have failed.
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
  readonly index: number;
  readonly items: number;
  readonly input: Json;
}

/** A child execution that has ended. */
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

/** Children that are started in one turn of the event loop. */
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

  /** UpdateMapRun: applies to children that are still to be started. */
  update(settings: Partial<MapRunSettings>): void {
    this.settings = { ...this.settings, ...settings };
    this.#change();
  }

  /** A ResultWriter has written the results of all children. */
  resultsWritten(): void {
    for (const counts of [this.#items, this.#executions]) counts.resultsWritten = counts.total;
  }

  /**
   * Fills `children` in the order of their batches; those that did not end are left out when the Map Run is stopped.
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
        children[batch.index] = child;
        this.#end(batch.items, child.end.status);
        if (child.end.status !== 'SUCCEEDED' && this.#exceeded()) stop(thresholdExceeded());
      } catch (error) {
        this.#end(batch.items, 'ABORTED');
        stop(error);
      }
      this.#change();
    };

    const concurrency = new AdaptiveLimit(() => this.#change());
    try {
      for await (const batch of batches) {
        while (this.#executions.running >= Math.min(concurrency.limit, this.#limit) && !group.cancelled) {
          if (concurrency.limit < this.#limit) concurrency.sample();
          await this.#changed.promise;
        }
        if (group.cancelled) break;
        void follow(batch);
        // Children that wait for nothing would keep requests and writes waiting until the last one.
        if ((batch.index + 1) % CHILDREN_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
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

/** The limit at first, and by how much each sample may raise it. */
const INITIAL_LIMIT = 64;
const INCREASE = 2;
const SAMPLE_MS = 10;
/** Above this utilization of the event loop the limit is not raised. */
const BUSY_UTILIZATION = 0.9;

/**
 * How many children run at a time. The limit grows while the event loop has time left, which is when children wait for
 * something, as Lambda itself gives a function 100 more instances a second. Each child under way takes memory (with 64
 * at a time a Map over 10,000 items takes 150 MB less than with 1000), and with a busy event loop more gain nothing.
 */
class AdaptiveLimit {
  limit = INITIAL_LIMIT;
  readonly #onSample: () => void;
  #since: EventLoopUtilization | undefined;

  constructor(onSample: () => void) {
    this.#onSample = onSample;
  }

  /** To be called when the limit is reached: raises it if the event loop has time left. */
  sample(): void {
    if (this.#since) return;
    this.#since = performance.eventLoopUtilization();
    setTimeout(() => {
      const { utilization } = performance.eventLoopUtilization(this.#since);
      this.#since = undefined;
      if (utilization < BUSY_UTILIZATION) this.limit += INCREASE;
      this.#onSample();
    }, SAMPLE_MS);
  }
}

/** The error of a Map state in which more items have failed than are tolerated. */
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
