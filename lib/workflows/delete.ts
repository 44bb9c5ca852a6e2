// Deletes a workflow: its document is marked, then what starts it and its state machine go, then the document.
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Stored } from '../stores/document-store.ts';
import { changedMeanwhile, checkIfMatch } from '../stores/preconditions.ts';
import { workflowNotFound } from '../stores/workflow-not-found.ts';
import { type WorkflowDocument, type WorkflowStore, workflowStore } from '../stores/workflows.ts';
import { checkBrokenOff } from './being-deleted.ts';
import { type SettleDependencies, settle } from './reconcile.ts';
import { deleteStateMachine } from './state-machine.ts';

const MAX_TRIES = 3;

interface Dependencies {
  readonly store?: WorkflowStore;
  readonly sfn?: Pick<SFNClient, 'send'>;
  readonly scheduler?: Pick<SchedulerClient, 'send'>;
  readonly now?: () => Date;
}

/**
 * A state machine has the id of its workflow, so that deleting it must not meet the next workflow of that id.
 * Until it is deleted the marked document therefore keeps the id: nothing reads, starts or replaces the
 * workflow any more, and no other one can be created. One that was being created at that moment finds its
 * state machine gone (save.ts). A deletion that breaks off is finished by the next one.
 *
 * Workflows that run this one do not keep it: finding them would be reading every document there is, and another one
 * could be saved the moment after. Their step fails from then on, saying that the workflow is gone.
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
 * Frees an id of the state machine that a save or a deletion has left behind that broke off, as a deletion does it:
 * a marked document keeps the id meanwhile.
 * @param document the workflow that is to have the id
 * @param deleting what is left of a deletion
 * @returns false when someone else has the id now, and nothing was done
 */
export async function removeLeftOver(
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
  // Each is done also when the other fails: either keeps the workflow from running. One after the other, since Step
  // Functions does not change the alias of a state machine that it is deleting.
  const settled = settle(id, dependencies);
  await settled.catch(() => {});
  await deleteStateMachine(id, dependencies.sfn);
  await settled;
  // False when someone took this for a deletion that had broken off: then the id is theirs.
  await dependencies.store.delete(id, etag);
}

/** @returns the ETag of the marked document */
async function mark(id: string, ifMatch: string, dependencies: SettleDependencies): Promise<string> {
  const { store, now } = dependencies;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const whole = await store.read(id);
    if (whole) checkIfMatch(ifMatch, whole.etag, `workflow ${id}`);
    const existing = whole ?? (await brokenOff(id, dependencies));
    const document = { ...existing.document, deletion_began_at: now().toISOString() };
    // A document that was saved meanwhile is read again: a given ETag then no longer matches.
    const etag = await store.write(id, document, { etag: existing.etag });
    if (etag !== undefined) return etag;
  }
  throw changedMeanwhile(`workflow ${id}`);
}

async function brokenOff(id: string, dependencies: SettleDependencies): Promise<Stored<WorkflowDocument>> {
  const deleting = await dependencies.store.readDeleting(id);
  if (!deleting) {
    // What a save that broke off may have left behind.
    await settle(id, dependencies);
    throw workflowNotFound(id);
  }
  checkBrokenOff(deleting, dependencies.now());
  return deleting;
}
