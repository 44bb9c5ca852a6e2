// Brings EventBridge Scheduler to what a saved workflow says.
//
// The document in the workflows bucket is the one commit point of a save, and schedules follow it:
//
//   1. the state machine's version is published      (nothing runs it yet)
//   2. prepareSchedules: new schedules, disabled     (nothing runs; what Scheduler refuses is refused here)
//   3. the document is written, if nobody else did   <- the commit
//      (a new one once more, should its version have gone meanwhile: save.ts)
//   4. settleSchedules: new and kept schedules start the new version, others are deleted
//
// What a failure leaves behind, by where it happens:
//   1, 2   The old document and its schedules, untouched. Schedules that were prepared are deleted; should that
//          fail too they sleep until the workflow is saved again.
//   3      The same: whoever wrote first is in force, and the loser settles by that document.
//   4      The save is undone: the old document is written back (its ETag is the old one again) and settled.
//   A crash between 3 and the end of 4 leaves the new document in force, and schedules of which some are still the
//   old ones. Nothing of that needs to be remembered: settling lists what there is by the workflow's prefix and
//   makes it what the document says, so that the next save, pause, resume or delete of the workflow mends it.
//
// Two who settle at the same time may overwrite each other; each looks afterwards whether the document is still
// the one that it went by and otherwise goes on, so that the last one to finish has gone by the current document.
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { ApiProblem } from '../api/problem.ts';
import { setting } from '../config.ts';
import type { Stored } from '../stores/document-store.ts';
import type { WorkflowDocument, WorkflowStore } from '../stores/workflows.ts';
import { schedulePrefix, wantedSchedules } from './wanted-schedules.ts';

export interface ScheduleDependencies {
  readonly store: WorkflowStore;
  readonly scheduler: Pick<SchedulerClient, 'send'>;
  readonly now: () => Date;
}

/** Makes the schedules that the document wants and that do not exist yet, disabled. */
export async function prepareSchedules(
  document: WorkflowDocument,
  { scheduler, now }: Pick<ScheduleDependencies, 'scheduler' | 'now'>,
): Promise<void> {
  const wanted = wantedSchedules(document, now().getTime());
  if (wanted.size === 0) return;
  const there = await existingNames(document.workflow.id, scheduler);
  await allDone(
    [...wanted]
      .filter(([name]) => !there.has(name))
      .map(async ([, input]) => {
        await unless(
          ConflictException, // somebody else prepares the same one
          scheduler.send(new CreateScheduleCommand({ ...input, State: 'DISABLED' })),
        );
      }),
  );
}

/**
 * Makes the workflow's schedules what its document says; deletes them all when there is none.
 * @param known the document that was just written, undefined when it is to be read
 */
export async function settleSchedules(
  workflowId: string,
  { store, scheduler, now }: ScheduleDependencies,
  known?: Pick<Stored<WorkflowDocument>, 'document' | 'etag'>,
): Promise<void> {
  let current = known ?? (await store.read(workflowId));
  while (await apply(workflowId, current?.document, { scheduler, now })) {
    const after = await store.read(workflowId);
    if (after?.etag === current?.etag) return;
    current = after;
  }
}

/** @returns whether anything was changed */
async function apply(
  workflowId: string,
  document: WorkflowDocument | undefined,
  { scheduler, now }: Pick<ScheduleDependencies, 'scheduler' | 'now'>,
): Promise<boolean> {
  const wanted = document ? wantedSchedules(document, now().getTime()) : new Map<string, never>();
  const there = await existingNames(workflowId, scheduler);
  const unwanted = [...there].filter((name) => !wanted.has(name));
  await allDone([
    ...[...wanted.values()].map((input) => put(input, scheduler)),
    ...unwanted.map(async (name) => {
      const command = new DeleteScheduleCommand({ Name: name, GroupName: setting('SCHEDULE_GROUP') });
      await unless(ResourceNotFoundException, scheduler.send(command));
    }),
  ]);
  return wanted.size + unwanted.length > 0;
}

/** @throws ApiProblem precondition-failed when Scheduler is changing the same schedule for somebody else */
async function put(
  input: CreateScheduleCommandInput,
  scheduler: Pick<SchedulerClient, 'send'>,
): Promise<void> {
  const update = () =>
    scheduler.send(new UpdateScheduleCommand(input)).catch((error: unknown) => {
      if (!(error instanceof ConflictException)) throw error;
      throw new ApiProblem(
        'precondition-failed',
        'The schedules of the workflow are being changed by someone else right now',
        { cause: error },
      );
    });
  if (await unless(ResourceNotFoundException, update())) return;
  if (await unless(ConflictException, scheduler.send(new CreateScheduleCommand(input)))) return;
  await update();
}

async function existingNames(
  workflowId: string,
  scheduler: Pick<SchedulerClient, 'send'>,
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  let token: string | undefined;
  do {
    const page = await scheduler.send(
      new ListSchedulesCommand({
        GroupName: setting('SCHEDULE_GROUP'),
        NamePrefix: schedulePrefix(workflowId),
        ...(token !== undefined && { NextToken: token }),
      }),
    );
    for (const { Name } of page.Schedules ?? []) if (Name !== undefined) names.add(Name);
    token = page.NextToken;
  } while (token !== undefined);
  return names;
}

/** @returns whether it was done; false when it was refused with that error */
async function unless(
  refusal: new (...parameters: never[]) => Error,
  work: Promise<unknown>,
): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof refusal) return false;
    throw error;
  }
}

/** Promise.all that leaves nothing under way: what comes next must not meet a straggler. */
async function allDone(work: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}
