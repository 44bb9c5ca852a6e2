// Map Runs under way and their child executions: started, stored, and resumed after a restart.
import { randomUUID } from 'node:crypto';
import { executionArn, expressExecutionArn, machineOfMapRun } from '../model/arns.ts';
import { type Cancellation, Cancelled } from '../model/cancellation.ts';
import type { Clock } from '../model/clock.ts';
import { jsonText } from '../model/json.ts';
import { Execution, type Journal } from '../runtime/execution.ts';
import { redrivability, rewind } from '../runtime/redrive.ts';
import type { Flow } from '../runtime/run-flow.ts';
import type { ChildRow, ExecutionEnd, ExecutionRow, MapRunRow, Redrive } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { Child, MapRun } from './map-run.ts';
import type { ChildStart, MapRuns } from './map-runs.ts';

/** How the engine runs an execution to its end, and stops one. */
interface Runner {
  run(execution: Execution, flow: Flow): Promise<void>;
  stop(arn: string): void;
}

export class ChildExecutions implements MapRuns {
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #runner: Runner;
  readonly #active = new Map<string, { readonly run: MapRun; readonly parent: Execution }>();

  constructor(store: Store, journal: Journal, clock: Clock, runner: Runner) {
    this.#store = store;
    this.#journal = journal;
    this.#clock = clock;
    this.#runner = runner;
  }

  async begin(run: MapRun, parent: Execution): Promise<void> {
    this.#active.set(run.arn, { run, parent });
    parent.saveMapRun(this.#row(run, 'RUNNING'));
    await this.#journal.committed(parent.identity.arn);
  }

  end(run: MapRun, status: MapRunRow['status']): void {
    const active = this.#active.get(run.arn);
    this.#active.delete(run.arn);
    active?.parent.saveMapRun(this.#row(run, status));
  }

  find(arn: string): MapRunRow | undefined {
    const active = this.#active.get(arn);
    return active ? this.#row(active.run, 'RUNNING') : this.#store.mapRuns.find(arn);
  }

  /** UpdateMapRun; does nothing when the Map Run has ended. */
  async update(arn: string, settings: Partial<MapRun['settings']>): Promise<void> {
    const active = this.#active.get(arn);
    if (!active) return;
    active.run.update(settings);
    active.parent.saveMapRun(this.#row(active.run, 'RUNNING'));
    await this.#journal.written(active.parent.identity.arn);
  }

  children(arn: string): ReadonlyMap<number, ChildRow> {
    return this.#store.executions.children(arn);
  }

  async child(start: ChildStart, cancellation: Cancellation): Promise<Child> {
    const { known } = start;
    const ended = known && endOf(known);
    if (known && ended && !this.#toRedrive(start)) {
      const { arn, name, input, startedAt, redriveCount } = known;
      return { arn, name, input, startedAt, redriveCount, end: ended };
    }
    const execution = this.#execution(start);
    const { arn, name, input, startedAt, redriveCount } = execution.identity;
    try {
      await cancellation.race<void>((resolve, reject) => {
        this.#runner.run(execution, start.flow).then(resolve, reject);
        return () => {};
      });
    } catch (error) {
      if (error instanceof Cancelled && !start.parent.suspended) this.#runner.stop(arn);
      if (!execution.end) throw error;
    }
    if (!execution.end) throw new Cancelled();
    return { arn, name, input, startedAt, redriveCount, end: execution.end };
  }

  /** Aborts Map Runs that no execution will resume: theirs has ended, or runs the state again. */
  abortOrphans(): void {
    for (;;) {
      const resumable = this.#store.executions.resumableMapRuns();
      const orphans = this.#store.mapRuns.running().filter(({ arn }) => !resumable.has(arn));
      // Their children may have Map Runs of their own.
      if (orphans.length === 0) return;
      for (const run of orphans) {
        this.#store.executions.abortChildren(run.arn, this.#clock.now());
        this.#store.mapRuns.save({ ...run, status: 'ABORTED', stoppedAt: this.#clock.now() });
      }
    }
  }

  /** Whether the child failed before this redrive of its Map Run, and can be redriven. */
  #toRedrive({ known, run, type }: ChildStart): boolean {
    if (!known || known.status === 'SUCCEEDED' || known.generation >= run.redriveCount) return false;
    if (type === 'EXPRESS') return true;
    const lastEventId = this.#store.executions.lastEventId(known.id);
    const state = redrivability(known, { now: this.#clock.now(), lastEventId, machineActive: true });
    return state.redriveStatus !== 'NOT_REDRIVABLE';
  }

  #execution(child: ChildStart): Execution {
    const { parent, type, run, batch, known } = child;
    const { identity, environment } = parent;
    const machineArn = machineOfMapRun(run.arn);
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
      input: known?.input ?? jsonText(batch.input),
      traceHeader: undefined,
    };
    const id = known?.id ?? this.#store.executions.newId();
    const redrive = known && this.#toRedrive(child) ? this.#redrive(known, run) : undefined;
    const execution = new Execution(
      {
        ...{ ...identity, ...start, id, type, mapRun: run.arn },
        machineName: machineArn.split(':').at(-1) ?? '',
        redriveCount: redrive?.count ?? known?.redriveCount ?? 0,
        redrivenAt: redrive?.at ?? known?.redrivenAt,
      },
      environment,
      this.#journal,
      known && {
        ...this.#store.executions.restorePoint(known.id),
        ...(redrive && { threads: redrive.threads }),
      },
    );
    const { index, items } = batch;
    const membership = { mapRun: run.arn, index, items, generation: run.redriveCount };
    if (!known) execution.newRow = { execution: start, child: membership };
    execution.redrive = redrive;
    return execution;
  }

  #redrive(known: ChildRow, run: MapRun): Redrive {
    return {
      count: known.redriveCount + 1,
      at: this.#clock.now(),
      threads: rewind(this.#store.executions.restorePoint(known.id).threads),
      generation: run.redriveCount,
    };
  }

  #row(run: MapRun, status: MapRunRow['status']): MapRunRow {
    const { arn, executionArn, startedAt, settings, counts, redriveCount, redrivenAt } = run;
    const stoppedAt = status === 'RUNNING' ? undefined : this.#clock.now();
    return {
      ...{ arn, executionArn, status, startedAt, stoppedAt, settings, counts },
      ...{ redriveCount, redrivenAt },
    };
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
