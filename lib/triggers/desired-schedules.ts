// The EventBridge Scheduler schedules that a saved workflow should have.
import { createHash } from 'node:crypto';
import type { CreateScheduleCommandInput } from '@aws-sdk/client-scheduler';
import { setting } from '../config.ts';
import { nextTime } from '../schedules/schedule-expression.ts';
import { timingOf } from '../schedules/timing.ts';
import type { WorkflowDocument } from '../stores/workflows.ts';
import { isSchedule, SCHEDULED_NAME, type ScheduleTrigger } from '../workflow-format/triggers.ts';
import type { Workflow } from '../workflow-format/workflow.ts';

/** A start that fails is retried for an hour; a run that comes later is of no use. */
const MAX_EVENT_AGE_SECONDS = 3600;
const MAX_RETRIES = 185;

/**
 * The target is the operation itself, with all its parameters (user guide, "Using universal targets"): that of a state
 * machine takes no name, by which a run tells what started it.
 */
const START_EXECUTION = 'arn:aws:scheduler:::aws-sdk:sfn:startExecution';

/** The parameters of StartExecution. Scheduler fills in the id (user guide, "Adding context attributes"). */
function startOf(StateMachineArn: string, { input = {} }: ScheduleTrigger) {
  return {
    StateMachineArn,
    Name: `${SCHEDULED_NAME}<aws.scheduler.execution-id>`,
    Input: JSON.stringify(input),
  };
}

/** The prefix of the names of a workflow's schedules. An id holds no dot. */
export function schedulePrefix(workflowId: string): string {
  return `${workflowId}.`;
}

/**
 * One for each schedule trigger, by name, except those that are never due again.
 *
 * The name depends on the timing alone: a save that keeps a trigger's timing updates its schedule in place, so that no
 * due time is missed or met twice, while a new timing is a new schedule, which can be created before the save is in
 * force.
 */
export function desiredSchedules(
  document: WorkflowDocument,
  now: number,
): ReadonlyMap<string, CreateScheduleCommandInput> {
  const createdAt = Date.parse(document.created_at);
  const desired = new Map<string, CreateScheduleCommandInput>();
  const names = scheduleNames(document.workflow);
  for (const [index, trigger] of document.workflow.triggers?.entries() ?? []) {
    const name = names.get(index);
    if (!isSchedule(trigger) || name === undefined) continue;
    const timing = timingOf(trigger, createdAt);
    const next = timing && nextTime(timing, now);
    if (!timing || next === undefined) continue;
    // Scheduler refuses a start date in the past; a rate keeps its rhythm when it starts at its next due time.
    const start = timing.expression.kind === 'rate' ? next : timing.start;
    const dated = timing.expression.kind !== 'at' && start > now;
    desired.set(name, {
      Name: name,
      GroupName: setting('SCHEDULE_GROUP'),
      ScheduleExpression: trigger.schedule.trim(),
      ScheduleExpressionTimezone: timing.zone,
      ...(dated && { StartDate: wholeSeconds(start) }),
      ...(timing.end !== undefined && { EndDate: wholeSeconds(timing.end) }),
      State: trigger.enabled === false ? 'DISABLED' : 'ENABLED',
      FlexibleTimeWindow:
        trigger.flexible_window_minutes === undefined
          ? { Mode: 'OFF' }
          : { Mode: 'FLEXIBLE', MaximumWindowInMinutes: trigger.flexible_window_minutes },
      Target: {
        Arn: START_EXECUTION,
        RoleArn: setting('SCHEDULE_ROLE_ARN'),
        Input: JSON.stringify(startOf(document.state_machine_version_arn, trigger)),
        RetryPolicy: {
          MaximumEventAgeInSeconds: MAX_EVENT_AGE_SECONDS,
          MaximumRetryAttempts: MAX_RETRIES,
        },
        DeadLetterConfig: { Arn: setting('UNSTARTED_RUNS_QUEUE_ARN') },
      },
    });
  }
  return desired;
}

/** The name of each schedule, by its trigger's index. Several with the same timing have a name each. */
export function scheduleNames({ id, triggers = [] }: Workflow): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const taken = new Set<string>();
  for (const [index, trigger] of triggers.entries()) {
    if (!isSchedule(trigger)) continue;
    let nth = 1;
    while (taken.has(nameOf(id, trigger, nth))) nth += 1;
    const name = nameOf(id, trigger, nth);
    taken.add(name);
    names.set(index, name);
  }
  return names;
}

function nameOf(
  workflowId: string,
  { schedule, timezone, start_date, end_date }: ScheduleTrigger,
  nth: number,
): string {
  const text = JSON.stringify([schedule, timezone ?? 'UTC', start_date, end_date, nth]);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return schedulePrefix(workflowId) + hash;
}

function wholeSeconds(ms: number): Date {
  return new Date(Math.ceil(ms / 1000) * 1000);
}
