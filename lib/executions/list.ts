// Lists executions of all workflows or of one from the index of runs, the latest first, with two requests of S3 a page.
import * as z from 'zod';
import { executionOfId } from '../arns.ts';
import { timePosition } from '../newest-first.ts';
import type { ExecutionsQuery } from '../schemas/executions.ts';
import { awsPlace, decodeCursor, encodeCursor, invalidCursor } from '../stores/cursor.ts';
import type { ExecutionSummary } from './execution.ts';
import type { Mend } from './lost-ends.ts';
import { endedFolder, type KeyPage, RUNNING_FOLDER, RunIndex } from './run-index.ts';
import { indexedName, laterRow, type RunRow, rowOfFile } from './run-row.ts';

export interface ExecutionsPage {
  readonly items: readonly ExecutionSummary[];
  readonly nextCursor: string | null;
}

/** The most keys that S3 gives in one request. */
const MAX_KEYS = 1000;

type Filters = Omit<ExecutionsQuery, 'limit' | 'cursor'>;

/** Where the last page ended, and a text of the filters of the list. */
const positionCursor = z.strictObject({ after: awsPlace, of: z.string() });

/**
 * A filter for which the index has no folder is applied to the rows that were read: such a page may have fewer items than
 * asked for, or none, and still be followed by another one.
 * @param mended what has become of the rows since they were written
 * @throws ApiProblem invalid-request when the cursor is not from a list with the same filters
 */
export async function listExecutions(
  { limit, cursor, ...filters }: ExecutionsQuery,
  index = new RunIndex(),
  mended: Mend = async (rows) => rows,
): Promise<ExecutionsPage> {
  const { rows, next } = await readRows(filters, { limit, cursor }, index);
  const items = (await mended(rows)).filter((row) => fits(row, filters));
  return { items: items.map(summaryOf), nextCursor: next };
}

export interface RowsPage {
  readonly rows: readonly RunRow[];
  readonly next: string | null;
}

export async function readRows(
  filters: Filters,
  { limit, cursor }: Pick<ExecutionsQuery, 'limit' | 'cursor'>,
  index: RunIndex,
): Promise<RowsPage> {
  const of = textOf(filters);
  const from = cursor === undefined ? undefined : decodeCursor(cursor, positionCursor);
  if (from && from.of !== of) throw invalidCursor();
  const folders = foldersOf(filters);
  // A run that is indexed twice takes two keys.
  const count = folders.every((folder) => isWhole(folder, filters))
    ? Math.min(MAX_KEYS, limit * 2 + 1)
    : MAX_KEYS;
  const after = from ? `${from.after}~~` : startOf(filters);
  const found = latestRows(
    await Promise.all(
      folders.map((folder) =>
        index.list(
          folder,
          folder === RUNNING_FOLDER && filters.status !== 'running' ? MAX_KEYS : count,
          after,
        ),
      ),
    ),
  );
  // Of an end that was recorded before its start.
  if (found.outdated.length > 0) await index.removeRunning(found.outdated);
  const last = filters.since === undefined ? undefined : timePosition(Date.parse(filters.since));
  const rows: RunRow[] = [];
  let passed: string | undefined;
  for (const [position, row] of found.rows) {
    if (last !== undefined && position.slice(0, last.length) > last) return { rows, next: null };
    if (rows.length === limit) return { rows, next: encodeCursor({ after: passed, of }) };
    passed = position;
    if (row && fits(row, filters)) rows.push(row);
  }
  if (found.end === undefined || passed === undefined) return { rows, next: null };
  return { rows, next: encodeCursor({ after: passed, of }) };
}

/** The statuses that a filter lets through. */
function statusesOf(status: Filters['status']): readonly RunRow['status'][] | undefined {
  if (status === 'failed_or_timed_out') return ['failed', 'timed_out'];
  return status && [status];
}

/**
 * The two folders that are read for a page. A row of a run that runs (again) is later than that of its end: it is looked
 * for, except where two folders of ended runs are read, which a run leaves a moment after its redrive has begun.
 */
function foldersOf({ status, ...filters }: Filters): readonly string[] {
  const statuses = statusesOf(status) ?? [undefined];
  const ended = [...new Set(statuses.map((one) => endedFolder({ ...filters, status: one })))];
  return ended.length === 1 ? [...ended, RUNNING_FOLDER] : ended;
}

/** Whether every row of the folder that is read passes the filters, or is followed by too late ones. */
function isWhole(folder: string, { since: _, until: __, ...filters }: Filters): boolean {
  if (folder === RUNNING_FOLDER) return true;
  const { workflow_id, trigger, error } = filters;
  const status = statusesOf(filters.status)?.find(
    (one) => endedFolder({ workflow_id, status: one, trigger, error }) === folder,
  );
  const others = Object.entries(filters).filter(([, value]) => value !== undefined);
  const covered = [{ workflow_id }, { status }, { workflow_id, status }, { trigger }, { error }].find(
    (part) => endedFolder(part) === folder,
  );
  return (
    status !== 'succeeded' && others.every(([name]) => covered !== undefined && Object.hasOwn(covered, name))
  );
}

/** The position before the first run that may be listed. */
function startOf({ until }: Filters): string | undefined {
  // The runs of that very millisecond started too late.
  return until === undefined ? undefined : `${timePosition(Date.parse(until))}~`;
}

interface Found {
  /** By position, in order; undefined for a key that is no row. */
  readonly rows: readonly (readonly [position: string, row: RunRow | undefined])[];
  /** The position before which all is known; undefined when there is no more. */
  readonly end: string | undefined;
  /** Keys of runs that are said to run although they have ended. */
  readonly outdated: readonly string[];
}

/** The later truth of each run, up to where the shorter of the lists was cut. */
function latestRows(pages: readonly KeyPage[]): Found {
  const ends = pages.flatMap(({ files, truncated }) => (truncated ? [positionOf(files.at(-1) ?? '')] : []));
  const end = ends.reduce<string | undefined>(
    (least, one) => (least === undefined || one < least ? one : least),
    undefined,
  );
  const latest = new Map<string, RunRow | undefined>();
  for (const file of pages.flatMap(({ files }) => files)) {
    const position = positionOf(file);
    // Further rows of the last run may follow on the next page.
    if (end !== undefined && order(position, end) >= 0) continue;
    const row = rowOfFile(file);
    const other = latest.get(position);
    latest.set(position, row && other && laterRow(other, row) > 0 ? other : (row ?? other));
  }
  const outdated = pages
    .flatMap(({ files }) => files)
    .filter((file) => latest.get(positionOf(file))?.ended_at != null && rowOfFile(file)?.ended_at === null);
  return { rows: [...latest].sort(([a], [b]) => order(a, b)), end, outdated };
}

const positionOf = (file: string): string => file.split('~', 1)[0] ?? '';

/** As the keys `<position>~…` are sorted. */
function order(a: string, b: string): number {
  if (a === b) return 0;
  return `${a}~` < `${b}~` ? -1 : 1;
}

function fits(row: RunRow, filters: Filters): boolean {
  const { workflow_id, workflow_version, status, since, until, trigger, error, step, id } = filters;
  const { workflowId, name } = executionOfId(row.id);
  return (
    (workflow_id === undefined || workflowId === workflow_id) &&
    (workflow_version === undefined || row.workflow_version === workflow_version) &&
    (statusesOf(status)?.includes(row.status) ?? true) &&
    (since === undefined || Date.parse(row.started_at) >= Date.parse(since)) &&
    (until === undefined || Date.parse(row.started_at) < Date.parse(until)) &&
    (trigger === undefined || row.trigger?.type === trigger) &&
    (error === undefined || row.error?.name === indexedName(error)) &&
    (step === undefined || row.error?.step_id === indexedName(step)) &&
    (id === undefined || row.id.startsWith(id) || name.startsWith(id))
  );
}

function textOf(filters: Filters): string {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  return JSON.stringify(given.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function summaryOf({ id, started_at, ended_at, ...row }: RunRow): ExecutionSummary {
  const duration = ended_at === null ? null : Date.parse(ended_at) - Date.parse(started_at);
  const { workflowId } = executionOfId(id);
  return { id, workflow_id: workflowId, ...row, started_at, ended_at, duration_ms: duration };
}
