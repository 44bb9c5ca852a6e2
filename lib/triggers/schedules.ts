// Brings EventBridge Scheduler in line with a saved workflow. When, is in lib/workflows/reconcile.ts.
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
import { setting } from '../config.ts';
import { ApiProblem } from '../problem.ts';
import { awaitAll, succeeds } from '../promises.ts';
import type { WorkflowDocument } from '../stores/workflows.ts';
import { desiredSchedules, schedulePrefix } from './desired-schedules.ts';

export interface ScheduleDependencies {
  readonly scheduler: Pick<SchedulerClient, 'send'>;
  readonly now: () => Date;
}

/** Creates the schedules of the document that do not exist yet, disabled. */
export async function prepareSchedules(
  document: WorkflowDocument,
  { scheduler, now }: ScheduleDependencies,
): Promise<void> {
  const desired = desiredSchedules(document, now().getTime());
  if (desired.size === 0) return;
  const existing = await existingNames(document.workflow.id, scheduler);
  await awaitAll(
    [...desired]
      .filter(([name]) => !existing.has(name))
      .map(async ([, input]) => {
        // It conflicts when somebody else is creating the same one.
        const command = new CreateScheduleCommand({ ...input, State: 'DISABLED' });
        await succeeds(scheduler.send(command), ConflictException);
      }),
  );
}

/** Creates, updates and deletes the workflow's schedules so that they match its document; without one all go. */
export async function putSchedules(
  workflowId: string,
  document: WorkflowDocument | undefined,
  { scheduler, now }: ScheduleDependencies,
): Promise<void> {
  const desired = document ? desiredSchedules(document, now().getTime()) : new Map<string, never>();
  const existing = await existingNames(workflowId, scheduler);
  const obsolete = [...existing].filter((name) => !desired.has(name));
  await awaitAll([
    ...[...desired.values()].map((input) => put(input, scheduler)),
    ...obsolete.map(async (name) => {
      const command = new DeleteScheduleCommand({ Name: name, GroupName: setting('SCHEDULE_GROUP') });
      await succeeds(scheduler.send(command), ResourceNotFoundException);
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
  if (await succeeds(update(), ResourceNotFoundException)) return;
  if (await succeeds(scheduler.send(new CreateScheduleCommand(input)), ConflictException)) return;
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
