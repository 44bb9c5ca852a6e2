// A schedule's expression in words, where a simple rule can say it; the rest is shown as it is written.

/** By what EventBridge Scheduler calls them. */
export const dayNames: Readonly<Record<string, string>> = {
  // EventBridge Scheduler counts from Sunday: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
  '1': 'Sunday',
  '2': 'Monday',
  '3': 'Tuesday',
  '4': 'Wednesday',
  '5': 'Thursday',
  '6': 'Friday',
  '7': 'Saturday',
  SUN: 'Sunday',
  MON: 'Monday',
  TUE: 'Tuesday',
  WED: 'Wednesday',
  THU: 'Thursday',
  FRI: 'Friday',
  SAT: 'Saturday',
};

/** @returns undefined when no simple rule says it: `Every Monday at 09:00` */
export function scheduleWords(schedule: string): string | undefined {
  const [, kind, content = ''] = /^(rate|cron|at)\((.*)\)$/.exec(schedule.trim()) ?? [];
  if (kind === 'rate') return rateWords(content);
  if (kind === 'cron') return cronWords(content);
  return kind === 'at' ? atWords(content) : undefined;
}

function rateWords(content: string): string | undefined {
  const [, value, unit] = /^(\d+)\s+(minute|hour|day)s?$/.exec(content) ?? [];
  if (value === undefined || unit === undefined) return undefined;
  return Number(value) === 1 ? `Every ${unit}` : `Every ${Number(value)} ${unit}s`;
}

function atWords(content: string): string | undefined {
  const [, date, clock] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d$/.exec(content) ?? [];
  if (date === undefined) return undefined;
  const text = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(
    Date.parse(date),
  );
  return `Once, on ${text} at ${clock}`;
}

function cronWords(content: string): string | undefined {
  const fields = content.trim().toUpperCase().split(/\s+/);
  const [minutes = '', hours = '', dates = '', months = '', weekdays = '', years = '*'] = fields;
  if (fields.length < 5 || fields.length > 6 || months !== '*' || years !== '*') return undefined;
  const when = dayWords(dates, weekdays);
  const how = clockWords(minutes, hours);
  if (!when || !how) return undefined;
  if (how.every === undefined) return `${when} ${how.text}`;
  return when === 'Every day' ? how.every : `${how.every}, ${lowerFirst(when)}`;
}

const lowerFirst = (words: string): string => words.replace(/^(Every|On)/, (word) => word.toLowerCase());

/** `Every day`, `Every Monday and Friday`, `Monday to Friday`, `On the last day of every month` */
function dayWords(dates: string, weekdays: string): string | undefined {
  const isAny = (field: string) => field === '*' || field === '?';
  if (isAny(dates) && isAny(weekdays)) return 'Every day';
  if (isAny(weekdays)) {
    if (dates === 'L') return 'On the last day of every month';
    return /^\d{1,2}$/.test(dates) ? `On day ${Number(dates)} of every month` : undefined;
  }
  if (!isAny(dates)) return undefined;
  const [first = '', last] = weekdays.split('-');
  if (last !== undefined)
    return dayNames[first] && dayNames[last] ? `${dayNames[first]} to ${dayNames[last]}` : undefined;
  const names = weekdays.split(',').map((day) => dayNames[day]);
  return names.every((name) => name !== undefined) ? `Every ${listed(names)}` : undefined;
}

/** At some times of the day, or over and over: `every` stands alone. */
function clockWords(
  minutes: string,
  hours: string,
): { readonly text: string; readonly every?: string } | undefined {
  const minute = numberOf(minutes, 59);
  if (minute !== undefined) {
    const times = hours.split(',').map((hour) => numberOf(hour, 23));
    if (times.every((hour) => hour !== undefined))
      return { text: `at ${listed(times.map((hour) => `${two(hour)}:${two(minute)}`))}` };
    const past = minute === 0 ? '' : `, ${minute} min past`;
    const span = spanOf(hours);
    if (span === undefined) return undefined;
    return { text: '', every: `Every hour${past}${span}` };
  }
  const step = stepOf(minutes);
  const span = spanOf(hours);
  if (step === undefined || span === undefined) return undefined;
  return { text: '', every: `${step === 1 ? 'Every minute' : `Every ${step} minutes`}${span}` };
}

/** Nothing for every hour; `, in the hours from 8 to 17` for a range. */
function spanOf(hours: string): string | undefined {
  if (hours === '*') return '';
  const [, first, last] = /^(\d{1,2})-(\d{1,2})$/.exec(hours) ?? [];
  const from = numberOf(first, 23);
  const to = numberOf(last, 23);
  return from === undefined || to === undefined || from > to
    ? undefined
    : `, in the hours from ${from} to ${to}`;
}

/** A step that divides the hour evenly; any other has a shorter one at its end. */
function stepOf(minutes: string): number | undefined {
  if (minutes === '*') return 1;
  const step = numberOf(/^(?:0|\*)\/(\d{1,2})$/.exec(minutes)?.[1], 30);
  return step !== undefined && step > 0 && 60 % step === 0 ? step : undefined;
}

function numberOf(text: string | undefined, max: number): number | undefined {
  const value = /^\d{1,2}$/.test(text ?? '') ? Number(text) : undefined;
  return value !== undefined && value <= max ? value : undefined;
}

const two = (value: number): string => String(value).padStart(2, '0');

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
