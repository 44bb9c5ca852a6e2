// Deletes a workflow: marks its document, deletes what starts it and its state machine, then the document.
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Stored } from '../stores/document-store.ts';
import { changedMeanwhile, checkIfMatch } from '../stores/preconditions.ts';
import { workflowNotFound } from '../stores/workflow-not-found.ts';
import { type WorkflowDocument, type WorkflowStore, workflowStore } from '../stores/workflows.ts';
import { checkInterrupted } from './being-deleted.ts';
import { type ReconcileDependencies, reconcile } from './reconcile.ts';
import { deleteStateMachine } from './state-machine.ts';

const MAX_TRIES = 3;

interface Dependencies {
  readonly store?: WorkflowStore;
  readonly sfn?: Pick<SFNClient, 'send'>;
  readonly scheduler?: Pick<SchedulerClient, 'send'>;
  readonly now?: () => Date;
}

/**
 * A state machine is named after its workflow's id, so that its deletion must not overlap with the next workflow of
 * that id. Until it is deleted the marked document therefore reserves the id: nobody can read, start or replace the
 * workflow, and no other one can be created. A workflow that was being created at that moment finds its state machine
 * deleted (save.ts). An interrupted deletion is completed by the next one.
 *
 * Workflows that call this one do not prevent it: finding them would mean reading every document, and another one could
 * be saved the moment after. Their step fails from then on, with the message that the workflow does not exist any more.
 * @param ifMatch the header
 * @throws ApiProblem not-found, precondition-failed, being-deleted
 */
export async function deleteWorkflow(
  id: string,
  ifMatch: string,
  {
    store = workflowStore(),
    sfn = new SFNClient({}),
    scheduler = new SchedulerClient({}),
    now = () => new Date(),
  }: Dependencies = {},
): Promise<void> {
  const dependencies = { store, sfn, scheduler, now };
  const etag = await mark(id, ifMatch, dependencies);
  await finish(id, etag, dependencies);
}

/**
 * Frees an id by deleting the state machine that an interrupted save or deletion left behind, as a deletion would: a
 * marked document reserves the id meanwhile.
 * @param document the workflow that is to have the id
 * @param deleting what is left of a deletion
 * @returns false when someone else has taken the id, and nothing was done
 */
export async function removeOrphan(
  document: Omit<WorkflowDocument, 'state_machine_version_arn'>,
  deleting: Stored<WorkflowDocument> | undefined,
  dependencies: Required<Dependencies>,
): Promise<boolean> {
  const { store, now } = dependencies;
  const { id } = document.workflow;
  const marked: WorkflowDocument = {
    ...(deleting?.document ?? { ...document, state_machine_version_arn: '' }),
    deletion_began_at: now().toISOString(),
  };
  const etag = await store.write(id, marked, deleting ? { etag: deleting.etag } : { absent: true });
  if (etag === undefined) return false;
  await finish(id, etag, dependencies);
  return true;
}

/** @param etag of the marked document */
async function finish(id: string, etag: string, dependencies: Required<Dependencies>): Promise<void> {
  // Both are done even if one fails: each of them stops the workflow from running. In this order, since Step Functions
  // does not change the alias of a state machine that it is deleting.
  const reconciled = reconcile(id, dependencies);
  await reconciled.catch(() => {});
  await deleteStateMachine(id, dependencies.sfn);
  await reconciled;
  // False when someone took this for an interrupted deletion: then the id is theirs.
  await dependencies.store.delete(id, etag);
}

/** @returns the ETag of the marked document */
async function mark(id: string, ifMatch: string, dependencies: ReconcileDependencies): Promise<string> {
  const { store, now } = dependencies;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const current = await store.read(id);
    if (current) checkIfMatch(ifMatch, current.etag, `workflow ${id}`);
    const existing = current ?? (await interruptedDeletion(id, dependencies));
    const document = { ...existing.document, deletion_began_at: now().toISOString() };
    // A document that was saved meanwhile is read again: a given ETag then no longer matches.
    const etag = await store.write(id, document, { etag: existing.etag });
    if (etag !== undefined) return etag;
  }
  throw changedMeanwhile(`workflow ${id}`);
}

async function interruptedDeletion(
  id: string,
  dependencies: ReconcileDependencies,
): Promise<Stored<WorkflowDocument>> {
  const deleting = await dependencies.store.readDeleting(id);
  if (!deleting) {
    // Cleans up after an interrupted save.
    await reconcile(id, dependencies);
    throw workflowNotFound(id);
  }
  checkInterrupted(deleting, dependencies.now());
  return deleting;
}
