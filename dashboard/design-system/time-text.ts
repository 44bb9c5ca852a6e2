// Times and durations in words. Times are compared with the server's clock, since this machine's may be wrong.

/** By how much the server's clock is ahead of this machine's, in milliseconds. */
let ahead = 0;

/** Below this it is the way of the answer, not the clock; the header has whole seconds. */
const LEAST_MS = 5_000;

/** @param date the Date header of an answer that came just now */
export function compareClock(date: string | null, now = Date.now()): void {
  const server = Date.parse(date ?? '');
  if (Number.isNaN(server)) return;
  ahead = Math.abs(server - now) < LEAST_MS ? 0 : server - now;
}

/** The time by the server's clock, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + ahead;
}

/** `41 ms`, `1.3 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h` */
export function durationText(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return two(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function two(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
}

/** `just now`, `3 min ago`, `in 2 h`; from a week on the date says more. */
export function relativeText(time: number, now: number): string | undefined {
  const distance = Math.abs(now - time);
  if (distance >= 7 * 86_400_000) return undefined;
  if (distance < 5_000) return 'just now';
  const text =
    distance < 60_000
      ? `${Math.floor(distance / 1000)} s`
      : distance < 3_600_000
        ? `${Math.floor(distance / 60_000)} min`
        : distance < 86_400_000
          ? `${Math.floor(distance / 3_600_000)} h`
          : `${Math.floor(distance / 86_400_000)} d`;
  return time > now ? `in ${text}` : `${text} ago`;
}

export interface TimeTexts {
  /** In this machine's zone, with the zone's name: `30 Nov 2026, 11:17:42 CET` */
  readonly local: string;
  /** `2026-11-30 10:17:42 UTC` */
  readonly utc: string;
}

/** By zone. To make one takes a hundred times as long as to use it, and a list has many times. */
const formats = new Map<string | undefined, Intl.DateTimeFormat>();

function localFormat(zone: string | undefined): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    ...(zone !== undefined && { timeZone: zone }),
  });
  formats.set(zone, format);
  return format;
}

export function timeTexts(time: number, zone?: string): TimeTexts {
  const local = localFormat(zone).format(time);
  return { local, utc: `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC` };
}

/** What a time is in a zone: `Mon 7 Dec 2026, 09:00 CET` */
export function timeIn(time: string, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    ...(timeZone !== undefined && { timeZone }),
  }).format(Date.parse(time));
}
