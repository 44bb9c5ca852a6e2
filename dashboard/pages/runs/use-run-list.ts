// The runs that a query lets through: the first page is asked for again and again, further ones as somebody scrolls, and
// running rows further down while they are in sight.
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import { besideData, useFailure } from '../../api/failure.ts';
import { useLive } from '../../api/live.ts';
import { request } from '../../api/request.ts';
import type { RunQuery } from './filters.ts';
import { useKeptList } from './kept-list.ts';
import {
  nextPageSize,
  type Run,
  type RunList,
  showWaiting,
  withFirstPage,
  withNextPage,
  withRowsFrom,
} from './run-list.ts';

/** The first page is small, for it is asked for often. */
export const FIRST_PAGE = 50;
const LIVE_MS = { running: 2_000, quiet: 5_000 };

export interface LiveRunList {
  readonly list: RunList;
  /** Why the first page could not be read, or not be renewed. */
  readonly error: Error | null;
  readonly isFetching: boolean;
  retry(): void;
  readonly further: { readonly isLoading: boolean; readonly error: Error | undefined };
  /** Reads the page that follows, unless one is being read or the last one failed. */
  loadFurther(): void;
  retryFurther(): void;
  showNew(): void;
}

interface Options {
  readonly query: RunQuery;
  /** Whether somebody reads, so that nothing may move. */
  isHeld(): boolean;
  /** The first running row in sight. */
  readonly watched: Run | undefined;
}

export function useRunList({ query, isHeld, watched }: Options): LiveRunList {
  const [list, setList] = useKeptList(query);
  const [further, setFurther] = useState<LiveRunList['further']>({ isLoading: false, error: undefined });

  const first = useLive({
    queryKey: ['executions', query],
    queryFn: async ({ signal }) =>
      (await request('GET /executions', { query: { ...query, limit: FIRST_PAGE } }, { signal })).body,
    every: (page) =>
      page?.items.some(({ status }) => status === 'running') ? LIVE_MS.running : LIVE_MS.quiet,
  });
  const failure = useFailure(first);
  const receive = useEffectEvent((page: NonNullable<typeof first.data>) => {
    const held = isHeld();
    setList((before) => withFirstPage(before, page, held));
  });
  useEffect(() => {
    if (first.data) receive(first.data);
  }, [first.data]);

  useWatched(query, watched && isBelow(watched, first.data?.items.at(-1)) ? watched : undefined, setList);

  const reading = useRef<AbortController>(undefined);
  useEffect(() => () => reading.current?.abort(), []);
  const read = useCallback(
    async (cursor: string, limit: number) => {
      if (reading.current) return;
      const control = new AbortController();
      reading.current = control;
      setFurther(({ error }) => ({ isLoading: true, error }));
      try {
        const page = { ...query, limit, cursor };
        const { body } = await request('GET /executions', { query: page }, { signal: control.signal });
        // The list may have begun anew meanwhile.
        setList((before) => (before.next === cursor ? withNextPage(before, body) : before));
        setFurther({ isLoading: false, error: undefined });
      } catch (error) {
        if (!control.signal.aborted)
          setFurther({ isLoading: false, error: error instanceof Error ? error : new Error(String(error)) });
      } finally {
        reading.current = undefined;
      }
    },
    [query, setList],
  );
  const { next } = list;
  const limit = nextPageSize(list.rows.length);
  const hasFailed = further.error !== undefined;
  const loadFurther = useCallback(() => {
    if (typeof next === 'string' && !hasFailed) void read(next, limit);
  }, [next, limit, hasFailed, read]);
  const retryFurther = useCallback(() => {
    if (typeof next === 'string') void read(next, limit);
  }, [next, limit, read]);

  return {
    list,
    error: list.next === undefined ? failure : besideData(first.error),
    isFetching: first.isFetching,
    retry: () => void first.refetch(),
    further,
    loadFurther,
    retryFurther,
    showNew: useCallback(() => setList(showWaiting), [setList]),
  };
}

/** Whether a row stands below the first page, which is renewed anyway. */
function isBelow(run: Run, last: Run | undefined): boolean {
  return last !== undefined && run.started_at < last.started_at;
}

function useWatched(
  query: RunQuery,
  from: Run | undefined,
  setList: (change: (list: RunList) => RunList) => void,
): void {
  const until = from && new Date(Date.parse(from.started_at) + 1).toISOString();
  const { data } = useLive({
    queryKey: ['executions', query, 'from', until],
    enabled: until !== undefined,
    queryFn: async ({ signal }) =>
      (
        await request(
          'GET /executions',
          { query: { ...query, ...(until && { until }), limit: FIRST_PAGE } },
          { signal },
        )
      ).body,
    every: () => (until === undefined ? false : LIVE_MS.running),
  });
  const receive = useEffectEvent((page: NonNullable<typeof data>) => {
    if (from) setList((list) => withRowsFrom(list, page, from));
  });
  useEffect(() => {
    if (data) receive(data);
  }, [data]);
}
