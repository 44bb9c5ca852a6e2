// What the store keeps of executions and Map Runs, and what it is given to keep.
import type { Checkpoint } from '../model/checkpoint.ts';
import type { HistoryEvent } from '../model/history.ts';

export type EndStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionEnd {
  readonly status: EndStatus;
  readonly stoppedAt: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface ExecutionRow {
  readonly id: number;
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly version: number | undefined;
  /** The ARN of the alias that it was started with. */
  readonly alias: string | undefined;
  /** The key of the state machine's revision that it runs. */
  readonly revision: number;
  readonly status: 'RUNNING' | EndStatus;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly stoppedAt: number | undefined;
  /** JSON text. */
  readonly input: string;
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly traceHeader: string | undefined;
  readonly redriveCount: number;
  /** Milliseconds since 1970. */
  readonly redrivenAt: number | undefined;
  /** Of a child execution: the Map Run that it belongs to, and how many items it was given. */
  readonly mapRun?: string;
  readonly itemCount?: number;
}

/** How a child execution belongs to its Map Run. */
export interface MapChild {
  readonly mapRun: string;
  /** Of its batch of items. */
  readonly index: number;
  /** How many. */
  readonly items: number;
  /** The number of the Map Run's redrive that last started it. */
  readonly generation: number;
}

/** A child execution as its Map Run finds it in the store. */
export interface ChildRow extends ExecutionRow {
  readonly generation: number;
}

export type NewExecution = Pick<
  ExecutionRow,
  'arn' | 'name' | 'machineArn' | 'version' | 'alias' | 'revision' | 'startedAt' | 'input' | 'traceHeader'
>;

/** What the first write of an execution inserts. Often the execution has ended by then. */
export interface NewRow {
  readonly execution: NewExecution;
  readonly child?: MapChild;
}

/** What an execution is resumed from. `threads`: their checkpoints, by their paths. */
export interface RestorePoint {
  readonly lastEventId: number;
  readonly threads: ReadonlyMap<string, Checkpoint>;
}

/** An execution that had ended goes on; `threads` are the checkpoints from which its threads begin again. */
export interface Redrive {
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly threads: ReadonlyMap<string, Checkpoint>;
  /** Of a child execution: the number of its Map Run's redrive. */
  readonly generation?: number;
  /** The request's clientToken. */
  readonly token?: string | undefined;
}

/** What of an execution is still to be written. */
export interface Unsaved {
  readonly events: readonly HistoryEvent[];
  /** Checkpoints of the threads that have advanced, by their paths. */
  readonly threads: readonly (readonly [path: string, checkpoint: Checkpoint])[];
  /** Paths whose inner threads' checkpoints are to be deleted, before `threads` are written. */
  readonly forgotten: readonly string[];
  readonly statusEvents: readonly string[];
  readonly mapRuns: readonly MapRunRow[];
  readonly newRow: NewRow | undefined;
  readonly redrive: Redrive | undefined;
}

/** What an execution has done since it was last written. */
export interface ProgressRow extends Unsaved {
  readonly executionId: number;
  readonly end: ExecutionEnd | undefined;
}

export interface MapRunSettings {
  /** 0: the engine decides. */
  readonly maxConcurrency: number;
  /** Failed items; with neither of the two, none is tolerated. */
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
}

export interface Counts {
  readonly total: number;
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  /** Those whose results a ResultWriter has written. */
  readonly resultsWritten: number;
}

export interface MapRunCounts {
  readonly items: Counts;
  readonly executions: Counts;
}

export interface MapRunRow {
  readonly arn: string;
  readonly executionArn: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly stoppedAt: number | undefined;
  readonly settings: MapRunSettings;
  readonly counts: MapRunCounts;
  readonly redriveCount: number;
  /** Milliseconds since 1970. */
  readonly redrivenAt: number | undefined;
}
