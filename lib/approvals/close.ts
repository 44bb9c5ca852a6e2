// Closes the open approvals of a run that has ended.
import { isOpen } from '../stores/approval-record.ts';
import type { ApprovalStore } from '../stores/approvals.ts';
import type { DeliveryDependencies } from './deliver.ts';
import { hasSucceeded, isRunning } from './history.ts';

type Dependencies = Omit<DeliveryDependencies, 'now'> & Partial<Pick<DeliveryDependencies, 'now'>>;

/** A run can be stopped, time out or fail in another branch while an approval is open. Idempotent. */
export async function closeApprovals(
  executionId: string,
  { store, sfn, now = () => new Date() }: Dependencies,
): Promise<void> {
  for (const id of await openIdsOf(executionId, store)) await close(id, { store, sfn, now });
}

async function close(id: string, { store, sfn, now }: DeliveryDependencies): Promise<void> {
  for (;;) {
    const stored = await store.read(id);
    if (stored && isOpen(stored.document)) {
      const { document: record, etag } = stored;
      const { decision, task_token: taskToken, execution_arn: arn } = record;
      // It was redriven, and waits again.
      if (await isRunning(arn, sfn)) return;
      const delivered = decision !== null && taskToken !== null && (await hasSucceeded(arn, taskToken, sfn));
      const ended = delivered ? { decision } : { decision: null, closed_at: now().toISOString() };
      const written = await store.write(id, { ...record, task_token: null, ...ended }, { etag });
      if (written === undefined) continue;
    }
    return store.unmarkOpen(id);
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
