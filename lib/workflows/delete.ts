// Deletes a workflow: the document first, which is what counts, then its schedules and its state machine.
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { changedMeanwhile, checkIfMatch } from '../stores/preconditions.ts';
import { type WorkflowStore, workflowStore } from '../stores/workflows.ts';
import { settleSchedules } from '../triggers/schedules.ts';
import { workflowNotFound } from './not-found.ts';
import { deleteStateMachine } from './state-machine.ts';

const MAX_TRIES = 3;

/**
 * A delete that broke off after the document was gone is finished by the next one, which answers not-found.
 * @param ifMatch the header; whatever there is when undefined
 * @throws ApiProblem not-found, precondition-failed
 */
export async function deleteWorkflow(
  id: string,
  ifMatch: string | undefined,
  {
    store = workflowStore(),
    sfn = new SFNClient({}),
    scheduler = new SchedulerClient({}),
  }: {
    readonly store?: WorkflowStore;
    readonly sfn?: Pick<SFNClient, 'send'>;
    readonly scheduler?: Pick<SchedulerClient, 'send'>;
  } = {},
): Promise<void> {
  const dependencies = { store, scheduler, now: () => new Date() };
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const existing = await store.read(id);
    if (!existing) {
      await settleSchedules(id, dependencies);
      throw workflowNotFound(id);
    }
    checkIfMatch(ifMatch, existing.etag, `workflow ${id}`);
    // A document that was saved meanwhile is read again: a given ETag then no longer matches.
    if (await store.delete(id, existing.etag)) {
      // Each is done also when the other fails.
      const rest = [settleSchedules(id, dependencies), deleteStateMachine(id, sfn)];
      await Promise.allSettled(rest);
      await Promise.all(rest);
      return;
    }
  }
  throw changedMeanwhile(`workflow ${id}`);
}
