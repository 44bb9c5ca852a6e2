// What waits for a decision: asked for once in the whole page; the bar, the navigation, the inbox and lists of runs show it.
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useLocation } from 'wouter';
import { useFailure } from '../api/failure.ts';
import { useLive } from '../api/live.ts';
import { request } from '../api/request.ts';
import type { AnswerBody } from '../api/routes.ts';
import { useSession } from '../session/session.tsx';
import { countText, mayDecide } from './deciders.ts';
import { Link } from './router.tsx';
import css from './waiting.module.css';

type WaitingPage = AnswerBody<'GET /approvals'>;

const INBOX = '/approvals';
const queryKey = ['approvals', 'pending'] as const;

async function ask({ signal }: { readonly signal: AbortSignal }): Promise<WaitingPage> {
  const query = { status: 'pending', limit: 100 } as const;
  return (await request('GET /approvals', { query }, { signal })).body;
}

/** What is known of the approvals that wait, the first hundred; WaitingLink keeps it up to date. */
export function useWaiting(): UseQueryResult<WaitingPage> {
  return useQuery({ queryKey, queryFn: ask, enabled: false });
}

/** The same, kept up to date by the page that shows it, also for who may decide nothing. */
export function useLiveWaiting(): UseQueryResult<WaitingPage> {
  return useLive({ queryKey, queryFn: ask, every: () => 15_000 });
}

export type Question = Pick<WaitingPage['items'][number], 'id' | 'message'>;

/**
 * What a run asks, by the run's id, of the approvals that are known. That a run waits for a time is not among them: its
 * history alone tells, which the page of the run reads.
 */
export function useQuestions(): ReadonlyMap<string, Question> {
  const { data } = useLiveWaiting();
  return useMemo(() => new Map(data?.items.toReversed().map((one) => [one.execution_id, one])), [data]);
}

/** `?` when it could not be asked for. */
function useMine(): string | undefined {
  const { role } = useSession();
  const waiting = useWaiting();
  const failure = useFailure(waiting);
  if (failure && waiting.data === undefined) return '?';
  return countText(waiting.data, role);
}

/** `2 waiting`, in the frame's bar: of those that the user may decide. */
export function WaitingLink() {
  const [location] = useLocation();
  const { role } = useSession();
  const isInbox = location === INBOX;
  const { refetch } = useLive({
    queryKey,
    queryFn: ask,
    enabled: isInbox || mayDecide(role, 'editor'),
    every: () => (isInbox ? 3_000 : 15_000),
  });
  // Whoever opens the inbox was told elsewhere that something waits.
  useEffect(() => {
    if (isInbox) void refetch({ cancelRefetch: false });
  }, [isInbox, refetch]);
  const mine = useMine();
  if (mine === undefined) return null;
  return (
    <Link to={INBOX} className={css['link']}>
      {mine} waiting
    </Link>
  );
}

/** The same count, beside the page's title in the navigation. */
export function WaitingCount() {
  const mine = useMine();
  if (mine === undefined) return null;
  return (
    <span className={css['count']}>
      {mine}
      <span className="visually-hidden"> waiting</span>
    </span>
  );
}
