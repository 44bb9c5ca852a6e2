// Saves a workflow: compiled, published as a version of its state machine, put into force by one conditional write.
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { RequestProblem } from '../api/problem.ts';
import type { Stored } from '../stores/document-store.ts';
import { changedMeanwhile, checkIfMatch, nothingToReplace } from '../stores/preconditions.ts';
import { type WorkflowDocument, type WorkflowStore, workflowStore } from '../stores/workflows.ts';
import { commitDocument } from './commit.ts';
import { type Compiled, compiledOrProblem } from './compile.ts';
import { deleteVersion, publishDefinition } from './state-machine.ts';

export interface Saved {
  readonly document: WorkflowDocument;
  readonly etag: string;
  readonly warnings: readonly RequestProblem[];
}

export interface SaveDependencies {
  readonly store?: WorkflowStore;
  readonly sfn?: Pick<SFNClient, 'send'>;
  readonly scheduler?: Pick<SchedulerClient, 'send'>;
  readonly now?: () => Date;
}

/** How often a save is tried that replaces whatever there is (`If-Match: *`) when others save at the same time. */
const MAX_TRIES = 3;

/**
 * @param sent the workflow as it came, in the current or the older format
 * @param id the id that it must have; any when undefined
 * @returns undefined when the id is taken
 * @throws ApiProblem invalid-workflow, being-deleted
 */
export async function createWorkflow(
  sent: unknown,
  user: string,
  id?: string,
  dependencies: SaveDependencies = {},
): Promise<Saved | undefined> {
  const clients = withDefaults(dependencies);
  const compiled = await compiledOrProblem(sent, 1, id);
  if (await clients.store.read(compiled.workflow.id)) return undefined;
  return save(compiled, undefined, user, clients);
}

/**
 * @param ifMatch the header: the ETag of the version to replace, or `*`
 * @throws ApiProblem precondition-failed, invalid-workflow, being-deleted
 */
export async function replaceWorkflow(
  sent: unknown,
  user: string,
  id: string,
  ifMatch: string,
  dependencies: SaveDependencies = {},
): Promise<Saved> {
  const clients = withDefaults(dependencies);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const existing = await clients.store.read(id);
    if (!existing) throw nothingToReplace(`workflow ${id}`);
    checkIfMatch(ifMatch, existing.etag, `workflow ${id}`);
    const compiled = await compiledOrProblem(sent, existing.document.version + 1, id);
    const saved = await save(compiled, existing, user, clients);
    if (saved) return saved;
  }
  throw changedMeanwhile(`workflow ${id}`);
}

function withDefaults({
  store = workflowStore(),
  sfn = new SFNClient({}),
  scheduler = new SchedulerClient({}),
  now = () => new Date(),
}: SaveDependencies): Required<SaveDependencies> {
  return { store, sfn, scheduler, now };
}

/**
 * Whatever goes wrong leaves the old workflow whole and in force (see commit.ts).
 * @returns undefined when someone else saved the workflow first
 */
async function save(
  { workflow, definition, warnings }: Compiled,
  existing: Stored<WorkflowDocument> | undefined,
  user: string,
  { store, sfn, scheduler, now }: Required<SaveDependencies>,
): Promise<Saved | undefined> {
  const time = now().toISOString();
  const versionArn = await publishDefinition(workflow.id, definition, existing === undefined, sfn);
  const document: WorkflowDocument = {
    workflow,
    version: (existing?.document.version ?? 0) + 1,
    created_at: existing?.document.created_at ?? time,
    updated_at: time,
    updated_by: user,
    state_machine_version_arn: versionArn,
  };
  const etag = await commitDocument(document, existing, { store, scheduler, now }).catch(
    async (error: unknown) => {
      await removeOrphan(workflow.id, versionArn, store, sfn);
      throw error;
    },
  );
  if (etag !== undefined) return { document, etag, warnings };
  await removeOrphan(workflow.id, versionArn, store, sfn);
  return undefined;
}

/**
 * Two equal saves at the same time get one and the same version from Step Functions, so the version of the
 * loser is kept when the winner's document names it. A version that stays behind does no harm, which is why
 * failing to remove it fails nothing.
 */
async function removeOrphan(
  workflowId: string,
  versionArn: string,
  store: WorkflowStore,
  sfn: Pick<SFNClient, 'send'>,
): Promise<void> {
  try {
    const current = await store.read(workflowId);
    if (current && current.document.state_machine_version_arn !== versionArn)
      await deleteVersion(versionArn, sfn);
  } catch {
    // The save has failed already, for a reason that the caller is about to hear.
  }
}
