// The iterations of a loop, page by page. Those of a distributed loop are executions of their own: Step Functions lists them.
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  ExecutionDoesNotExist,
  InvalidToken,
  ListExecutionsCommand,
  type ExecutionStatus as MapRunStatus,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { executionArn, executionOfId, iterationArn, iterationOfArn } from '../arns.ts';
import { isoTime, jsonOrText } from '../aws-values.ts';
import { executionHistory } from '../execution-history.ts';
import { ApiProblem } from '../problem.ts';
import type { ExecutionLog, StepLog } from '../schemas/execution-log.ts';
import type { Iteration, IterationStatus } from '../schemas/execution-steps.ts';
import { awsPlace, decodeCursor, encodeCursor, invalidCursor } from '../stores/cursor.ts';
import { ExecutedWorkflows } from './executed-workflow.ts';
import { readLiveMapRuns } from './live-map-runs.ts';
import { iterationSteps, runningSteps } from './log.ts';
import { caughtIn, iterationEnd, iterationIndex } from './map-runs.ts';
import { hasEnded } from './run.ts';
import { endError } from './run-error.ts';
import { indexOf, iterationStatus, LoopIndex, shortened } from './step-summaries.ts';

export interface IterationsQuery {
  readonly loop: string;
  /** Of the loops around it. */
  readonly index?: string | undefined;
  readonly status?: IterationStatus | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface IterationsPage {
  readonly items: readonly Iteration[];
  readonly nextCursor: string | null;
}

/**
 * @param log that of the execution
 * @throws ApiProblem not-found when the loop did not begin there; invalid-request for a cursor of something else
 */
export async function listIterations(
  log: ExecutionLog,
  query: IterationsQuery,
  sfn: SFNClient,
): Promise<IterationsPage> {
  const around = indexOf(query.index);
  const loop = log.steps.find(
    ({ id, action, index = [] }) =>
      id === query.loop && action === 'for_each' && index.join() === around.join(),
  );
  if (!loop) throw loopNotFound(log.execution_id, query);
  const { iterations } = loop;
  return iterations
    ? distributedPage(iterations.map_run_arn, query, sfn)
    : inlinePage(new LoopIndex(log.steps).iterationsOf(loop), query);
}

function loopNotFound(id: string, { loop, index }: IterationsQuery): ApiProblem {
  const where = index === undefined ? '' : ` in the iteration ${index}`;
  return new ApiProblem('not-found', `The execution ${id} did not begin a for_each ${loop}${where}`);
}

const indexCursor = z.strictObject({ after: z.int() });

function inlinePage(
  steps: ReadonlyMap<number, readonly StepLog[]>,
  { status, limit, cursor }: IterationsQuery,
): IterationsPage {
  const after = cursor === undefined ? -1 : decodeCursor(cursor, indexCursor).after;
  const found = [...steps]
    .filter(([index, its]) => index > after && (status === undefined || iterationStatus(its) === status))
    .sort(([a], [b]) => a - b);
  const items = found.slice(0, limit).map(([index, its]) => inlineIteration(index, its));
  const last = items.at(-1);
  return {
    items,
    nextCursor: found.length > limit && last ? encodeCursor({ after: last.index }) : null,
  };
}

function inlineIteration(index: number, steps: readonly StepLog[]): Iteration {
  const status = iterationStatus(steps);
  const ends = steps.map(({ ended_at }) => ended_at);
  return {
    index,
    status,
    started_at: steps.map(({ started_at }) => started_at).reduce((a, b) => (a < b ? a : b)),
    ended_at:
      status === 'running' ? null : ends.reduce((a, b) => (a !== null && b !== null && a > b ? a : b)),
    error: shortened(steps.findLast(({ error }) => error)?.error ?? null),
    iteration: null,
  };
}

/** The statuses of Step Functions that an iteration with the status may have. */
const STATUSES: Readonly<Record<IterationStatus, readonly MapRunStatus[]>> = {
  running: ['RUNNING', 'PENDING_REDRIVE'],
  failed: ['FAILED', 'TIMED_OUT'],
  // With on_item_error: "continue" its execution succeeds all the same.
  caught: ['SUCCEEDED'],
  succeeded: ['SUCCEEDED'],
  aborted: ['ABORTED'],
  // Step Functions has no execution of it yet.
  pending: [],
};
const ALL_STATUSES: readonly MapRunStatus[] = [
  ...STATUSES.failed,
  ...STATUSES.running,
  ...STATUSES.aborted,
  ...STATUSES.succeeded,
];

/** Requests for single iterations at the same time. */
const CONCURRENCY = 10;

const mapRunCursor = z.strictObject({ status: z.int().min(0), token: awsPlace.optional() });

/** Failed ones first. A page with a filter may have fewer, also none, and another one follow. */
async function distributedPage(
  mapRunArn: string,
  { status, limit, cursor }: IterationsQuery,
  sfn: SFNClient,
): Promise<IterationsPage> {
  const statuses = status === undefined ? ALL_STATUSES : STATUSES[status];
  let position: z.output<typeof mapRunCursor> =
    cursor === undefined ? { status: 0 } : decodeCursor(cursor, mapRunCursor);
  const arns: string[] = [];
  while (arns.length < limit) {
    const statusFilter = statuses[position.status];
    if (statusFilter === undefined) break;
    const command = new ListExecutionsCommand({
      mapRunArn,
      statusFilter,
      maxResults: limit - arns.length,
      ...(position.token !== undefined && { nextToken: position.token }),
    });
    const { executions = [], nextToken } = await sfn.send(command).catch((error: unknown) => {
      // A token is good for a day, and for the list that gave it (API reference, ListExecutions).
      throw error instanceof InvalidToken ? invalidCursor() : error;
    });
    arns.push(...executions.map(({ executionArn: arn = '' }) => arn));
    position =
      nextToken === undefined
        ? { status: position.status + 1 }
        : { status: position.status, token: nextToken };
  }
  const items: Iteration[] = [];
  for (let start = 0; start < arns.length; start += CONCURRENCY) {
    const group = arns.slice(start, start + CONCURRENCY);
    items.push(...(await Promise.all(group.map((arn) => distributedIteration(arn, sfn)))));
  }
  return {
    items: items.filter((one) => status === undefined || one.status === status),
    nextCursor: position.status < statuses.length ? encodeCursor(position) : null,
  };
}

const statusOfIteration: Readonly<Record<string, IterationStatus>> = {
  RUNNING: 'running',
  PENDING_REDRIVE: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'failed',
  ABORTED: 'aborted',
};

async function distributedIteration(arn: string, sfn: SFNClient): Promise<Iteration> {
  const described = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
  const index = iterationIndex(described.input);
  const caught = caughtIn(jsonOrText(described.output), index);
  return {
    index,
    status: caught ? 'caught' : (statusOfIteration[described.status ?? ''] ?? 'running'),
    started_at: isoTime(described.startDate),
    ended_at: described.stopDate?.toISOString() ?? null,
    error: shortened(caught ?? errorOf(described)),
    iteration: iterationOfArn(arn),
  };
}

function errorOf(described: DescribeExecutionOutput) {
  const { status = '' } = described;
  if (status === 'FAILED') return endError('failed', described);
  return status === 'TIMED_OUT' ? endError('timed_out', described) : null;
}

/**
 * The steps of an iteration of a distributed loop, also while it runs.
 * @param iteration `<label>:<name>`, as `listIterations` gives it
 * @throws ApiProblem not-found
 */
export async function readIterationSteps(
  id: string,
  iteration: string,
  sfn: SFNClient,
): Promise<readonly StepLog[]> {
  const { workflowId, name } = executionOfId(id);
  const arn = iterationArn(workflowId, iteration);
  try {
    const [described, { kinds }, history, mapRuns] = await Promise.all([
      sfn.send(new DescribeExecutionCommand({ executionArn: arn })),
      new ExecutedWorkflows().ofExecution(executionArn({ workflowId, name }), sfn),
      executionHistory(arn, sfn),
      readLiveMapRuns(arn, sfn),
    ]);
    return hasEnded(history)
      ? iterationSteps(kinds)(history, iterationEnd(history, described), mapRuns)
      : runningSteps(history, { kinds, mapRuns });
  } catch (error) {
    if (!(error instanceof ExecutionDoesNotExist)) throw error;
    throw new ApiProblem('not-found', `The execution ${id} has no iteration ${iteration}`, { cause: error });
  }
}
