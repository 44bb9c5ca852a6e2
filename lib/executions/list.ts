// Lists executions: those of one workflow, or of all workflows merged, the latest first.
import { S3Client } from '@aws-sdk/client-s3';
import {
  type ExecutionListItem,
  InvalidToken,
  ListExecutionsCommand,
  SFNClient,
  StateMachineDoesNotExist,
  StateMachineTypeNotSupported,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { executionId, executionOfId, stateMachineArn } from '../arns.ts';
import { isoTime } from '../aws-values.ts';
import { executionStatus } from '../schemas/executions.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '../stores/cursor.ts';
import { type WorkflowStore, workflowStore } from '../stores/workflows.ts';
import { isExpress } from '../workflow-format/workflow.ts';
import { type ExecutionStatus, statusOf } from './execution.ts';
import { listExpressLogs } from './express-log.ts';
import { expressStart } from './express-name.ts';
import type { ExecutionSummary, ListPosition } from './summary.ts';

export interface ExecutionsQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly workflow_id?: string | undefined;
  readonly status?: ExecutionStatus | undefined;
}

export interface ExecutionsPage {
  readonly items: readonly ExecutionSummary[];
  readonly nextCursor: string | null;
}

interface Dependencies {
  readonly store?: WorkflowStore;
  readonly sfn?: Pick<SFNClient, 'send'>;
  readonly s3?: Pick<S3Client, 'send'>;
}

/** Step Functions' largest page. */
const MAX_PAGE = 1000;
/** How many workflows are listed at the same time: Step Functions limits ListExecutions to a few a second. */
const CONCURRENCY = 10;

const status = executionStatus.optional();
/**
 * One workflow: Step Functions' own token, with the filter that it belongs to; for an Express workflow the name of the
 * last execution of the previous page.
 */
const tokenCursor = z.strictObject({ workflow_id: z.string(), status, token: z.string() });
/** All workflows: the last execution of the previous page. */
const positionCursor = z.strictObject({ started_at: z.iso.datetime(), id: z.string(), status });

/** @throws ApiProblem invalid-request when the cursor is not from a list with the same filters */
export async function listExecutions(
  query: ExecutionsQuery,
  { store = workflowStore(), sfn = new SFNClient({}), s3 = new S3Client({}) }: Dependencies = {},
): Promise<ExecutionsPage> {
  const clients = { store, sfn, s3 };
  return query.workflow_id === undefined
    ? listOfAll(query, clients)
    : listOfOne({ ...query, workflow_id: query.workflow_id }, clients);
}

async function listOfOne(
  { workflow_id, status, limit, cursor }: ExecutionsQuery & { readonly workflow_id: string },
  clients: Required<Dependencies>,
): Promise<ExecutionsPage> {
  const from = cursor === undefined ? undefined : decodeCursor(cursor, tokenCursor);
  if (from && (from.workflow_id !== workflow_id || from.status !== status)) throw invalidCursor();
  const isOfExpress = from !== undefined && expressStart(from.token) !== undefined;
  const found = isOfExpress ? undefined : await page(workflow_id, status, limit, from?.token, clients.sfn);
  const { items, next } = found ?? (await expressPage(workflow_id, status, limit, from?.token, clients));
  return {
    items,
    nextCursor: next === undefined ? null : encodeCursor({ workflow_id, status, token: next }),
  };
}

/**
 * Step Functions lists by state machine only. For each one, the executions after the cursor's position are read until
 * there are enough, then all are merged. New executions come before the position, so that they neither shift the pages
 * nor appear twice.
 */
async function listOfAll(
  { status, limit, cursor }: ExecutionsQuery,
  clients: Required<Dependencies>,
): Promise<ExecutionsPage> {
  const position = cursor === undefined ? undefined : decodeCursor(cursor, positionCursor);
  if (position && position.status !== status) throw invalidCursor();
  const found: ExecutionSummary[] = [];
  for await (const workflowIds of idBatches(clients.store)) {
    const lists = await Promise.all(
      workflowIds.map((id) => executionsAfter(position, id, status, limit + 1, clients)),
    );
    found.push(...lists.flat());
    // Executions that cannot be on this page any more are dropped, so that many workflows do not fill the memory.
    found.sort(latestFirst).splice(limit + 1);
  }
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const more = found.length > limit && last !== undefined;
  return {
    items,
    nextCursor: more ? encodeCursor({ started_at: last.started_at, id: last.id, status }) : null,
  };
}

async function* idBatches(store: WorkflowStore): AsyncGenerator<readonly string[]> {
  let next: string | undefined;
  do {
    const { ids, next: following } = await store.ids({ limit: MAX_PAGE, after: next });
    for (let start = 0; start < ids.length; start += CONCURRENCY) yield ids.slice(start, start + CONCURRENCY);
    next = following;
  } while (next !== undefined);
}

/** At least `count` executions of one workflow that follow the position, or all there are. */
async function executionsAfter(
  position: ListPosition | undefined,
  workflowId: string,
  status: ExecutionStatus | undefined,
  count: number,
  clients: Required<Dependencies>,
): Promise<ExecutionSummary[]> {
  const found: ExecutionSummary[] = [];
  // The first page is small; further pages start deep in the list, which large ones reach sooner.
  let size = position ? MAX_PAGE : count;
  let token: string | undefined;
  do {
    const standard = await page(workflowId, status, size, token, clients.sfn);
    if (!standard) return expressAfter(position, workflowId, status, count, clients);
    const { items, next } = standard;
    found.push(...items.filter((item) => !position || latestFirst(position, item) < 0));
    // Executions that started in the same millisecond come in no defined order: all of them have to be sorted.
    const enough = found[count - 1];
    const last = items.at(-1);
    if (enough && last && last.started_at < enough.started_at) break;
    token = next;
    size = MAX_PAGE;
  } while (token !== undefined);
  return found;
}

function latestFirst(a: ListPosition, b: ListPosition): number {
  if (a.started_at !== b.started_at) return a.started_at < b.started_at ? 1 : -1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

/** Step Functions does not list executions of Express state machines; they are listed by their logs. */
async function expressAfter(
  after: ListPosition | undefined,
  workflowId: string,
  status: ExecutionStatus | undefined,
  count: number,
  { store, s3 }: Required<Dependencies>,
): Promise<ExecutionSummary[]> {
  const stored = await store.read(workflowId);
  if (!stored || !isExpress(stored.document.workflow)) return [];
  return listExpressLogs({ workflowId, status, since: stored.document.created_at, after, count }, s3);
}

interface Page {
  readonly items: readonly ExecutionSummary[];
  readonly next: string | undefined;
}

async function expressPage(
  workflowId: string,
  status: ExecutionStatus | undefined,
  limit: number,
  token: string | undefined,
  clients: Required<Dependencies>,
): Promise<Page> {
  const start = token === undefined ? undefined : expressStart(token);
  // A token of Step Functions: the cursor is from a list of a deleted standard workflow with that id.
  if (token !== undefined && !start) throw invalidCursor();
  const after =
    token === undefined || !start
      ? undefined
      : { started_at: start.toISOString(), id: executionId(workflowId, token) };
  const found = await expressAfter(after, workflowId, status, limit + 1, clients);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last ? executionOfId(last.id).name : undefined };
}

/** @returns undefined when the workflow is an Express workflow */
async function page(
  workflowId: string,
  status: ExecutionStatus | undefined,
  limit: number,
  token: string | undefined,
  client: Pick<SFNClient, 'send'>,
): Promise<Page | undefined> {
  try {
    const { executions = [], nextToken } = await client.send(
      new ListExecutionsCommand({
        stateMachineArn: stateMachineArn(workflowId),
        maxResults: limit,
        ...(status && { statusFilter: z.enum(filters).parse(status.toUpperCase()) }),
        ...(token !== undefined && { nextToken: token }),
      }),
    );
    return { items: executions.map((item) => summaryOf(workflowId, item)), next: nextToken };
  } catch (error) {
    // A workflow without a state machine was deleted just now, or never existed: it has no executions.
    if (error instanceof StateMachineDoesNotExist) return { items: [], next: undefined };
    if (error instanceof StateMachineTypeNotSupported) return undefined;
    if (error instanceof InvalidToken) throw invalidCursor();
    throw error;
  }
}

const filters = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;

function summaryOf(
  workflowId: string,
  { name = '', status, startDate, stopDate }: ExecutionListItem,
): ExecutionSummary {
  return {
    id: executionId(workflowId, name),
    workflow_id: workflowId,
    status: statusOf(status),
    started_at: isoTime(startDate),
    ended_at: stopDate?.toISOString() ?? null,
  };
}
