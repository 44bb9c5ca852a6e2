// The ids of all workflows, for who chooses one.
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { firstPages } from '../api/first-pages.ts';
import { request } from '../api/request.ts';

const MOST_PAGES = 20;

export function useWorkflowIds(): UseQueryResult<readonly string[]> {
  return useQuery({
    queryKey: ['workflows', 'ids'],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const { items } = await firstPages(MOST_PAGES, (cursor) =>
        request('GET /workflows', { query: { limit: 100, cursor } }, { signal }),
      );
      return items.map(({ id }) => id);
    },
  });
}
