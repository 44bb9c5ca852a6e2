// The state of the inbox: what is shown stays where it is while live data comes, and a decision shows before its answer.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../../api/errors.ts';
import { useLive } from '../../api/live.ts';
import { request } from '../../api/request.ts';
import { relativeText, serverNow } from '../../design-system/time-text.ts';
import { showToast } from '../../design-system/toast-list.ts';
import { useWaiting } from '../../frame/waiting.tsx';
import { useSession } from '../../session/session.tsx';
import { type Approval, countNew, inOrder, isGone, outcomeText, type WaitingApproval } from './inbox.ts';

export type Decision = 'approve' | 'reject';

/** Of an approval that was decided while the inbox is open: what is to be, then what is. */
type Outcome = { readonly sending: Decision } | { readonly decided: WaitingApproval };

export interface Entry {
  readonly approval: WaitingApproval;
  /** `gone`: it waits no more, and why is to be asked for. */
  readonly state: 'waiting' | 'sending' | 'decided' | 'gone';
}

async function ask(id: string, signal?: AbortSignal): Promise<Approval> {
  return (await request('GET /approvals/{id}', { params: { id } }, signal && { signal })).body;
}

/** All of an approval, its details too. */
export function useApproval(id: string, state: Entry['state'] | undefined, enabled = true) {
  return useQuery({
    queryKey: ['approval', id, state === 'waiting' ? 'waiting' : 'ended'],
    queryFn: ({ signal }) => ask(id, signal),
    enabled: enabled && id !== '',
  });
}

const DECIDED = ['approvals', 'decided'] as const;

/** Those that were decided lately. */
export function useDecided() {
  return useLive({
    queryKey: DECIDED,
    queryFn: async ({ signal }) => {
      const query = { status: 'decided', limit: 10 } as const;
      return (await request('GET /approvals', { query }, { signal })).body.items;
    },
    every: () => 30_000,
  });
}

export function useInbox() {
  const { role } = useSession();
  const client = useQueryClient();
  const waiting = useWaiting();
  const page = waiting.data;
  const [shown, setShown] = useState<readonly WaitingApproval[]>();
  const [first, setFirst] = useState('');
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  /** Where the rest begins, once more than the first page was asked for. */
  const [rest, setRest] = useState<string | null>();
  const [isAsking, setAsking] = useState(false);

  // An empty list has nothing that could move.
  if (page && (shown === undefined || (shown.length === 0 && page.items.length > 0))) {
    const ordered = inOrder(page.items, role);
    setShown(ordered);
    setFirst(ordered[0]?.id ?? '');
  }

  const record = (id: string, outcome: Outcome | undefined) =>
    setOutcomes((before) => {
      const after = new Map(before);
      if (outcome) after.set(id, outcome);
      else after.delete(id);
      return after;
    });

  const entries = (shown ?? []).map((held): Entry => {
    const approval = page?.items.find(({ id }) => id === held.id) ?? held;
    const outcome = outcomes.get(held.id);
    if (outcome && 'sending' in outcome) {
      const status = outcome.sending === 'approve' ? 'approved' : 'rejected';
      return { approval: { ...approval, status, decided_by: 'you' }, state: 'sending' };
    }
    if (outcome) return { approval: outcome.decided, state: 'decided' };
    return { approval, state: page && isGone(held.id, page) ? 'gone' : 'waiting' };
  });

  /** @returns whether it was decided so; what was refused is taken back, and told with what came before it */
  async function decide(
    id: string,
    decision: Decision,
    comment: string,
    again: () => void,
  ): Promise<boolean> {
    record(id, { sending: decision });
    try {
      const body = { decision, ...(comment !== '' && { comment }) };
      const { body: decided } = await request('POST /approvals/{id}', { params: { id }, body });
      record(id, { decided });
      showToast({ text: `${outcomeText(decided)}: ${beginning(decided.message)}`, kind: 'done' });
      return true;
    } catch (error) {
      const ended = error instanceof ApiError && error.status === 409 ? await endOf(id) : undefined;
      record(id, ended && { decided: ended });
      const action = { label: 'Show it', act: again };
      showToast({ text: refusal(error, ended), kind: 'failed', action });
      return false;
    } finally {
      void client.invalidateQueries({ queryKey: ['approval', id] });
      void client.invalidateQueries({ queryKey: DECIDED });
      void waiting.refetch();
    }
  }

  async function showMore(): Promise<void> {
    const cursor = rest === undefined ? page?.next_cursor : rest;
    if (cursor == null) return;
    setAsking(true);
    try {
      const query = { status: 'pending', limit: 100, cursor } as const;
      const { body } = await request('GET /approvals', { query });
      const known = new Set(shown?.map(({ id }) => id));
      const added = body.items.filter(({ id }) => !known.has(id));
      setShown([...(shown ?? []), ...inOrder(added, role)]);
      setRest(body.next_cursor);
    } catch (error) {
      showToast({ text: error instanceof Error ? error.message : String(error), kind: 'failed' });
    }
    setAsking(false);
  }

  return {
    waiting,
    /** Undefined until it is known what waits. */
    entries: shown && entries,
    /** The one that is selected when nothing else is. */
    first,
    newCount: shown && page ? countNew(shown, page) : 0,
    /** Puts new ones in their places, and what is over at the end. */
    takeNew() {
      if (!page) return;
      const ended = entries.filter(({ state }) => state !== 'waiting').map(({ approval }) => approval);
      const ids = new Set(ended.map(({ id }) => id));
      const others = (shown ?? []).filter(
        ({ id }) => !ids.has(id) && !page.items.some((item) => item.id === id),
      );
      setShown([...inOrder([...page.items.filter(({ id }) => !ids.has(id)), ...others], role), ...ended]);
    },
    hasMore: (rest === undefined ? page?.next_cursor : rest) != null,
    isAsking,
    showMore,
    decide,
  };
}

async function endOf(id: string): Promise<WaitingApproval | undefined> {
  const approval = await ask(id).catch(() => undefined);
  return approval?.status === 'pending' ? undefined : approval;
}

/** Why a decision does not count, in words of who was first. */
function refusal(error: unknown, ended: WaitingApproval | undefined): string {
  if (ended) {
    const when = ended.decided_at && relativeText(Date.parse(ended.decided_at), serverNow());
    return `Your decision does not count. ${outcomeText(ended)}${when ? ` ${when}` : ''}: ${beginning(ended.message)}`;
  }
  if (error instanceof ApiError) return `${error.title}. ${error.detail}`;
  return 'No answer came: whether the decision arrived is not known. Deciding the same again is safe.';
}

function beginning(message: string): string {
  return message.length > 80 ? `${message.slice(0, 80).toWellFormed()}…` : message;
}
