// Reads the iterations of distributed loops: child executions, found by the Map Runs in a history.
import {
  DescribeMapRunCommand,
  type ExecutionListItem,
  type ExecutionStatus,
  type HistoryEvent,
  ListExecutionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { jsonOrText } from '../aws-values.ts';
import { executionHistory } from '../execution-history.ts';
import { loggedError, type StepLog } from '../schemas/execution-log.ts';
import { endError, type RunError } from './run-error.ts';

/** How an iteration's execution ended. */
export interface IterationEnd {
  readonly index: number;
  /** Why it did not succeed. */
  readonly error: RunError | null;
  /** It was stopped because another iteration failed. */
  readonly aborted: boolean;
  readonly endedAt: Date | undefined;
  /** With `on_item_error: "continue"` its execution succeeds all the same, with its error as the output. */
  readonly caught: RunError | null;
}

export interface Iteration extends IterationEnd {
  /** Their `index` is within the iteration. */
  readonly steps: readonly StepLog[];
}

export interface MapRun {
  readonly arn: string;
  readonly total: number;
  readonly succeeded: number;
  /** Including those that timed out. */
  readonly failed: number;
  /** While it runs. */
  readonly live?: { readonly running: number; readonly pending: number };
  /** How many had not begun when it ended. */
  readonly left?: number;
  /** By index; only some of many, failed ones first. */
  readonly iterations: readonly Iteration[];
}

export type MapRuns = ReadonlyMap<string, MapRun>;

/** The steps of an iteration. `mapRuns` are those of the loops in it. */
export type StepsOf = (
  history: readonly HistoryEvent[],
  end: IterationEnd,
  mapRuns: MapRuns,
) => readonly StepLog[];

/** How many iterations and Map Runs are read for one run: each history takes a request of its own. */
const MAX_ITERATIONS = 100;
const MAX_MAP_RUNS = 100;
const CONCURRENCY = 10;

/** Iterations are listed by status, in this order. */
const STATUSES: readonly ExecutionStatus[] = ['FAILED', 'TIMED_OUT', 'SUCCEEDED', 'ABORTED'];

/** How many may still be read. */
interface Budget {
  iterations: number;
  mapRuns: number;
}

/**
 * The Map Runs of an execution that has ended. A history is dropped as soon as its steps are known, so that many large
 * ones do not fill the memory.
 * @param history every event of the execution, with its data
 */
export async function readMapRuns(
  history: readonly HistoryEvent[],
  stepsOf: StepsOf,
  client: SFNClient,
  budget: Budget = { iterations: MAX_ITERATIONS, mapRuns: MAX_MAP_RUNS },
): Promise<MapRuns> {
  const found = new Map<string, MapRun>();
  for (const { mapRunStartedEventDetails } of history) {
    const arn = mapRunStartedEventDetails?.mapRunArn;
    if (arn === undefined || budget.mapRuns === 0) continue;
    budget.mapRuns -= 1;
    found.set(arn, await readMapRun(arn, stepsOf, client, budget));
  }
  return found;
}

async function readMapRun(
  mapRunArn: string,
  stepsOf: StepsOf,
  client: SFNClient,
  budget: Budget,
): Promise<MapRun> {
  const { itemCounts } = await client.send(new DescribeMapRunCommand({ mapRunArn }));
  const { total = 0, succeeded = 0, failed = 0, timedOut = 0, pending = 0 } = itemCounts ?? {};
  const children: ExecutionListItem[] = [];
  for (const statusFilter of STATUSES) {
    const maxResults = budget.iterations - children.length;
    if (maxResults === 0) break;
    const { executions = [] } = await client.send(
      new ListExecutionsCommand({ mapRunArn, statusFilter, maxResults }),
    );
    children.push(...executions);
  }
  budget.iterations -= children.length;
  const iterations: Iteration[] = [];
  for (let start = 0; start < children.length; start += CONCURRENCY) {
    const group = children.slice(start, start + CONCURRENCY);
    const histories = await Promise.all(
      group.map(({ executionArn = '' }) => executionHistory(executionArn, client)),
    );
    for (const [position, history] of histories.entries()) {
      const end = iterationEnd(history, group[position]);
      const mapRuns = await readMapRuns(history, stepsOf, client, budget);
      iterations.push({ ...end, steps: stepsOf(history, end, mapRuns) });
    }
  }
  iterations.sort((a, b) => a.index - b.index);
  const left = pending > 0 ? { left: pending } : {};
  return { arn: mapRunArn, total, succeeded, failed: failed + timedOut, ...left, iterations };
}

const failedItem = z.object({ error: loggedError.extend({ index: z.int() }) });

/** The error of the iteration of that index, if this is what it gave as its result. */
export function caughtIn(result: unknown, of: number): RunError | null {
  const { data } = failedItem.safeParse(result);
  if (data?.error.index !== of) return null;
  const { name, message } = data.error;
  return { name, message };
}

const childInput = z.object({ index: z.int() });

/** The index of the iteration whose execution got this input. */
export function iterationIndex(input: string | undefined): number {
  return childInput.parse(jsonOrText(input)).index;
}

/** @param child as Step Functions lists or describes the iteration's execution, which has ended */
export function iterationEnd(
  history: readonly HistoryEvent[],
  child: Pick<ExecutionListItem, 'status' | 'stopDate'> | undefined,
): IterationEnd {
  const index = iterationIndex(history[0]?.executionStartedEventDetails?.input);
  const last = history.at(-1);
  const failure =
    last?.executionFailedEventDetails ??
    last?.executionTimedOutEventDetails ??
    last?.executionAbortedEventDetails ??
    {};
  const status = failureStatuses[child?.status ?? ''];
  return {
    index,
    error: status ? endError(status, failure) : null,
    aborted: status === 'aborted',
    endedAt: child?.stopDate,
    caught: caughtIn(jsonOrText(last?.executionSucceededEventDetails?.output), index),
  };
}

const failureStatuses: Readonly<Record<string, 'failed' | 'timed_out' | 'aborted'>> = {
  FAILED: 'failed',
  TIMED_OUT: 'timed_out',
  ABORTED: 'aborted',
};
