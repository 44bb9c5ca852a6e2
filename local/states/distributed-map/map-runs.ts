// What a distributed Map needs of the engine: Map Runs that are stored, and child executions that are run.
import type { Cancellation } from '../model/cancellation.ts';
import type { Execution } from '../runtime/execution.ts';
import type { Flow } from '../runtime/run-flow.ts';
import type { ChildRow, MapRunRow } from '../store/rows.ts';
import type { Batch, Child, MapRun } from './map-run.ts';

export interface MapRuns {
  /** Resolves when the Map Run is in the store, with what `parent` has recorded of it. */
  begin(run: MapRun, parent: Execution): Promise<void>;
  find(arn: string): MapRunRow | undefined;
  /** The children that are in the store, from before a restart or a redrive, by the indexes of their batches. */
  children(arn: string): ReadonlyMap<number, ChildRow>;
  /** Runs or resumes a child, and resolves when it has ended. Throws Cancelled. */
  child(start: ChildStart, cancellation: Cancellation): Promise<Child>;
  end(run: MapRun, status: MapRunRow['status']): void;
}

export interface ChildStart {
  readonly parent: Execution;
  readonly flow: Flow;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly run: MapRun;
  readonly batch: Batch;
  readonly known: ChildRow | undefined;
}
