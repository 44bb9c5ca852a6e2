// When the schedule of a trigger is due.
import type { ScheduleTrigger } from '../workflow-format/triggers.ts';
import { nextTime, parseExpression, type Timing } from './schedule-expression.ts';

/**
 * A rate counts from its start date, or else from when its workflow was first saved, so that no later save moves
 * or repeats a run. Dates say nothing of an `at`, as EventBridge Scheduler has it.
 * @param createdAt of the workflow, milliseconds since 1970
 * @returns undefined when the expression is none
 */
export function timingOf(trigger: ScheduleTrigger, createdAt: number): Timing | undefined {
  const expression = parseExpression(trigger.schedule);
  if (!expression) return undefined;
  const dated = expression.kind !== 'at';
  return {
    expression,
    zone: trigger.timezone ?? 'UTC',
    start: dated && trigger.start_date !== undefined ? Date.parse(trigger.start_date) : createdAt,
    end: dated && trigger.end_date !== undefined ? Date.parse(trigger.end_date) : undefined,
  };
}

/** The next due times after `after`, at most `count`, in ISO 8601; fewer when the schedule ends. */
export function nextTimes(
  trigger: ScheduleTrigger,
  createdAt: number,
  after: number,
  count: number,
): string[] {
  const timing = timingOf(trigger, createdAt);
  const times: string[] = [];
  let time = timing && nextTime(timing, after);
  while (timing && time !== undefined && times.length < count) {
    times.push(new Date(time).toISOString());
    time = nextTime(timing, time);
  }
  return times;
}
