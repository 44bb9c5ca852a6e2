// Map Runs under way and their child executions: started, stored, found again after a restart.
import { randomUUID } from 'node:crypto';
import { executionArn, expressExecutionArn, machineOfMapRun } from './arns.ts';
import { type Cancellation, Cancelled } from './cancellation.ts';
import type { Clock } from './clock.ts';
import { type ChildStart, Execution, type ExecutionEnd, type Journal, type MapRuns } from './execution.ts';
import type { Child, MapRun } from './map-run.ts';
import type { ExecutionRow } from './store/executions.ts';
import type { MapRunRow } from './store/map-runs.ts';
import type { Store } from './store/store.ts';

/** How the engine runs an execution to its end, and stops one. */
interface Runner {
  run(execution: Execution): Promise<void>;
  stop(arn: string): void;
}

export class ChildExecutions implements MapRuns {
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #runner: Runner;
  readonly #live = new Map<string, MapRun>();

  constructor(store: Store, journal: Journal, clock: Clock, runner: Runner) {
    this.#store = store;
    this.#journal = journal;
    this.#clock = clock;
    this.#runner = runner;
  }

  async begin(run: MapRun): Promise<void> {
    this.#live.set(run.arn, run);
    this.#save(run, 'RUNNING');
    await this.#journal.committed();
  }

  end(run: MapRun, status: MapRunRow['status']): void {
    this.#live.delete(run.arn);
    this.#save(run, status);
  }

  find(arn: string): MapRunRow | undefined {
    const stored = this.#store.mapRuns.find(arn);
    const live = this.#live.get(arn);
    return stored && live ? { ...stored, settings: live.settings, counts: live.counts } : stored;
  }

  /** UpdateMapRun; nothing when it has ended. */
  update(arn: string, settings: Partial<MapRun['settings']>): void {
    const run = this.#live.get(arn);
    if (!run) return;
    run.update(settings);
    this.#save(run, 'RUNNING');
  }

  children(arn: string): ReadonlyMap<number, ExecutionRow> {
    return this.#store.executions.children(arn);
  }

  async child(start: ChildStart, cancellation: Cancellation): Promise<Child> {
    const { known } = start;
    const ended = known && endOf(known);
    if (known && ended) {
      const { arn, name, input, startedAt } = known;
      return { arn, name, input, startedAt, end: ended };
    }
    const execution = this.#execution(start);
    const { arn, name, input, startedAt } = execution.identity;
    try {
      await cancellation.race<void>((resolve, reject) => {
        this.#runner.run(execution).then(resolve, reject);
        return () => {};
      });
    } catch (error) {
      if (error instanceof Cancelled && !start.parent.suspended) this.#runner.stop(arn);
      if (!execution.end) throw error;
    }
    if (!execution.end) throw new Cancelled();
    return { arn, name, input, startedAt, end: execution.end };
  }

  /** Map Runs whose execution does not go on with them: it has ended, or runs their state again. */
  abortOrphans(): void {
    for (;;) {
      const kept = this.#store.executions.goingOnMapRuns();
      const orphans = this.#store.mapRuns.running().filter(({ arn }) => !kept.has(arn));
      // Their children may have Map Runs of their own.
      if (orphans.length === 0) return;
      for (const run of orphans) {
        this.#store.executions.abortChildren(run.arn, this.#clock.now());
        this.#store.mapRuns.save({ ...run, status: 'ABORTED', stoppedAt: this.#clock.now() });
      }
    }
  }

  #execution({ parent, flow, type, mapRun, batch, known }: ChildStart): Execution {
    const { identity, environment } = parent;
    const machineArn = machineOfMapRun(mapRun);
    const name = known?.name ?? randomUUID();
    const express = type === 'EXPRESS';
    const start = {
      arn:
        known?.arn ??
        (express ? expressExecutionArn(machineArn, name, name) : executionArn(machineArn, name)),
      name,
      machineArn,
      version: identity.version,
      alias: undefined,
      revision: identity.revision,
      startedAt: known?.startedAt ?? this.#clock.now(),
      input: known?.input ?? JSON.stringify(batch.input),
      traceHeader: undefined,
    };
    const id = known?.id ?? this.#store.executions.newId();
    const child = new Execution(
      { ...identity, ...start, id, machineName: machineArn.split(':').at(-1) ?? '', type, mapRun },
      { flow, timeoutSeconds: undefined },
      environment,
      this.#journal,
      known && this.#store.executions.before(known.id),
    );
    const place = { mapRun, place: batch.place, items: batch.items };
    if (!known) child.birth = { execution: start, place };
    return child;
  }

  #save(run: MapRun, status: MapRunRow['status']): void {
    const { arn, executionArn, startedAt, settings, counts, redriveCount, redrivenAt } = run;
    const stoppedAt = status === 'RUNNING' ? undefined : this.#clock.now();
    this.#store.mapRuns.save({
      ...{ arn, executionArn, status, startedAt, stoppedAt, settings, counts },
      ...{ redriveCount, redrivenAt },
    });
  }
}

function endOf(row: ExecutionRow): ExecutionEnd | undefined {
  const { status, stoppedAt, output, error, cause } = row;
  if (status === 'RUNNING' || stoppedAt === undefined) return undefined;
  return {
    status,
    stoppedAt,
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}
