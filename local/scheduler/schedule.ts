// A schedule as it is kept: what CreateSchedule took, its name, and when it is due.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { nextTime, parseExpression } from '../../lib/schedules/schedule-expression.ts';
import { START_EXECUTION, scheduleInput, startParameters } from './request.ts';

export const schedule = z.object({
  name: z.string(),
  ...scheduleInput.shape,
  /** Milliseconds since 1970, as are `modified`, and `next`, when it is due; null when never again. */
  created: z.number(),
  modified: z.number(),
  next: z.number().nullable(),
  /** Due times whose execution has not been started yet. */
  starting: z.array(z.number()),
});
export type Schedule = z.infer<typeof schedule>;

/** An execution that a schedule asks for. */
export interface ScheduledStart {
  readonly stateMachineArn: string;
  /** JSON text. */
  readonly input: string;
  /** The same for every attempt of the same due time, so that StartExecution starts one execution. */
  readonly name: string;
}

const ARN_PREFIX = 'arn:aws:scheduler:us-east-1:000000000000:schedule/';

/** What identifies a schedule: two groups may each have a schedule of one name. */
export const keyOf = (group: string, name: string) => `${group}/${name}`;
export const arnOf = ({ GroupName, name }: Pick<Schedule, 'GroupName' | 'name'>) =>
  ARN_PREFIX + keyOf(GroupName, name);

/** When a schedule is due next after a time; null when never. */
export function nextDueTime(entry: Omit<Schedule, 'next' | 'starting'>, after: number): number | null {
  const expression = parseExpression(entry.ScheduleExpression);
  if (!expression || entry.State === 'DISABLED') return null;
  const once = expression.kind === 'at';
  const timing = {
    expression,
    zone: entry.ScheduleExpressionTimezone,
    start: entry.StartDate === undefined || once ? entry.created : entry.StartDate * 1000,
    end: entry.EndDate === undefined || once ? undefined : entry.EndDate * 1000,
  };
  return nextTime(timing, after) ?? null;
}

/** The StartExecution of a due time, with the context attributes of its input (`<aws.scheduler.…>`) filled in. */
export function scheduledStart(entry: Schedule, dueAt: number, attempt: number): ScheduledStart {
  const { created, Target } = entry;
  const id = createHash('sha256')
    .update(`${arnOf(entry)} ${created} ${dueAt}`)
    .digest('hex')
    .slice(0, 32);
  const attributes: Readonly<Record<string, string>> = {
    'schedule-arn': arnOf(entry),
    'scheduled-time': new Date(dueAt).toISOString().replace('.000Z', 'Z'),
    'execution-id': id,
    'attempt-number': String(attempt),
  };
  const input = (Target.Input ?? '{}').replace(
    /<aws\.scheduler\.([a-z-]+)>/g,
    (text, attribute: string) => attributes[attribute] ?? text,
  );
  if (Target.Arn !== START_EXECUTION) return { stateMachineArn: Target.Arn, input, name: id };
  const { StateMachineArn, Name = id, Input } = startParameters.parse(JSON.parse(input));
  return { stateMachineArn: StateMachineArn, input: Input, name: Name };
}
