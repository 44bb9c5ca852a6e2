// The due times of a trigger's schedule.
import type { ScheduleTrigger } from '../workflow-format/triggers.ts';
import { nextTime, parseExpression, type Timing } from './schedule-expression.ts';

/**
 * A rate counts from its start date, or else from the creation of its workflow, so that no later save moves or repeats a
 * run. Start and end dates do not apply to `at`, as in EventBridge Scheduler.
 * @param createdAt of the workflow, milliseconds since 1970
 * @returns undefined when the expression is invalid
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
