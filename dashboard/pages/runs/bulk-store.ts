// The action on many runs that goes on or went on last: it outlives the page of the list, as when one opens a run.
import { useSyncExternalStore } from 'react';
import { ApiError, NetworkError } from '../../api/errors.ts';
import { request } from '../../api/request.ts';
import { type BulkAction, type BulkState, startBulk } from './bulk.ts';
import type { Run } from './run-list.ts';

interface KeptBulk {
  /** Whose it is: the next one who logs in does not see it. */
  readonly user: string;
  readonly state: BulkState;
  cancel(): void;
}

let kept: KeptBulk | undefined;
const listeners = new Set<() => void>();

function keep(next: KeptBulk | undefined): void {
  kept = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useBulk(user: string): KeptBulk | undefined {
  const bulk = useSyncExternalStore(subscribe, () => kept);
  return bulk?.user === user ? bulk : undefined;
}

export const forgetBulk = (): void => keep(undefined);

const stayWhileRunning = (event: BeforeUnloadEvent) => event.preventDefault();

interface Begin {
  readonly user: string;
  readonly action: BulkAction;
  readonly runs: readonly Run[];
  readonly more: AsyncIterator<Run> | undefined;
  /** Called when some have been done, and at the end. */
  onProgress(): void;
}

export function beginBulk({ user, action, runs, more, onProgress }: Begin): void {
  kept?.cancel();
  addEventListener('beforeunload', stayWhileRunning);
  let cancel = () => {};
  const bulk = startBulk(
    {
      action,
      runs,
      ...(more && { more }),
      act: acts[action],
      titleOf,
      onChange: (state) => keep({ user, state, cancel: () => cancel() }),
    },
    crypto.randomUUID(),
  );
  cancel = bulk.cancel;
  void bulk.done.then(() => {
    removeEventListener('beforeunload', stayWhileRunning);
    onProgress();
  });
}

const acts: Readonly<Record<BulkAction, (run: Run, key: string) => Promise<string | undefined>>> = {
  // Stopping twice is stopping once.
  stop: async ({ id }) => {
    await request('POST /executions/{id}/stop', { params: { id }, body: {} });
    return undefined;
  },
  redrive: async ({ id }, key) => {
    const parts = { params: { id }, headers: { 'idempotency-key': key } };
    const { body } = await request('POST /executions/{id}/redrive', parts);
    return body.id === id ? undefined : body.id;
  },
  rerun: async ({ id }, key) => {
    const { body } = await request('POST /executions/{id}/rerun', {
      params: { id },
      headers: { 'idempotency-key': key },
      body: { from: 'start' },
    });
    return body.id;
  },
};

function titleOf(error: unknown): string {
  if (error instanceof ApiError || error instanceof NetworkError) return error.title;
  return error instanceof Error ? error.message : String(error);
}
