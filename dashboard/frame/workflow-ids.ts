// All workflows by id and name, for who chooses one; asked for once.
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { firstPages } from '../api/first-pages.ts';
import { request } from '../api/request.ts';

export interface WorkflowName {
  readonly id: string;
  readonly name: string;
}

const MOST_PAGES = 20;

const names = {
  queryKey: ['workflows', 'names'],
  staleTime: 60_000,
  queryFn: async ({ signal }: { readonly signal: AbortSignal }): Promise<readonly WorkflowName[]> => {
    const { items } = await firstPages(MOST_PAGES, (cursor) =>
      request('GET /workflows', { query: { limit: 100, cursor } }, { signal }),
    );
    return items.map(({ id, name }) => ({ id, name }));
  },
};

export function useWorkflowNames(): UseQueryResult<readonly WorkflowName[]> {
  return useQuery(names);
}

export function useWorkflowIds(): UseQueryResult<readonly string[]> {
  return useQuery({ ...names, select: idsOf });
}

const idsOf = (all: readonly WorkflowName[]): readonly string[] => all.map(({ id }) => id);
