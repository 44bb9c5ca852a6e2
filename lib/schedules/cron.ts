// cron(minutes hours day-of-month month day-of-week year), as EventBridge Scheduler defines it.
import { fromWallClock, wallClock } from './time-zone.ts';

export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  /** Whether the day-of-month or day-of-week field allows a date. */
  isDay(date: CalendarDate): boolean;
}

interface CalendarDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const LAST_YEAR = 2199;

/** Parses the six fields; undefined when they are not a cron expression of AWS. */
export function parseCron(text: string): Cron | undefined {
  const cron = readCron(text);
  return typeof cron === 'string' ? undefined : cron;
}

/** Why the six fields are not a cron expression of AWS; undefined when they are. */
export function cronMistake(text: string): string | undefined {
  const cron = readCron(text);
  return typeof cron === 'string' ? cron : undefined;
}

/**
 * Of a day of the week in numbers: what it is here, and what it is where Monday is 1, both in names. Undefined without
 * numbers, and for 2-6, which nobody means to be Tuesday to Saturday.
 */
export function numberedWeekdays(
  text: string,
): { readonly field: string; readonly means: string; readonly elsewhere: string } | undefined {
  if (typeof readCron(text) === 'string') return undefined;
  const field = text.trim().toUpperCase().split(/\s+/)[4] ?? '';
  if (field === '2-6') return undefined;
  // What follows / or # is a count, and no day.
  const number = /(?<![/#\d])\d/g;
  if (!number.test(field)) return undefined;
  const days = values(field, 1, 7, weekdayNames);
  if (days?.length === 7) return undefined;
  const inNames = (text: string, first: number) =>
    text.replace(number, (day) => weekdayNames[(Number(day) + 7 - first) % 7] ?? day);
  const elsewhere = inNames(field, 0);
  return {
    field,
    means: inNames(field, 1),
    // Sunday is last elsewhere and first here, so that no range ends with it.
    elsewhere: weekDays(elsewhere) ? elsewhere : inNames(days?.join() ?? field, 0),
  };
}

function readCron(text: string): Cron | string {
  const fields = text.trim().toUpperCase().split(/\s+/);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  if (fields.length !== 6) return `it has ${fields.length} fields, not six; the sixth is the year`;
  // Exactly one of the two day fields is unspecified.
  if ((dayOfMonth === '?') === (dayOfWeek === '?'))
    return 'of day-of-month and day-of-week exactly one has to be ?';
  const cannot = (name: string, field: string, range: string) => `${name} cannot be ${field}: ${range}`;
  const minutes = values(minute, 0, 59);
  if (!minutes) return cannot('minutes', minute, '0 to 59');
  const hours = values(hour, 0, 23);
  if (!hours) return cannot('hours', hour, '0 to 23');
  const months = values(month, 1, 12, monthNames);
  if (!months) return cannot('month', month, '1 to 12, or JAN to DEC');
  const years = values(year, 1970, LAST_YEAR);
  if (!years) return cannot('year', year, `1970 to ${LAST_YEAR}`);
  const isDay = dayOfWeek === '?' ? monthDays(dayOfMonth) : weekDays(dayOfWeek);
  if (!isDay)
    return dayOfWeek === '?'
      ? cannot('day-of-month', dayOfMonth, '1 to 31, L, or 15W for the nearest weekday')
      : cannot(
          'day-of-week',
          dayOfWeek,
          '1 (Sunday) to 7, SUN to SAT, 6L for the last, or 2#1 for the first',
        );
  return { minutes, hours, months: new Set(months), years: new Set(years), isDay };
}

/** The values of a field of `*`, values, ranges and steps, sorted; undefined when it is malformed. */
function values(
  field: string,
  min: number,
  max: number,
  names: readonly string[] = [],
): number[] | undefined {
  const found = new Set<number>();
  const read = (text: string) => {
    const named = names.indexOf(text);
    const value = named === -1 ? (/^\d+$/.test(text) ? Number(text) : Number.NaN) : named + 1;
    return value >= min && value <= max ? value : undefined;
  };
  for (const item of field.split(',')) {
    const [, range = '', stepText] = /^([^/]+)(?:\/(\d+))?$/.exec(item) ?? [];
    const [firstText = '', lastText, ...rest] = range.split('-');
    const step = stepText === undefined ? 1 : Number(stepText);
    const first = range === '*' ? min : read(firstText);
    const open = range === '*' || (lastText === undefined && stepText !== undefined);
    const last = open ? max : lastText === undefined ? first : read(lastText);
    if (first === undefined || last === undefined || last < first || step < 1 || rest.length > 0)
      return undefined;
    for (let value = first; value <= last; value += step) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

const lastDay = ({ year, month }: CalendarDate) => new Date(Date.UTC(year, month, 0)).getUTCDate();
/** 1 for Sunday to 7 for Saturday. */
const weekday = ({ year, month, day }: CalendarDate) =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

/** The weekday (Monday to Friday) nearest to a day, within its month. */
function nearestWeekday(date: CalendarDate): number {
  const last = lastDay(date);
  const { day } = date;
  if (weekday(date) === 7) return day === 1 ? day + 2 : day - 1;
  if (weekday(date) === 1) return day === last ? day - 2 : day + 1;
  return day;
}

function monthDays(field: string): Cron['isDay'] | undefined {
  if (field === 'L') return (date) => date.day === lastDay(date);
  if (field === 'LW') return (date) => date.day === nearestWeekday({ ...date, day: lastDay(date) });
  const near = /^(\d+)W$/.exec(field)?.[1];
  if (near !== undefined) {
    const day = Number(near);
    if (day < 1 || day > 31) return undefined;
    return (date) => day <= lastDay(date) && date.day === nearestWeekday({ ...date, day });
  }
  const days = values(field, 1, 31);
  return days && ((date) => days.includes(date.day));
}

function weekDays(field: string): Cron['isDay'] | undefined {
  if (field === 'L') return (date) => weekday(date) === 7;
  const [, name = '', kind, nth] = /^(\w+?)(?:(L)|#([1-5]))$/.exec(field) ?? [];
  if (name !== '') {
    const [day, ...others] = values(name, 1, 7, weekdayNames) ?? [];
    if (day === undefined || others.length > 0) return undefined;
    if (kind === 'L') return (date) => weekday(date) === day && date.day + 7 > lastDay(date);
    return (date) => weekday(date) === day && Math.ceil(date.day / 7) === Number(nth);
  }
  const days = values(field, 1, 7, weekdayNames);
  return days && ((date) => days.includes(weekday(date)));
}

/** The first time after `after` at which the expression is due; undefined when there is none up to the year 2199. */
export function nextCronTime(cron: Cron, zone: string, after: number): number | undefined {
  const wall = wallClock(after, zone);
  const start = new Date(wall);
  // No change of the clocks is larger than three hours: earlier wall times of this day have passed.
  const passed = wall - 3 * 3_600_000;
  for (
    let date = Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate());
    new Date(date).getUTCFullYear() <= LAST_YEAR;
    date += 86_400_000
  ) {
    const parsed = new Date(date);
    const calendar = {
      year: parsed.getUTCFullYear(),
      month: parsed.getUTCMonth() + 1,
      day: parsed.getUTCDate(),
    };
    if (!cron.years.has(calendar.year) || !cron.months.has(calendar.month) || !cron.isDay(calendar)) continue;
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const due = date + (hour * 60 + minute) * 60_000;
        const time = due < passed ? undefined : fromWallClock(due, zone);
        if (time !== undefined && time > after) return time;
      }
    }
  }
  return undefined;
}
