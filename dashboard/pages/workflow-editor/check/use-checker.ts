// The worker for a page: told of the account, closed with the page.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { ApiError } from '../../../api/errors.ts';
import { firstPages } from '../../../api/first-pages.ts';
import { request } from '../../../api/request.ts';
import type { Account } from './check-text.ts';
import { Checker } from './checker.ts';
import { createWorker } from './create-worker.ts';
import type { Question } from './messages.ts';

/** The actions and the deployment: neither changes while a page lives. */
export function useAccount() {
  return useQuery({
    queryKey: ['account'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<Account> => {
      const [actions, deployment] = await Promise.all([
        request('GET /actions', {}, { signal }),
        request('GET /deployment', {}, { signal }),
      ]);
      return { actions: actions.body.items, deployment: deployment.body };
    },
  });
}

/** For how long what is known of another workflow counts. */
const KNOWN_MS = 15_000;

export function useChecker(account: Account): Checker {
  const queries = useQueryClient();
  const checker = useMemo(() => {
    const answer = (question: Question) =>
      queries.fetchQuery<unknown>({
        queryKey: ['compiler', question],
        staleTime: KNOWN_MS,
        queryFn: () => ('read' in question ? readWorkflow(question.read) : readIds(question.ids)),
      });
    return new Checker({
      createWorker,
      account,
      answer: async (question) => (await answer(question)) ?? undefined,
    });
  }, [account, queries]);
  useEffect(() => () => checker.close(), [checker]);
  return checker;
}

/** Null when there is none. */
async function readWorkflow(id: string) {
  try {
    return (await request('GET /workflows/{id}', { params: { id } })).body;
  } catch (error) {
    // A name that no workflow can have is refused as a parameter.
    if (error instanceof ApiError && (error.status === 404 || error.status === 400)) return null;
    throw error;
  }
}

const PAGE = 100;

async function readIds(limit: number): Promise<readonly string[]> {
  const { items } = await firstPages(Math.ceil(limit / PAGE), (cursor) =>
    request('GET /workflows', { query: { limit: PAGE, cursor } }),
  );
  return items.map(({ id }) => id).slice(0, limit);
}
