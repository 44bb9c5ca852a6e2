// What is kept of executions and Map Runs, and what they hand over to be kept.
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

/** The child execution of a Map Run: which one of them, and of how many items. */
export interface MapChild {
  readonly mapRun: string;
  readonly place: number;
  readonly items: number;
  /** Which redrive of the Map Run has last started it. */
  readonly generation: number;
}

/** As its Map Run finds it again. */
export interface ChildRow extends ExecutionRow {
  readonly generation: number;
}

export type NewExecution = Pick<
  ExecutionRow,
  'arn' | 'name' | 'machineArn' | 'version' | 'alias' | 'revision' | 'startedAt' | 'input' | 'traceHeader'
>;

/** An execution's own row, written with the first of what it does: often all of it. */
export interface Birth {
  readonly execution: NewExecution;
  /** Of the child execution of a Map Run. */
  readonly place?: MapChild;
}

/** Where an execution stood when the engine was started. */
export interface Before {
  readonly lastEventId: number;
  readonly threads: ReadonlyMap<string, Checkpoint>;
}

/** It goes on after it had ended; `threads` is where all of its lines begin again. */
export interface Redrive {
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly threads: ReadonlyMap<string, Checkpoint>;
  /** Of a child execution: which redrive of its Map Run. */
  readonly generation?: number;
  /** The request's clientToken. */
  readonly token?: string | undefined;
}

/** What an execution has to be written. */
export interface Unsaved {
  readonly events: readonly HistoryEvent[];
  /** Checkpoints of the lines that have gone on, by their places. */
  readonly threads: readonly (readonly [place: string, checkpoint: Checkpoint])[];
  /** Places whose inner lines are over: they go before `threads` come. */
  readonly forgotten: readonly string[];
  readonly statusEvents: readonly string[];
  readonly mapRuns: readonly MapRunRow[];
  readonly birth: Birth | undefined;
  readonly redrive: Redrive | undefined;
}

/** What an execution has done since it was last written. */
export interface ProgressRow extends Unsaved {
  readonly executionId: number;
  readonly end: ExecutionEnd | undefined;
}

export interface MapRunSettings {
  /** 0: as many as the engine runs. */
  readonly maxConcurrency: number;
  /** Failed items; with neither of the two not one is tolerated. */
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
