// Deletes a workflow: the document first, so that nothing starts any more, then the state machine.
import { SFNClient } from '@aws-sdk/client-sfn';
import { changedMeanwhile, checkIfMatch } from '../stores/preconditions.ts';
import { type WorkflowStore, workflowStore } from '../stores/workflows.ts';
import { workflowNotFound } from './not-found.ts';
import { deleteStateMachine } from './state-machine.ts';

const MAX_TRIES = 3;

/**
 * @param ifMatch the header; whatever there is when undefined
 * @throws ApiProblem not-found, precondition-failed
 */
export async function deleteWorkflow(
  id: string,
  ifMatch: string | undefined,
  {
    store = workflowStore(),
    sfn = new SFNClient({}),
  }: { readonly store?: WorkflowStore; readonly sfn?: Pick<SFNClient, 'send'> } = {},
): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const existing = await store.read(id);
    if (!existing) throw workflowNotFound(id);
    checkIfMatch(ifMatch, existing.etag, `workflow ${id}`);
    // A document that was saved meanwhile is read again: a given ETag then no longer matches.
    if (await store.delete(id, existing.etag)) return deleteStateMachine(id, sfn);
  }
  throw changedMeanwhile(`workflow ${id}`);
}
