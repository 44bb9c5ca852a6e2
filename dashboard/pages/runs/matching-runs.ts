// All runs that match, page by page.
import { request } from '../../api/request.ts';
import type { RunQuery } from './filters.ts';
import type { Run } from './run-list.ts';

/**
 * The runs that match the query and have one of the statuses. What starts meanwhile is none of them.
 * @param until an ISO time: when it was asked for
 */
export async function* matchingRuns(
  query: RunQuery,
  statuses: readonly Run['status'][],
  until: string,
): AsyncGenerator<Run, undefined> {
  const asked = statuses.filter((status) => isIn(status, query.status));
  const before = query.until !== undefined && query.until < until ? query.until : until;
  for (const status of asked) {
    let cursor: string | undefined;
    do {
      const { body } = await request('GET /executions', {
        query: { ...query, status, until: before, limit: 1000, ...(cursor !== undefined && { cursor }) },
      });
      yield* body.items;
      cursor = body.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }
  return undefined;
}

/** The first of them, and whether there are more. */
export async function firstOf(
  runs: AsyncGenerator<Run, undefined>,
  most: number,
): Promise<{ readonly runs: readonly Run[]; readonly more: AsyncIterator<Run> | undefined }> {
  const first: Run[] = [];
  while (first.length < most) {
    const { value, done } = await runs.next();
    if (done) return { runs: first, more: undefined };
    first.push(value);
  }
  return { runs: first, more: runs };
}

function isIn(status: Run['status'], filter: RunQuery['status']): boolean {
  if (filter === 'failed_or_timed_out') return status === 'failed' || status === 'timed_out';
  return filter === undefined || filter === status;
}
