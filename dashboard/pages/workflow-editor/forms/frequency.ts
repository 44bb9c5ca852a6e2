// How often a schedule is due, as people say it, and the expression of EventBridge Scheduler for it, both ways.

/** In the order of the week; EventBridge Scheduler's names. */
export const WEEKDAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export const UNITS = ['minutes', 'hours', 'days'] as const;
export type Unit = (typeof UNITS)[number];

/** The fields are texts as they are typed: what is wrong with one is a problem of the expression that it makes. */
export type Frequency =
  | { readonly kind: 'interval'; readonly every: string; readonly unit: Unit }
  /** `time`: `09:05` */
  | { readonly kind: 'daily'; readonly time: string }
  | { readonly kind: 'weekly'; readonly days: readonly Weekday[]; readonly time: string }
  /** `day`: 1 to 31, or `L` for the last one. */
  | { readonly kind: 'monthly'; readonly day: string; readonly time: string }
  /** `at`: `2026-12-24T18:00` */
  | { readonly kind: 'once'; readonly at: string };

/**
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * @example scheduleOf({ kind: 'weekly', days: ['MON', 'FRI'], time: '09:05' }); // cron(5 9 ? * MON,FRI *)
 */
export function scheduleOf(frequency: Frequency): string {
  switch (frequency.kind) {
    case 'interval': {
      const { every, unit } = frequency;
      return `rate(${every} ${every === '1' ? unit.slice(0, -1) : unit})`;
    }
    case 'daily':
      return `cron(${clock(frequency.time)} * * ? *)`;
    case 'weekly': {
      const days = WEEKDAYS.filter((day) => frequency.days.includes(day));
      return `cron(${clock(frequency.time)} ? * ${days.join(',')} *)`;
    }
    case 'monthly':
      return `cron(${clock(frequency.time)} ${frequency.day} * ? *)`;
    case 'once':
      return `at(${frequency.at}:00)`;
  }
}

/** @returns undefined for an expression that says something else */
export function frequencyOf(schedule: string): Frequency | undefined {
  const [, kind, content = ''] = /^(rate|cron|at)\((.*)\)$/.exec(schedule.trim()) ?? [];
  if (kind === 'rate') {
    const [, every, unit] = /^(\d+)\s+(minute|hour|day)s?$/.exec(content) ?? [];
    const unitOf = UNITS.find((one) => one === `${unit}s`);
    return every === undefined || !unitOf ? undefined : { kind: 'interval', every, unit: unitOf };
  }
  if (kind === 'at') {
    const [, at] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d):00$/.exec(content) ?? [];
    return at === undefined ? undefined : { kind: 'once', at };
  }
  return kind === 'cron' ? cronFrequency(content) : undefined;
}

function cronFrequency(content: string): Frequency | undefined {
  const fields = content.trim().toUpperCase().split(/\s+/);
  const [minute = '', hour = '', date = '', month, weekday = '', year = '*'] = fields;
  const time = timeOf(hour, minute);
  if (time === undefined || fields.length > 6 || month !== '*' || year !== '*') return undefined;
  const isAny = (field: string) => field === '*' || field === '?';
  if (isAny(date) && isAny(weekday)) return { kind: 'daily', time };
  if (isAny(date)) {
    const days = daysOf(weekday);
    return days && { kind: 'weekly', days, time };
  }
  return isAny(weekday) && /^(L|[1-9]|[12]\d|3[01])$/.test(date)
    ? { kind: 'monthly', day: date, time }
    : undefined;
}

/** Names alone: what a number means depends on who counts. */
function daysOf(weekday: string): Weekday[] | undefined {
  const [first, last, ...further] = weekday.split('-');
  const isDay = (name: string | undefined): name is Weekday => WEEKDAYS.some((day) => day === name);
  if (isDay(first) && isDay(last) && further.length === 0) {
    const [from, to] = [WEEKDAYS.indexOf(first), WEEKDAYS.indexOf(last)];
    return from <= to ? WEEKDAYS.slice(from, to + 1) : undefined;
  }
  const days = weekday.split(',');
  return days.every(isDay) ? WEEKDAYS.filter((day) => days.includes(day)) : undefined;
}

function timeOf(hour: string, minute: string): string | undefined {
  const isTime = /^([01]?\d|2[0-3])$/.test(hour) && /^[0-5]?\d$/.test(minute);
  return isTime ? `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}` : undefined;
}

/** `9:05` as a cron expression's minutes and hours. */
function clock(time: string): string {
  const [hour = '', minute = ''] = time.split(':');
  return `${minute.replace(/^0(?=\d)/, '')} ${hour.replace(/^0(?=\d)/, '')}`;
}
