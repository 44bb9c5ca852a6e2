// Closes what a run that has ended still asked.
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { ApprovalStore } from '../stores/approvals.ts';
import { hasSucceeded } from './history.ts';
import { isOpen } from './record.ts';

/**
 * A run can be stopped, time out or fail in another branch while a person is asked. Doing it again does no harm.
 * @param history every event of the execution
 */
export async function closeApprovals(
  executionId: string,
  history: readonly HistoryEvent[],
  store: ApprovalStore,
  now: () => Date = () => new Date(),
): Promise<void> {
  for (const id of await openIdsOf(executionId, store)) await close(id, history, store, now);
}

async function close(
  id: string,
  history: readonly HistoryEvent[],
  store: ApprovalStore,
  now: () => Date,
): Promise<void> {
  for (;;) {
    const stored = await store.read(id);
    if (stored && isOpen(stored.document)) {
      const { document: record, etag } = stored;
      const { decision, task_token: taskToken } = record;
      const known = decision !== null && taskToken !== null && hasSucceeded(taskToken, history);
      const ended = known ? { decision } : { decision: null, closed_at: now().toISOString() };
      const written = await store.write(id, { ...record, task_token: null, ...ended }, { etag });
      if (written === undefined) continue;
    }
    return store.settled(id);
  }
}

async function openIdsOf(executionId: string, store: ApprovalStore): Promise<readonly string[]> {
  const found: string[] = [];
  let after: string | undefined;
  do {
    const { ids, next } = await store.openIds({ limit: 1000, after, startingWith: `${executionId}.` });
    found.push(...ids);
    after = next;
  } while (after !== undefined);
  return found;
}
