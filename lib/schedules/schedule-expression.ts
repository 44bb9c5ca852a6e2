// Schedule expressions, `rate(…)`, `cron(…)` and `at(…)`, and their due times.
import { type Cron, nextCronTime, parseCron } from './cron.ts';
import { fromWallClock } from './time-zone.ts';

export type Expression =
  | { readonly kind: 'rate'; readonly intervalMs: number }
  | { readonly kind: 'cron'; readonly cron: Cron }
  /** `wall` is the wall-clock time, see time-zone.ts. */
  | { readonly kind: 'at'; readonly wall: number };

export interface Timing {
  readonly expression: Expression;
  /** IANA time zone of `cron` and `at`. */
  readonly zone: string;
  /** Of a rate: the first time. Milliseconds since 1970. */
  readonly start: number;
  /** Nothing is due from then on. */
  readonly end: number | undefined;
}

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Parses an expression; undefined when it is invalid. */
export function parseExpression(text: string): Expression | undefined {
  const [, kind, content = ''] = /^(rate|cron|at)\((.*)\)$/.exec(text.trim()) ?? [];
  if (kind === 'cron') {
    const cron = parseCron(content);
    return cron && { kind, cron };
  }
  if (kind === 'at') {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(content)) return undefined;
    const wall = Date.parse(`${content}Z`);
    // Date.parse accepts the 30th of February as a day in March.
    const real = !Number.isNaN(wall) && new Date(wall).toISOString().startsWith(content);
    return real ? { kind, wall } : undefined;
  }
  const [, value, unit = ''] = /^(\d{1,9})\s+(minute|hour|day)s?$/.exec(content) ?? [];
  const intervalMs = Number(value) * (units[unit] ?? 0);
  return kind === 'rate' && intervalMs > 0 ? { kind, intervalMs } : undefined;
}

/** The first due time after `after`; undefined when there is none. */
export function nextTime({ expression, zone, start, end }: Timing, after: number): number | undefined {
  const next = unbounded(expression, zone, start, after);
  return next !== undefined && (end === undefined || next < end) ? next : undefined;
}

function unbounded(expression: Expression, zone: string, start: number, after: number): number | undefined {
  if (expression.kind === 'at') {
    const time = fromWallClock(expression.wall, zone);
    return time !== undefined && time > after ? time : undefined;
  }
  if (expression.kind === 'cron') return nextCronTime(expression.cron, zone, Math.max(after, start - 1));
  if (after < start) return start;
  return start + (Math.floor((after - start) / expression.intervalMs) + 1) * expression.intervalMs;
}
