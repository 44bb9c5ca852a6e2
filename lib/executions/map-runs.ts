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
import { executionHistory } from './history.ts';
import { endError, json, type RunError } from './run-error.ts';

/** One iteration that was read. */
export interface Iteration {
  readonly index: number;
  readonly history: readonly HistoryEvent[];
  /** Why it did not succeed. */
  readonly error: RunError | null;
  /** It was stopped, since another one failed. */
  readonly aborted: boolean;
  readonly endedAt: Date | undefined;
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

/** Of one run so many iterations are read, and so many Map Runs: their histories are asked for one by one. */
const MAX_ITERATIONS = 100;
const MAX_MAP_RUNS = 100;
const SIDE_BY_SIDE = 10;

const FIRST: readonly ExecutionStatus[] = ['FAILED', 'TIMED_OUT', 'SUCCEEDED', 'ABORTED'];

/** What may still be read. */
interface Budget {
  iterations: number;
  mapRuns: number;
}

/**
 * The Map Runs of an execution that has ended, also those of iterations that were read.
 * @param history every event of the execution, with its data
 */
export async function readMapRuns(
  history: readonly HistoryEvent[],
  client: SFNClient,
  budget: Budget = { iterations: MAX_ITERATIONS, mapRuns: MAX_MAP_RUNS },
): Promise<MapRuns> {
  const found = new Map<string, MapRun>();
  for (const { mapRunStartedEventDetails } of history) {
    const arn = mapRunStartedEventDetails?.mapRunArn;
    if (arn === undefined || budget.mapRuns === 0) continue;
    budget.mapRuns -= 1;
    const run = await readMapRun(arn, client, budget);
    found.set(arn, run);
    for (const iteration of run.iterations) {
      for (const [inner, value] of await readMapRuns(iteration.history, client, budget))
        found.set(inner, value);
    }
  }
  return found;
}

async function readMapRun(mapRunArn: string, client: SFNClient, budget: Budget): Promise<MapRun> {
  const { itemCounts } = await client.send(new DescribeMapRunCommand({ mapRunArn }));
  const { total = 0, succeeded = 0, failed = 0, timedOut = 0 } = itemCounts ?? {};
  const children: ExecutionListItem[] = [];
  for (const statusFilter of FIRST) {
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
    iterations.push(...(await Promise.all(group.map((child) => readIteration(child, client)))));
  }
  iterations.sort((a, b) => a.index - b.index);
  return { arn: mapRunArn, total, succeeded, failed: failed + timedOut, iterations };
}

const childInput = z.object({ index: z.int() });

async function readIteration(
  { executionArn, status, stopDate }: ExecutionListItem,
  client: SFNClient,
): Promise<Iteration> {
  const history = await executionHistory(executionArn ?? '', client);
  const input = childInput.parse(json(history[0]?.executionStartedEventDetails?.input));
  const last = history.at(-1);
  const failure =
    last?.executionFailedEventDetails ??
    last?.executionTimedOutEventDetails ??
    last?.executionAbortedEventDetails ??
    {};
  const ended = failures[status ?? ''];
  return {
    index: input.index,
    history,
    error: ended ? endError(ended, failure) : null,
    aborted: ended === 'aborted',
    endedAt: stopDate,
  };
}

const failures: Readonly<Record<string, 'failed' | 'timed_out' | 'aborted'>> = {
  FAILED: 'failed',
  TIMED_OUT: 'timed_out',
  ABORTED: 'aborted',
};
