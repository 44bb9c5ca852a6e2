// What the pages of prompts ask the API for.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { firstPages } from '../../api/first-pages.ts';
import { request } from '../../api/request.ts';

export function useTemplates() {
  return useInfiniteQuery({
    queryKey: ['templates'],
    initialPageParam: undefined as string | undefined,
    refetchOnWindowFocus: 'always',
    queryFn: async ({ pageParam, signal }) =>
      (await request('GET /templates', { query: { limit: 100, cursor: pageParam } }, { signal })).body,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
}

export interface UsingWorkflow {
  readonly id: string;
  readonly name: string;
}

const MOST_PAGES = 20;

/** By template the workflows whose steps name it. */
export function useUses() {
  return useQuery({
    queryKey: ['templates', 'uses'],
    staleTime: 10_000,
    queryFn: async ({ signal }) => {
      const uses = new Map<string, UsingWorkflow[]>();
      const { items } = await firstPages(MOST_PAGES, (cursor) =>
        request('GET /workflows', { query: { limit: 100, cursor } }, { signal }),
      );
      for (const { id, name, templates } of items)
        for (const template of templates) uses.set(template, [...(uses.get(template) ?? []), { id, name }]);
      return uses as ReadonlyMap<string, readonly UsingWorkflow[]>;
    },
  });
}

/** With the ETag that a save needs. */
export function useTemplate(id: string | undefined) {
  return useQuery({
    queryKey: ['template', id],
    enabled: id !== undefined,
    refetchOnWindowFocus: 'always',
    queryFn: async ({ signal }) => {
      const { body, etag = '' } = await request(
        'GET /templates/{id}',
        { params: { id: id ?? '' } },
        { signal },
      );
      return { template: body, etag };
    },
  });
}
