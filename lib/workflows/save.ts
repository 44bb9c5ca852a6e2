// Saves a workflow: compiled, published as a version of its state machine, put into force by one conditional write.
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { RequestProblem } from '../problem.ts';
import { awaitAll } from '../promises.ts';
import type { Stored } from '../stores/document-store.ts';
import { changedMeanwhile, checkIfMatch, nothingToReplace } from '../stores/preconditions.ts';
import { type WorkflowDocument, type WorkflowStore, workflowStore } from '../stores/workflows.ts';
import { keepPauses } from '../triggers/pauses.ts';
import { isExpress } from '../workflow-format/workflow.ts';
import { checkInterrupted } from './being-deleted.ts';
import { commitDocument } from './commit.ts';
import { type Compiled, compiledOrProblem, typeChangeProblem } from './compile.ts';
import { removeOrphan } from './delete.ts';
import { hasLiveAlias } from './live-alias.ts';
import { missingConnections } from './missing-connections.ts';
import { reconcile } from './reconcile.ts';
import { isInForce, pruneVersions, publishDefinition, StateMachineOfOtherType } from './state-machine.ts';

export interface Saved {
  readonly document: WorkflowDocument;
  readonly etag: string;
  readonly warnings: readonly RequestProblem[];
}

export interface SaveDependencies {
  readonly store?: WorkflowStore;
  readonly sfn?: Pick<SFNClient, 'send'>;
  readonly scheduler?: Pick<SchedulerClient, 'send'>;
  readonly ssm?: SSMClient;
  readonly now?: () => Date;
}

/** Attempts when others save or delete at the same time: `If-Match: *` gives up at some point too. */
const MAX_TRIES = 3;

/**
 * Leaves no workflow behind when it fails (see commit.ts).
 * @param sent the workflow as it was sent, in the current or the older format
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
  const { store, sfn, ssm, now } = clients;
  const compiled = await compiledOrProblem(sent, 1, id, { store });
  const { workflow } = compiled;
  if (await store.read(workflow.id)) return undefined;
  const deleting = await store.readDeleting(workflow.id);
  if (deleting) checkInterrupted(deleting, now());
  const missing = missingConnections(compiled, ssm);
  const time = now().toISOString();
  const unpublished = {
    workflow,
    ...connectionsRead(compiled),
    version: 1,
    created_at: time,
    updated_at: time,
    updated_by: user,
  };
  let existing = deleting;
  const versionArn = await publishDefinition(compiled, true, sfn).catch(async (error: unknown) => {
    if (!(error instanceof StateMachineOfOtherType)) throw error;
    if (!(await removeOrphan(unpublished, deleting, clients))) return undefined;
    existing = undefined;
    return publishDefinition(compiled, true, sfn);
  });
  if (versionArn === undefined) return undefined;
  const document: WorkflowDocument = { ...unpublished, state_machine_version_arn: versionArn };
  await reconcileCalled(compiled, clients);
  const committed = await commitDocument(document, existing, clients, async (written) => {
    await checkCalled(compiled, sent, written, clients);
    return withItsVersion(written, compiled, sfn);
  });
  return committed && { ...committed, warnings: [...compiled.warnings, ...(await missing)] };
}

/**
 * @param ifMatch the header: the ETag of the version to replace, or `*`
 * @param restored the version that is brought back
 * @throws ApiProblem precondition-failed, invalid-workflow, being-deleted
 */
export async function replaceWorkflow(
  sent: unknown,
  user: string,
  id: string,
  ifMatch: string,
  dependencies: SaveDependencies = {},
  restored?: number,
): Promise<Saved> {
  const clients = withDefaults(dependencies);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const existing = await clients.store.read(id);
    if (!existing) throw nothingToReplace(`workflow ${id}`);
    checkIfMatch(ifMatch, existing.etag, `workflow ${id}`);
    const compiled = await compiledOrProblem(sent, existing.document.version + 1, id, clients);
    if (isExpress(compiled.workflow) !== isExpress(existing.document.workflow))
      throw typeChangeProblem(compiled);
    const saved = await replace(compiled, { sent, user, restored }, existing, clients);
    if (saved) return saved;
  }
  throw changedMeanwhile(`workflow ${id}`);
}

/** What runs read, as far as a start can know whether it is there. */
function connectionsRead({ connections }: Compiled): Pick<WorkflowDocument, 'connections' | 'scopes'> {
  const scopes = connections.flatMap(({ provider, id, needs }) =>
    needs ? [{ connection: `${provider}/${id}`, action: needs.action, any_of: [...needs.scopes] }] : [],
  );
  const byUse = new Map(scopes.map((one) => [`${one.connection} ${one.action}`, one]));
  return {
    connections: [...new Set(connections.map(({ provider, id }) => `${provider}/${id}`))].toSorted(),
    ...(byUse.size > 0 && { scopes: [...byUse.values()] }),
  };
}

function withDefaults({
  store = workflowStore(),
  sfn = new SFNClient({}),
  scheduler = new SchedulerClient({}),
  ssm = new SSMClient({}),
  now = () => new Date(),
}: SaveDependencies): Required<SaveDependencies> {
  return { store, sfn, scheduler, ssm, now };
}

/**
 * Leaves the old workflow unchanged and in force when it fails (see commit.ts). Nobody deletes the state machine
 * meanwhile: a deletion changes the document first.
 * @returns undefined when someone else saved or deleted the workflow first
 */
async function replace(
  compiled: Compiled,
  {
    sent,
    user,
    restored,
  }: { readonly sent: unknown; readonly user: string; readonly restored?: number | undefined },
  existing: Stored<WorkflowDocument>,
  clients: Required<SaveDependencies>,
): Promise<Saved | undefined> {
  const { workflow, paused_schedules, warnings } = keepPauses(existing.document, compiled.workflow);
  const { sfn, ssm, now } = clients;
  const missing = missingConnections(compiled, ssm);
  const document: WorkflowDocument = {
    workflow,
    ...connectionsRead(compiled),
    ...(paused_schedules.length > 0 && { paused_schedules }),
    version: existing.document.version + 1,
    created_at: existing.document.created_at,
    updated_at: now().toISOString(),
    updated_by: user,
    ...(restored !== undefined && { restored_version: restored }),
    state_machine_version_arn: await publishDefinition(compiled, false, sfn),
  };
  await reconcileCalled(compiled, clients);
  const committed = await commitDocument(document, existing, clients, async (written) => {
    await checkCalled(compiled, sent, written, clients);
    return written;
  });
  if (!committed) return undefined;
  // Only now do no schedule and no alias refer to the older versions.
  await pruneVersions(existing.document.state_machine_version_arn, document.state_machine_version_arn, sfn);
  return { ...committed, warnings: [...compiled.warnings, ...warnings, ...(await missing)] };
}

/**
 * The workflows that it runs may never have been reconciled: when their save was interrupted, or done by a version of
 * this project that created no aliases.
 */
async function reconcileCalled({ calls }: Compiled, clients: Required<SaveDependencies>): Promise<void> {
  await awaitAll(
    calls.map(async (called) => {
      if (!(await hasLiveAlias(called, clients.sfn))) await reconcile(called, clients);
    }),
  );
}

/**
 * Two workflows that are saved at the same time may form a cycle that neither has alone, and a called workflow may have
 * been deleted meanwhile. Checking again once the own document is written finds both: of two saves one checks last.
 * @throws ApiProblem invalid-workflow
 */
async function checkCalled(
  { calls }: Compiled,
  sent: unknown,
  { workflow, version }: WorkflowDocument,
  { store }: Required<SaveDependencies>,
): Promise<void> {
  if (calls.length > 0) await compiledOrProblem(sent, version, workflow.id, { store });
}

/**
 * Another workflow of the same id may have been created and deleted since the first check, and the state machine with
 * the version just published along with it; its number may even belong to another definition by now. Once the document
 * is written nobody deletes the state machine, so that the version is checked then, and published again if need be.
 * @throws ApiProblem being-deleted
 */
async function withItsVersion(
  document: WorkflowDocument,
  compiled: Compiled,
  sfn: Pick<SFNClient, 'send'>,
): Promise<WorkflowDocument> {
  if (await isInForce(document.state_machine_version_arn, compiled, sfn)) return document;
  const versionArn = await publishDefinition(compiled, true, sfn);
  // The same version: it existed, and Step Functions did not show it yet.
  if (versionArn === document.state_machine_version_arn) return document;
  return { ...document, state_machine_version_arn: versionArn };
}
