// Wall-clock time in a time zone, as the milliseconds of the same date and time in UTC.

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  let found = formats.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, found);
  }
  return found;
}

/** Whether the name is one of the IANA time zone database (or UTC). */
export function isTimeZone(zone: string): boolean {
  if (/^[+-]/.test(zone)) return false; // Intl takes offsets too, AWS does not
  try {
    format(zone);
    return true;
  } catch {
    return false;
  }
}

export function wallClock(time: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of format(zone).formatToParts(time)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * When the wall clock shows this time: the first time if it does so twice, undefined if it never does
 * (EventBridge Scheduler user guide, "Daylight savings time": run once, or skipped).
 */
export function fromWallClock(wall: number, zone: string): number | undefined {
  const day = 86_400_000;
  const candidates = [wall - day, wall + day].map((near) => wall - (wallClock(near, zone) - near));
  const times = candidates.filter((time) => wallClock(time, zone) === wall);
  return times.length === 0 ? undefined : Math.min(...times);
}
