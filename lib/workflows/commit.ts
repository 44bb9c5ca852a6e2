// Puts a version of a workflow into force, with its schedules and its alias: all of it, or nothing.
import type { Stored } from '../stores/document-store.ts';
import type { WorkflowDocument } from '../stores/workflows.ts';
import { prepareSchedules } from '../triggers/schedules.ts';
import { type SettleDependencies, settle } from './reconcile.ts';

export type Committed = Pick<Stored<WorkflowDocument>, 'document' | 'etag'>;

/** Looks at a document that is there now; gives it back, or the one that has to stand in its place. */
export type Correction = (document: WorkflowDocument) => Promise<WorkflowDocument>;

/** A correction may have to be corrected too, when the state machine comes and goes meanwhile. */
const MAX_CORRECTIONS = 3;

/**
 * Writing the document is the only step that changes what runs: executions start the version that it names.
 * settle.ts says what a failure before or after it leaves behind.
 * @param existing what is in the store: the version to replace, or a deletion that broke off
 * @param correction of what can only be found out once the document is there
 * @returns undefined when someone else saved or deleted the workflow first
 * @throws whatever went wrong; what was there before is in force then
 */
export async function commitDocument(
  document: WorkflowDocument,
  existing: Stored<WorkflowDocument> | undefined,
  dependencies: SettleDependencies,
  correction: Correction = async (written) => written,
): Promise<Committed | undefined> {
  const { store } = dependencies;
  const { id } = document.workflow;
  const etag = await prepareAndWrite(document, existing, dependencies).catch(async (error: unknown) => {
    await orLater(settle(id, dependencies));
    throw error;
  });
  if (etag === undefined) {
    await orLater(settle(id, dependencies));
    return undefined;
  }
  let committed: Committed = { document, etag };
  try {
    for (let tries = 0; tries < MAX_CORRECTIONS; tries += 1) {
      const corrected = await correction(committed.document);
      if (corrected === committed.document) break;
      const correctedEtag = await store.write(id, corrected, { etag: committed.etag });
      // Someone has replaced or deleted it already; settling looks for that.
      if (correctedEtag === undefined) break;
      committed = { document: corrected, etag: correctedEtag };
    }
    await settle(id, dependencies, committed);
    return committed;
  } catch (error) {
    await orLater(undo(id, committed.etag, existing, dependencies));
    throw error;
  }
}

async function prepareAndWrite(
  document: WorkflowDocument,
  existing: Stored<WorkflowDocument> | undefined,
  dependencies: SettleDependencies,
): Promise<string | undefined> {
  await prepareSchedules(document, dependencies);
  const condition = existing ? { etag: existing.etag } : ({ absent: true } as const);
  return dependencies.store.write(document.workflow.id, document, condition);
}

/** When someone has saved or deleted the workflow meanwhile, that stays; what follows goes by what is there then. */
async function undo(
  id: string,
  etag: string,
  existing: Stored<WorkflowDocument> | undefined,
  dependencies: SettleDependencies,
): Promise<void> {
  const { store } = dependencies;
  await (existing ? store.write(id, existing.document, { etag }) : store.delete(id, etag));
  await settle(id, dependencies);
}

/** The caller is about to hear of a failure; that cleaning up after it failed too is mended by the next save. */
async function orLater(cleaning: Promise<void>): Promise<void> {
  await cleaning.catch(() => {});
}
