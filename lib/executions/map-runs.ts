// The iterations of distributed loops: executions of their own, found by the Map Runs that a history tells of.
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
import type { StepLog } from '../schemas/execution-log.ts';
import { endError, type RunError } from './run-error.ts';

/** How an iteration's execution ended. */
export interface IterationEnd {
  readonly index: number;
  /** Why it did not succeed. */
  readonly error: RunError | null;
  /** It was stopped, since another one failed. */
  readonly aborted: boolean;
  readonly endedAt: Date | undefined;
}

export interface Iteration extends IterationEnd {
  /** Their `index` is within the iteration. */
  readonly steps: readonly StepLog[];
}

export interface MapRun {
  readonly arn: string;
  readonly total: number;
  readonly succeeded: number;
  /** Those that ran into a time limit among them. */
  readonly failed: number;
  /** By index; of many only some, those that failed first. */
  readonly iterations: readonly Iteration[];
}

export type MapRuns = ReadonlyMap<string, MapRun>;

/** Gives the steps of an iteration. `mapRuns` are those of loops in it. */
export type StepsOf = (
  history: readonly HistoryEvent[],
  end: IterationEnd,
  mapRuns: MapRuns,
) => readonly StepLog[];

/** Of one run so many iterations are read, and so many Map Runs: their histories are asked for one by one. */
const MAX_ITERATIONS = 100;
const MAX_MAP_RUNS = 100;
const SIDE_BY_SIDE = 10;

/** Iterations are asked for by these, in this order. */
const STATUSES: readonly ExecutionStatus[] = ['FAILED', 'TIMED_OUT', 'SUCCEEDED', 'ABORTED'];

/** What may still be read. */
interface Budget {
  iterations: number;
  mapRuns: number;
}

/**
 * The Map Runs of an execution that has ended. A history is let go as soon as its steps are known, so that many
 * large ones do not fill the memory.
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
  const { total = 0, succeeded = 0, failed = 0, timedOut = 0 } = itemCounts ?? {};
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
  for (let start = 0; start < children.length; start += SIDE_BY_SIDE) {
    const group = children.slice(start, start + SIDE_BY_SIDE);
    const histories = await Promise.all(
      group.map(({ executionArn = '' }) => executionHistory(executionArn, client)),
    );
    for (const [place, history] of histories.entries()) {
      const end = endOf(history, group[place]);
      const mapRuns = await readMapRuns(history, stepsOf, client, budget);
      iterations.push({ ...end, steps: stepsOf(history, end, mapRuns) });
    }
  }
  iterations.sort((a, b) => a.index - b.index);
  return { arn: mapRunArn, total, succeeded, failed: failed + timedOut, iterations };
}

const childInput = z.object({ index: z.int() });

function endOf(history: readonly HistoryEvent[], child: ExecutionListItem | undefined): IterationEnd {
  const { index } = childInput.parse(jsonOrText(history[0]?.executionStartedEventDetails?.input));
  const last = history.at(-1);
  const failure =
    last?.executionFailedEventDetails ??
    last?.executionTimedOutEventDetails ??
    last?.executionAbortedEventDetails ??
    {};
  const ended = failures[child?.status ?? ''];
  return {
    index,
    error: ended ? endError(ended, failure) : null,
    aborted: ended === 'aborted',
    endedAt: child?.stopDate,
  };
}

const failures: Readonly<Record<string, 'failed' | 'timed_out' | 'aborted'>> = {
  FAILED: 'failed',
  TIMED_OUT: 'timed_out',
  ABORTED: 'aborted',
};
