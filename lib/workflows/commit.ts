// Puts a version of a workflow into force with its schedules and its alias, or nothing at all.
import type { Stored } from '../stores/document-store.ts';
import type { WorkflowDocument } from '../stores/workflows.ts';
import { prepareSchedules } from '../triggers/schedules.ts';
import { type ReconcileDependencies, reconcile } from './reconcile.ts';

export type Committed = Pick<Stored<WorkflowDocument>, 'document' | 'etag'>;

/** Checks a document once it is written; returns it, or the one that has to replace it. */
export type Correction = (document: WorkflowDocument) => Promise<WorkflowDocument>;

/** A correction may need another one, when the state machine is deleted and created meanwhile. */
const MAX_CORRECTIONS = 3;

/**
 * Writing the document is the only step that changes what runs: executions start the version that it names.
 * reconcile.ts describes what a failure before or after it leaves behind.
 * @param existing what is in the store: the version to replace, or the rest of an interrupted deletion
 * @param correction for what can only be checked once the document is written
 * @returns undefined when someone else saved or deleted the workflow first
 * @throws whatever went wrong; the previous state is in force then
 */
export async function commitDocument(
  document: WorkflowDocument,
  existing: Stored<WorkflowDocument> | undefined,
  dependencies: ReconcileDependencies,
  correction: Correction = async (written) => written,
): Promise<Committed | undefined> {
  const { store } = dependencies;
  const { id } = document.workflow;
  const etag = await prepareAndWrite(document, existing, dependencies).catch(async (error: unknown) => {
    await ignoringFailure(reconcile(id, dependencies));
    throw error;
  });
  if (etag === undefined) {
    await ignoringFailure(reconcile(id, dependencies));
    return undefined;
  }
  let committed: Committed = { document, etag };
  try {
    for (let tries = 0; tries < MAX_CORRECTIONS; tries += 1) {
      const corrected = await correction(committed.document);
      if (corrected === committed.document) break;
      const correctedEtag = await store.write(id, corrected, { etag: committed.etag });
      // Someone has replaced or deleted it already, which reconciling takes into account.
      if (correctedEtag === undefined) break;
      committed = { document: corrected, etag: correctedEtag };
    }
    await reconcile(id, dependencies, committed);
    return committed;
  } catch (error) {
    await ignoringFailure(undo(id, committed.etag, existing, dependencies));
    throw error;
  }
}

async function prepareAndWrite(
  document: WorkflowDocument,
  existing: Stored<WorkflowDocument> | undefined,
  dependencies: ReconcileDependencies,
): Promise<string | undefined> {
  await prepareSchedules(document, dependencies);
  const condition = existing ? { etag: existing.etag } : ({ absent: true } as const);
  return dependencies.store.write(document.workflow.id, document, condition);
}

/** When someone has saved or deleted the workflow meanwhile, their change stays and is what is reconciled. */
async function undo(
  id: string,
  etag: string,
  existing: Stored<WorkflowDocument> | undefined,
  dependencies: ReconcileDependencies,
): Promise<void> {
  const { store } = dependencies;
  await (existing ? store.write(id, existing.document, { etag }) : store.delete(id, etag));
  await reconcile(id, dependencies);
}

/** The caller gets the first error; what a failed cleanup leaves behind is repaired by the next save. */
async function ignoringFailure(cleanup: Promise<void>): Promise<void> {
  await cleanup.catch(() => {});
}
