// The runs that are shown, the latest first, and what newer answers change of them: pages are added at the end, rows
// change in their place, and new rows wait where somebody is reading.
import type { AnswerBody } from '../../api/routes.ts';

export type RunsPage = AnswerBody<'GET /executions'>;
export type Run = RunsPage['items'][number];

export interface RunList {
  readonly rows: readonly Run[];
  /** The cursor of the page that follows the rows; null when there is none, undefined before the first page. */
  readonly next: string | null | undefined;
  /** The rows that the filters let through no longer, and that stay while somebody reads. */
  readonly gone: ReadonlySet<string>;
  /** The latest first page with what it has beyond the rows; undefined when that is nothing. */
  readonly waiting:
    | { readonly page: RunsPage; readonly count: number; readonly hasMore: boolean }
    | undefined;
}

const NONE: ReadonlySet<string> = new Set();

export const emptyList: RunList = { rows: [], next: undefined, gone: NONE, waiting: undefined };

/** As the API sorts: by the start, then by the id, as text in the order of its characters. */
function isBefore(a: Run, b: Run): boolean {
  return a.started_at === b.started_at ? a.id < b.id : a.started_at > b.started_at;
}

/** The first page, read anew. While the list is held, what is new waits for `showWaiting`. */
export function withFirstPage(list: RunList, page: RunsPage, isHeld: boolean): RunList {
  if (list.next === undefined) return shown(page);
  const change = changeOf(list.rows, page, undefined);
  if (change.hasGap && !isHeld) return shown(page);
  const added = change.added;
  if (isHeld) {
    return {
      rows: change.rows,
      next: list.next,
      gone: union(list.gone, change),
      waiting: added.length > 0 ? { page, count: added.length, hasMore: change.hasGap } : undefined,
    };
  }
  if (added.length === 0 && change.gone.size === 0 && list.gone.size === 0)
    return { rows: change.rows, next: list.next, gone: NONE, waiting: undefined };
  const left = union(list.gone, change);
  const rows = [...change.rows.filter(({ id }) => !left.has(id)), ...added].sort((a, b) =>
    isBefore(a, b) ? -1 : 1,
  );
  // A list that was at its end has the end that the page says.
  return {
    rows,
    next: rows.length === page.items.length ? page.next_cursor : list.next,
    gone: NONE,
    waiting: undefined,
  };
}

/** The page that follows the rows. */
export function withNextPage(list: RunList, page: RunsPage): RunList {
  const last = list.rows.at(-1);
  const following = page.items.filter((run) => last === undefined || isBefore(last, run));
  return { ...list, rows: [...list.rows, ...following], next: page.next_cursor };
}

/** How many runs to ask for after so many: who scrolls far comes there by few requests, up to what the API gives. */
export const nextPageSize = (rows: number): number => Math.min(1000, Math.max(100, rows));

/** From how many rows before the end on more are read: as many as somebody has passed, so that the bar can be dragged on. */
export const rowsAhead = (last: number): number => Math.min(5000, Math.max(30, last));

/** Rows of any place, read anew from `from` on: only what is there already changes. */
export function withRowsFrom(list: RunList, page: RunsPage, from: Run): RunList {
  const change = changeOf(list.rows, page, from);
  return { ...list, rows: change.rows, gone: union(list.gone, change) };
}

/** What waited is shown: the list begins anew where there is more between it and the rows than was read. */
export function showWaiting(list: RunList): RunList {
  if (list.waiting) return withFirstPage(list, list.waiting.page, false);
  return { ...list, rows: list.rows.filter(({ id }) => !list.gone.has(id)), gone: NONE };
}

function shown(page: RunsPage): RunList {
  return { rows: page.items, next: page.next_cursor, gone: NONE, waiting: undefined };
}

interface Change {
  /** The same rows, with what changed in them. */
  readonly rows: readonly Run[];
  readonly added: readonly Run[];
  /** The rows that the page would have, and has not. */
  readonly gone: ReadonlySet<string>;
  /** Those that the page has after all. */
  readonly back: ReadonlySet<string>;
  /** Between the page and the rows there may be further ones. */
  readonly hasGap: boolean;
}

function changeOf(rows: readonly Run[], page: RunsPage, from: Run | undefined): Change {
  const fresh = new Map(page.items.map((run) => [run.id, run]));
  const last = page.items.at(-1);
  // The page tells nothing of what comes after its last run.
  const after =
    page.next_cursor === null ? -1 : rows.findIndex((run) => last === undefined || isBefore(last, run));
  const end = after === -1 ? rows.length : after;
  const isCovered = (run: Run) => from === undefined || !isBefore(run, from);
  const gone = new Set<string>();
  const known = new Set<string>();
  let hasChanged = false;
  const updated = rows.slice(0, end).map((run) => {
    const now = fresh.get(run.id);
    if (now) known.add(run.id);
    else if (isCovered(run)) gone.add(run.id);
    if (!now || now === run || JSON.stringify(now) === JSON.stringify(run)) return run;
    hasChanged = true;
    return now;
  });
  const first = rows[0];
  const hasGap =
    known.size === 0 &&
    page.next_cursor !== null &&
    first !== undefined &&
    last !== undefined &&
    isBefore(last, first);
  return {
    rows: hasChanged ? [...updated, ...rows.slice(end)] : rows,
    added: page.items.filter(({ id }) => !known.has(id)),
    gone,
    back: known,
    hasGap,
  };
}

function union(before: ReadonlySet<string>, { gone, back }: Change): ReadonlySet<string> {
  const all = new Set([...before, ...gone].filter((id) => !back.has(id)));
  return all.size === 0 ? NONE : all;
}
