// Brings what stands outside of the workflows bucket to what a saved workflow says.
//
// The document in the bucket is the one commit point of a save. What starts runs follows it: EventBridge Scheduler's
// schedules, and the alias `live` of the state machine, which other workflows start.
//
//   1. the state machine's version is published      (nothing runs it yet)
//   2. prepareSchedules: new schedules, disabled     (nothing runs; what Scheduler refuses is refused here)
//   3. the document is written, if nobody else did   <- the commit
//      (a new one once more, should its version have gone meanwhile: save.ts)
//   4. settle: new and kept schedules and the alias start the new version, other schedules are deleted
//
// What a failure leaves behind, by where it happens:
//   1, 2   The old document, its schedules and its alias, untouched. Schedules that were prepared are deleted; should
//          that fail too they sleep until the workflow is saved again.
//   3      The same: whoever wrote first is in force, and the loser settles by that document.
//   4      The save is undone: the old document is written back (its ETag is the old one again) and settled.
//   A crash between 3 and the end of 4 leaves the new document in force, an alias that may stand for the old version,
//   and schedules of which some are still the old ones. Nothing of that needs to be remembered: settling finds what
//   there is by the workflow's id and makes it what the document says, so that the next save, pause, resume or delete
//   of the workflow mends it.
//
// Two who settle at the same time may overwrite each other; each looks afterwards whether the document is still
// the one that it went by and otherwise goes on, so that the last one to finish has gone by the current document.
import type { SFNClient } from '@aws-sdk/client-sfn';
import { awaitAll } from '../await-all.ts';
import type { Stored } from '../stores/document-store.ts';
import type { WorkflowDocument, WorkflowStore } from '../stores/workflows.ts';
import { putSchedules, type ScheduleDependencies } from '../triggers/schedules.ts';
import { putLiveAlias } from './live-alias.ts';

export interface SettleDependencies extends ScheduleDependencies {
  readonly store: WorkflowStore;
  readonly sfn: Pick<SFNClient, 'send'>;
}

/**
 * Makes the workflow's schedules and its alias what its document says; deletes them when there is none.
 * @param known the document that was just written, undefined when it is to be read
 */
export async function settle(
  workflowId: string,
  dependencies: SettleDependencies,
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
