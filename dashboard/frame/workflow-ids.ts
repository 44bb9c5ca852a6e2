// The ids of all workflows, for who chooses one.
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { request } from '../api/request.ts';

const MOST_PAGES = 20;

export function useWorkflowIds(): UseQueryResult<readonly string[]> {
  return useQuery({
    queryKey: ['workflows', 'ids'],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const ids: string[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const query = { limit: 100, ...(cursor !== undefined && { cursor }) };
        const { body } = await request('GET /workflows', { query }, { signal });
        ids.push(...body.items.map(({ id }) => id));
        if (body.next_cursor === null) break;
        cursor = body.next_cursor;
      }
      return ids;
    },
  });
}
