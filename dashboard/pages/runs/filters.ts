// The filters of the list of runs: as the URL has them, and as the API is asked.
import type { RequestParts } from '../../api/routes.ts';
import { index, optional, type SearchValues, text } from '../../frame/search.ts';

export const statuses = [
  'running',
  'succeeded',
  'failed',
  'timed_out',
  'failed_or_timed_out',
  'aborted',
] as const;
export const triggers = ['api', 'rerun', 'schedule', 'webhook', 'workflow'] as const;
export const spans = ['hour', 'day', 'week', 'custom'] as const;

export const filterShape = {
  workflow: text,
  /** Of the workflow. */
  version: index,
  status: optional(statuses),
  time: optional(spans),
  /** ISO times, of the span `custom`. */
  since: text,
  until: text,
  trigger: optional(triggers),
  error: text,
  step: text,
  id: text,
};

export type Filters = SearchValues<typeof filterShape>;

/** What `GET /executions` is asked for; without `limit` and `cursor`. */
export type RunQuery = Omit<NonNullable<RequestParts<'GET /executions'>['query']>, 'limit' | 'cursor'>;

export const noFilters: Filters = {
  workflow: '',
  version: undefined,
  status: undefined,
  time: undefined,
  since: '',
  until: '',
  trigger: undefined,
  error: '',
  step: '',
  id: '',
};

const SPAN_MS = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const;

/** @param now the server's time, in milliseconds since 1970: where `the last hour` ends */
export function queryOf(filters: Filters, now: number): RunQuery {
  const { workflow, version, status, trigger, error, step, id } = filters;
  const asked = {
    workflow_id: workflow.trim(),
    workflow_version: version,
    status,
    ...timesOf(filters, now),
    trigger,
    error: error.trim(),
    step: step.trim(),
    id: id.trim(),
  };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value));
}

function timesOf({ time, since, until }: Filters, now: number): Pick<RunQuery, 'since' | 'until'> {
  if (time === undefined) return {};
  if (time !== 'custom') return { since: new Date(now - SPAN_MS[time]).toISOString() };
  return { since: isoTime(since), until: isoTime(until) };
}

/** @returns undefined when the text is no time */
export function isoTime(given: string): string | undefined {
  const time = Date.parse(given);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** As a field of a date and a time shows it, in this machine's zone: `2026-11-30T11:17` */
export function localTime(iso: string): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return '';
  const minutes = new Date(time).getTimezoneOffset();
  return new Date(time - minutes * 60_000).toISOString().slice(0, 16);
}

/** How many filters are chosen; the two ends of a time are one. */
export function countFilters(filters: Filters): number {
  const { since: _, until: __, ...single } = filters;
  return Object.values(single).filter(Boolean).length;
}
