// What Home asks the API for.
import { useQuery } from '@tanstack/react-query';
import { firstPages } from '../../api/first-pages.ts';
import { useLive } from '../../api/live.ts';
import { request } from '../../api/request.ts';
import type { AnswerBody } from '../../api/routes.ts';

export type Summary = AnswerBody<'GET /executions/summary'>;
export type Schedule = AnswerBody<'GET /schedules'>['items'][number];
export type Approval = AnswerBody<'GET /approvals'>['items'][number];

/** What failed within a day, and what runs. */
export function useSummary() {
  return useLive({
    queryKey: ['executions', 'summary'],
    queryFn: async ({ signal }) => (await request('GET /executions/summary', {}, { signal })).body,
    every: () => 5_000,
  });
}

const MOST_PAGES = 5;

/** The schedules that are due, of the first pages. */
export function useSchedules() {
  return useLive({
    queryKey: ['schedules', 'home'],
    queryFn: ({ signal }) =>
      firstPages(MOST_PAGES, (cursor) =>
        request('GET /schedules', { query: { limit: 100, cursor } }, { signal }),
      ),
    every: () => 30_000,
  });
}

/** The latest runs of all: whether there is any, and the workflow of the first. */
export function useHasRun() {
  return useQuery({
    queryKey: ['executions', 'any'],
    queryFn: async ({ signal }) => {
      const { body } = await request('GET /executions', { query: { limit: 1 } }, { signal });
      return body.items.length > 0 || body.next_cursor !== null;
    },
  });
}

/** A workflow to begin with: a shipped one that needs little, or else any. */
export function useFirstWorkflow(isWanted: boolean) {
  return useQuery({
    queryKey: ['workflows', 'first'],
    enabled: isWanted,
    queryFn: async ({ signal }) => {
      const { body } = await request('GET /workflows', { query: { limit: 100 } }, { signal });
      return body.items.find(({ id }) => id === 'simple_ai_completion') ?? body.items[0] ?? null;
    },
  });
}
