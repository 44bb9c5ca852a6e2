// Schedules among the triggers: their shape, their expression, and whether they are ever due.
import { pointerTo } from '../../json-pointer.ts';
import { cronMistake, numberedWeekdays } from '../../schedules/cron.ts';
import { nextTime, parseExpression } from '../../schedules/schedule-expression.ts';
import { isTimeZone } from '../../schedules/time-zone.ts';
import { timingOf } from '../../schedules/timing.ts';
import { type ScheduleTrigger, triggerKinds } from '../../workflow-format/triggers.ts';
import type { Report } from '../problems/problem.ts';
import { shown } from '../problems/suggestions.ts';
import { parseSound } from './sound-parts.ts';

export function parseSchedule(
  raw: Record<string, unknown>,
  pointer: string,
  report: Report,
): ScheduleTrigger | undefined {
  // Dates are checked here: zod's messages about them are regular expressions.
  const dates = (['start_date', 'end_date'] as const).filter(
    (key) => typeof raw[key] === 'string' && !triggerKinds.schedule.shape[key].safeParse(raw[key]).success,
  );
  for (const key of dates) {
    report({
      code: 'invalid-schedule',
      pointer: pointerTo(pointer, key),
      message: `${shown(raw[key])} is not a date and time`,
      hint: 'ISO 8601 with an offset: "2026-03-01T09:00:00Z" or "2026-03-01T09:00:00+01:00".',
    });
  }
  const sound = Object.fromEntries(
    Object.entries(raw).filter(([key]) => !(dates as readonly string[]).includes(key)),
  );
  return parseSound(triggerKinds.schedule, sound, pointer, report);
}

export function checkSchedule(
  trigger: ScheduleTrigger,
  pointer: string,
  now: number | undefined,
  report: Report,
): void {
  const { schedule, timezone, start_date: start, end_date: end } = trigger;
  const expression = parseExpression(schedule);
  if (!expression) {
    report({
      code: 'invalid-schedule',
      pointer: pointerTo(pointer, 'schedule'),
      message: `${shown(schedule)} is not a schedule${whyNoCron(schedule)}`,
      hint: 'rate(5 minutes), cron(minutes hours day-of-month month day-of-week year) with ? for one of the two days, as cron(0 9 ? * MON-FRI *), or at(2026-03-01T09:00:00).',
    });
  }
  const isZone = timezone === undefined || isTimeZone(timezone);
  if (!isZone) {
    report({
      code: 'invalid-schedule',
      pointer: pointerTo(pointer, 'timezone'),
      message: `There is no time zone ${shown(timezone)}`,
      hint: 'A name of the IANA database: "Europe/Berlin", "America/New_York", "UTC".',
    });
  }
  if (start !== undefined && end !== undefined && Date.parse(end) <= Date.parse(start)) {
    report({
      code: 'invalid-schedule',
      pointer: pointerTo(pointer, 'end_date'),
      message: 'end_date is not after start_date: nothing would ever be due',
    });
  } else if (expression && isZone) checkDue(trigger, pointer, now, report);
  checkWeekdays(schedule, pointerTo(pointer, 'schedule'), report);
  if (expression?.kind !== 'at') return;
  for (const key of ['start_date', 'end_date'] as const) {
    if (trigger[key] === undefined) continue;
    report({
      code: 'no-effect',
      pointer: pointerTo(pointer, key),
      message: `${key} is for rate and cron: at(…) is due once, whatever it says`,
      hint: 'Leave it out.',
      fix: { removes: pointerTo(pointer, key) },
    });
  }
}

function whyNoCron(schedule: string): string {
  const mistake = /^\s*cron\((.*)\)\s*$/.exec(schedule)?.[1];
  const why = mistake === undefined ? undefined : cronMistake(mistake);
  return why === undefined ? '' : `: ${why}`;
}

/** What other crons count from Monday or from 0 is counted from Sunday as 1 here. */
function checkWeekdays(schedule: string, pointer: string, report: Report): void {
  const content = /^\s*cron\((.*)\)\s*$/.exec(schedule)?.[1];
  const days = content === undefined ? undefined : numberedWeekdays(content);
  if (!days) return;
  report({
    code: 'weekday-number',
    pointer,
    message: `The day of the week ${days.field} is ${days.means} here: EventBridge counts from 1, Sunday, and other crons from 1, Monday`,
    hint: `Write names, which are the same everywhere: ${days.means}, or ${days.elsewhere} where that is meant.`,
  });
}

function neverDueHint({ schedule, timezone }: ScheduleTrigger): string {
  const year = /^\s*at\((\d{4})/.exec(schedule)?.[1];
  // Times are looked for from 1970 on.
  if (Number(year) <= 1970) return 'That time has passed. Choose one in the future.';
  if (year !== undefined)
    return `The clocks of ${timezone} skip that time: they are put forward over it. Choose one an hour later.`;
  const skipped = timezone === undefined ? '' : `, or the clocks of ${timezone} skip the time`;
  return `No day, or none between start_date and end_date, fits all of its fields${skipped}.`;
}

/** Whether the schedule is ever due, and will be again. */
function checkDue(trigger: ScheduleTrigger, pointer: string, now: number | undefined, report: Report): void {
  const at = pointerTo(pointer, 'schedule');
  const begin = Date.UTC(1970, 0, 1);
  // A rate counts from when the workflow was first saved, which may have been at any time.
  const timing = timingOf(trigger, begin);
  if (!timing || nextTime(timing, Math.max(begin, timing.start) - 1) === undefined)
    report({
      code: 'invalid-schedule',
      pointer: at,
      message: `${shown(trigger.schedule)} is never due`,
      hint: neverDueHint(trigger),
    });
  else if (now !== undefined && nextTime(timing, now) === undefined)
    report({
      code: 'never-due',
      pointer: at,
      message: `${shown(trigger.schedule)} will not be due again: its last time has passed`,
      hint:
        trigger.end_date === undefined
          ? 'Give it a time in the future, or remove the trigger.'
          : 'Change end_date, or remove the trigger.',
    });
}
