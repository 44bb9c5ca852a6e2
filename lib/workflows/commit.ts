// Puts a version of a workflow into force, with its schedules: all of it, or nothing.
import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { Stored } from '../stores/document-store.ts';
import type { WorkflowDocument, WorkflowStore } from '../stores/workflows.ts';
import { prepareSchedules, settleSchedules } from '../triggers/schedules.ts';

export interface CommitDependencies {
  readonly store: WorkflowStore;
  readonly scheduler: Pick<SchedulerClient, 'send'>;
  readonly now: () => Date;
}

/**
 * Writing the document is the only step that changes what runs: executions start the version that it names.
 * lib/triggers/schedules.ts says what a failure before or after it leaves behind.
 * @returns the new ETag; undefined when someone else saved the workflow first
 * @throws whatever went wrong; the old workflow is in force then
 */
export async function commitDocument(
  document: WorkflowDocument,
  existing: Stored<WorkflowDocument> | undefined,
  dependencies: CommitDependencies,
): Promise<string | undefined> {
  const { id } = document.workflow;
  const etag = await prepareAndWrite(document, existing, dependencies).catch(async (error: unknown) => {
    await orLater(settleSchedules(id, dependencies));
    throw error;
  });
  if (etag === undefined) {
    await orLater(settleSchedules(id, dependencies));
    return undefined;
  }
  try {
    await settleSchedules(id, dependencies, { document, etag });
    return etag;
  } catch (error) {
    await orLater(undo(id, etag, existing, dependencies));
    throw error;
  }
}

async function prepareAndWrite(
  document: WorkflowDocument,
  existing: Stored<WorkflowDocument> | undefined,
  dependencies: CommitDependencies,
): Promise<string | undefined> {
  await prepareSchedules(document, dependencies);
  const condition = existing ? { etag: existing.etag } : ({ absent: true } as const);
  return dependencies.store.write(document.workflow.id, document, condition);
}

/** When someone has saved the workflow meanwhile, theirs stays; schedules go by what is there then. */
async function undo(
  id: string,
  etag: string,
  existing: Stored<WorkflowDocument> | undefined,
  dependencies: CommitDependencies,
): Promise<void> {
  const { store } = dependencies;
  await (existing ? store.write(id, existing.document, { etag }) : store.delete(id, etag));
  await settleSchedules(id, dependencies);
}

/** The caller is about to hear of a failure; that cleaning up after it failed too is mended by the next save. */
async function orLater(cleaning: Promise<void>): Promise<void> {
  await cleaning.catch(() => {});
}
