// Lists the schedules of all workflows, and pauses and resumes them.
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { ApiProblem } from '../problem.ts';
import { nextTimes } from '../schedules/timing.ts';
import { changedMeanwhile } from '../stores/preconditions.ts';
import { type WorkflowDocument, type WorkflowStore, workflowStore } from '../stores/workflows.ts';
import { pauseOf, withPause } from '../triggers/pauses.ts';
import { isSchedule, type ScheduleTrigger } from '../workflow-format/triggers.ts';
import { commitDocument } from './commit.ts';
import { listWorkflows } from './read.ts';

/** How many due times of a schedule are told. */
export const NEXT_TIMES = 5;

/** Attempts when the workflow is being saved at the same time. */
const MAX_TRIES = 3;

export interface Schedule {
  /** `<workflow id>.<index of the trigger>` */
  readonly id: string;
  readonly workflow_id: string;
  readonly trigger: number;
  readonly schedule: string;
  readonly timezone: string;
  /** `ended`: never due any more. */
  readonly state: 'enabled' | 'paused' | 'ended';
  /** ISO 8601; null unless enabled. */
  readonly next_time: string | null;
  /** The first of them is `next_time`. */
  readonly next_times: readonly string[];
  readonly paused_by: string | null;
  readonly paused_at: string | null;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The schedules of a page of workflows. */
export async function listSchedules(
  page: Parameters<typeof listWorkflows>[0],
  store: WorkflowStore = workflowStore(),
  now = new Date(),
): Promise<{ readonly schedules: readonly Schedule[]; readonly nextCursor: string | null }> {
  const { workflows, nextCursor } = await listWorkflows(page, store);
  const schedules = workflows.flatMap((document) =>
    (document.workflow.triggers ?? []).flatMap((trigger, index) =>
      isSchedule(trigger) ? [viewOf(document, trigger, index, now)] : [],
    ),
  );
  return { schedules, nextCursor };
}

export interface PauseDependencies {
  readonly store?: WorkflowStore;
  readonly sfn?: Pick<SFNClient, 'send'>;
  readonly scheduler?: Pick<SchedulerClient, 'send'>;
  readonly now?: () => Date;
}

/**
 * Sets `enabled` of a trigger in the workflow itself, so that the document alone decides what runs, and remembers the
 * pause for the next save. The definition does not change, and so neither does the workflow's version.
 * @param id of a schedule that was checked (lib/schemas/schedules.ts)
 * @throws ApiProblem not-found, precondition-failed
 */
export async function setScheduleEnabled(
  id: string,
  enabled: boolean,
  user: string,
  {
    store = workflowStore(),
    sfn = new SFNClient({}),
    scheduler = new SchedulerClient({}),
    now = () => new Date(),
  }: PauseDependencies = {},
): Promise<Schedule> {
  const [workflowId = '', position = ''] = id.split('.');
  const index = Number(position);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const existing = await store.read(workflowId);
    const { workflow } = existing?.document ?? {};
    const trigger = workflow?.triggers?.[index];
    if (!existing || !workflow || !trigger || !isSchedule(trigger)) {
      throw new ApiProblem('not-found', `There is no schedule ${id}; GET /schedules lists those there are`);
    }
    const time = now();
    const document: WorkflowDocument = {
      ...withPause(
        existing.document,
        index,
        enabled
          ? undefined
          : (pauseOf(existing.document, index) ?? { paused_by: user, paused_at: time.toISOString() }),
      ),
      updated_at: time.toISOString(),
      updated_by: user,
    };
    // Also when it has that value already: Scheduler may still have to be reconciled with it.
    const committed = await commitDocument(document, existing, { store, sfn, scheduler, now });
    if (committed) return viewOf(committed.document, { ...trigger, enabled }, index, time);
  }
  throw changedMeanwhile(`workflow ${workflowId}`);
}

function viewOf(document: WorkflowDocument, trigger: ScheduleTrigger, index: number, now: Date): Schedule {
  const { workflow, created_at } = document;
  const times = nextTimes(trigger, Date.parse(created_at), now.getTime(), NEXT_TIMES);
  const state = times.length === 0 ? 'ended' : trigger.enabled === false ? 'paused' : 'enabled';
  const next_times = state === 'enabled' ? times : [];
  const pause = state === 'paused' ? pauseOf(document, index) : undefined;
  return {
    id: `${workflow.id}.${index}`,
    workflow_id: workflow.id,
    trigger: index,
    schedule: trigger.schedule,
    timezone: trigger.timezone ?? 'UTC',
    state,
    next_time: next_times[0] ?? null,
    next_times,
    paused_by: pause?.paused_by ?? null,
    paused_at: pause?.paused_at ?? null,
    input: trigger.input ?? {},
  };
}
