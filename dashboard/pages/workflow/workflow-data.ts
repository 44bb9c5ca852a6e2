// What the page of a workflow asks the API for.
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useLive } from '../../api/live.ts';
import { request } from '../../api/request.ts';
import type { AnswerBody } from '../../api/routes.ts';

export type Workflow = AnswerBody<'GET /workflows/{id}'>;
export type Run = AnswerBody<'GET /executions'>['items'][number];

/** Others may change it while it is looked at. */
export function useWorkflow(id: string): UseQueryResult<Workflow> {
  return useLive({
    queryKey: ['workflow', id],
    queryFn: async ({ signal }) =>
      (await request('GET /workflows/{id}', { params: { id } }, { signal })).body,
    every: () => 10_000,
  });
}

/** How many of the latest runs the page shows. */
export const SHOWN_RUNS = 10;

export function useRecentRuns(workflow_id: string): UseQueryResult<readonly Run[]> {
  return useLive({
    queryKey: ['workflow', workflow_id, 'runs'],
    queryFn: async ({ signal }) => {
      const query = { workflow_id, limit: SHOWN_RUNS };
      return (await request('GET /executions', { query }, { signal })).body.items;
    },
    every: (runs) => (runs?.some(({ status }) => status === 'running') ? 2_000 : 5_000),
  });
}

/** The run whose input a link asks for. */
export function useRunInput(id: string | undefined) {
  return useQuery({
    queryKey: ['run', id],
    enabled: id !== undefined,
    queryFn: async ({ signal }) =>
      (await request('GET /executions/{id}', { params: { id: id ?? '' } }, { signal })).body,
  });
}
