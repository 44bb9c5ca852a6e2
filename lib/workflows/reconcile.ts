// Reconciles what lies outside of the workflows bucket with a saved workflow.
//
// Writing the document to the bucket is the only commit point of a save. What starts runs follows it: the schedules of
// EventBridge Scheduler, and the alias `live` of the state machine, which other workflows start.
//
//   1. the state machine's version is published      (nothing runs it yet)
//   2. prepareSchedules: new schedules, disabled     (nothing runs; Scheduler validates them here)
//   3. the document is written, if nobody else did   <- the commit
//      (a new one twice, when its version was deleted meanwhile: save.ts)
//   4. reconcile: new and kept schedules and the alias start the new version, other schedules are deleted
//
// What a failure in each step leaves behind:
//   1, 2   The old document, its schedules and its alias, untouched. Schedules that were prepared are deleted; if
//          that fails too, they stay disabled until the workflow is saved again.
//   3      The same: whoever wrote first is in force, and the loser reconciles with that document.
//   4      The save is undone: the old document is written back (with its old ETag) and reconciled.
//   A crash between 3 and the end of 4 leaves the new document in force, an alias that may stand for the old version,
//   and schedules of which some are still the old ones. None of that has to be recorded: reconciling finds what exists
//   by the workflow's id and brings it in line with the document, so that the next save, pause, resume or delete of the
//   workflow repairs it.
//
// Two reconciliations at the same time may overwrite each other. Each checks afterwards that the document is still the
// one that it used, and otherwise repeats, so that the last one to finish has used the current document.
import type { SFNClient } from '@aws-sdk/client-sfn';
import { awaitAll } from '../promises.ts';
import type { Stored } from '../stores/document-store.ts';
import type { WorkflowDocument, WorkflowStore } from '../stores/workflows.ts';
import { putSchedules, type ScheduleDependencies } from '../triggers/schedules.ts';
import { putLiveAlias } from './live-alias.ts';

export interface ReconcileDependencies extends ScheduleDependencies {
  readonly store: WorkflowStore;
  readonly sfn: Pick<SFNClient, 'send'>;
}

/**
 * Brings the workflow's schedules and its alias in line with its document; deletes them when there is none.
 * @param known the document that was just written, undefined when it is to be read
 */
export async function reconcile(
  workflowId: string,
  dependencies: ReconcileDependencies,
  known?: Pick<Stored<WorkflowDocument>, 'document' | 'etag'>,
): Promise<void> {
  const { store, sfn } = dependencies;
  for (let current = known ?? (await store.read(workflowId)); ; ) {
    const document = current?.document;
    await awaitAll([
      putSchedules(workflowId, document, dependencies),
      putLiveAlias(workflowId, document?.state_machine_version_arn, sfn),
    ]);
    const after = await store.read(workflowId);
    if (after?.etag === current?.etag) return;
    current = after;
  }
}
