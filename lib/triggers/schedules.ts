// Brings EventBridge Scheduler to what a saved workflow says: lib/workflows/reconcile.ts tells when.
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
import { awaitAll } from '../await-all.ts';
import { setting } from '../config.ts';
import { ApiProblem } from '../problem.ts';
import type { WorkflowDocument } from '../stores/workflows.ts';
import { schedulePrefix, wantedSchedules } from './desired-schedules.ts';

export interface ScheduleDependencies {
  readonly scheduler: Pick<SchedulerClient, 'send'>;
  readonly now: () => Date;
}

/** Makes the schedules that the document wants and that do not exist yet, disabled. */
export async function prepareSchedules(
  document: WorkflowDocument,
  { scheduler, now }: ScheduleDependencies,
): Promise<void> {
  const wanted = wantedSchedules(document, now().getTime());
  if (wanted.size === 0) return;
  const there = await existingNames(document.workflow.id, scheduler);
  await awaitAll(
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

/** Makes the workflow's schedules what its document says; deletes them all when there is none. */
export async function putSchedules(
  workflowId: string,
  document: WorkflowDocument | undefined,
  { scheduler, now }: ScheduleDependencies,
): Promise<void> {
  const wanted = document ? wantedSchedules(document, now().getTime()) : new Map<string, never>();
  const there = await existingNames(workflowId, scheduler);
  const unwanted = [...there].filter((name) => !wanted.has(name));
  await awaitAll([
    ...[...wanted.values()].map((input) => put(input, scheduler)),
    ...unwanted.map(async (name) => {
      const command = new DeleteScheduleCommand({ Name: name, GroupName: setting('SCHEDULE_GROUP') });
      await unless(ResourceNotFoundException, scheduler.send(command));
    }),
  ]);
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
