// How long a provider asks to wait, in all the forms in which providers say so.
import { isObject } from '../json.ts';

export interface AskedWait {
  /** The headers of the answer. */
  readonly headers: Headers | undefined;
  readonly message: string;
  /** The `details` of an error as Google's APIs have it. */
  readonly details: unknown;
}

/** @returns whole seconds, at least 0; undefined when the provider does not say */
export function waitSeconds({ headers, message, details }: AskedWait): number | undefined {
  return (
    milliseconds(headers?.get('retry-after-ms')) ??
    retryAfterSeconds(headers?.get('retry-after')) ??
    retryDelay(details) ??
    waitInWords(message) ??
    untilReset(headers)
  );
}

/**
 * The header Retry-After (RFC 9110, section 10.2.3): seconds, or a date.
 * @returns whole seconds from now, at least 0; undefined when the header is missing or neither of the two
 */
export function retryAfterSeconds(value: string | null | undefined, now = Date.now()): number | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text));
  // An HTTP-date begins with the day's name (RFC 9110, section 5.6.7), and Gmail's time is ISO 8601; Date.parse would
  // take "5, 5" for a month and a day.
  const date = /^(?:[A-Za-z]{3,9},? |\d{4}-\d\d-\d\dT)/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

/** OpenAI's and Azure's own header. */
function milliseconds(value: string | null | undefined): number | undefined {
  return value && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Math.ceil(Number(value) / 1000) : undefined;
}

/** `{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "37s"}` (google/rpc/error_details.proto). */
export function retryDelay(details: unknown): number | undefined {
  const all = Array.isArray(details) ? details.filter(isObject) : [];
  const given = all.map(({ retryDelay }) => retryDelay).find((delay) => typeof delay === 'string');
  return given === undefined ? undefined : duration(given);
}

/**
 * "Please try again in 1m26.4s." (OpenAI, Groq), "Please retry after 26 seconds." (Azure), "Try again in 42 seconds" (Azure's
 * API Management), "Please wait 30 seconds".
 */
function waitInWords(message: string): number | undefined {
  const words =
    /\b(?:(?:try again|retry) (?:in|after)|wait(?: for)?) ((?:\d+(?:\.\d+)? ?[a-z]+ ?){1,4})/i.exec(
      message,
    )?.[1];
  return words === undefined ? undefined : duration(words);
}

/**
 * OpenAI, "Rate limits in headers": `x-ratelimit-reset-tokens: 6m0s` is when that limit is whole again. OpenRouter's
 * `x-ratelimit-reset` is a time in milliseconds ("Errors and debugging", and in the `metadata` of its errors), others' are
 * seconds. Of the limits that are used up the last.
 */
function untilReset(headers: Headers | undefined): number | undefined {
  const waits = ['', '-requests', '-tokens'].flatMap((what) => {
    const usedUp = headers?.get(`x-ratelimit-remaining${what}`)?.trim() === '0';
    const reset = headers?.get(`x-ratelimit-reset${what}`)?.trim() ?? '';
    return (usedUp ? (untilTime(reset) ?? duration(reset)) : undefined) ?? [];
  });
  return waits.length > 0 ? Math.max(...waits) : undefined;
}

/** Seconds until a number: of seconds, or a time in seconds or milliseconds since 1970. */
function untilTime(text: string): number | undefined {
  if (!/^\d{1,15}(?:\.\d+)?$/.test(text)) return undefined;
  const number = Number(text);
  const time = number > 1e11 ? number / 1000 : number;
  return Math.max(0, Math.ceil(time > 1e9 ? time - Date.now() / 1000 : time));
}

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** The seconds of `6m0s`, `120ms` or `26 seconds`, rounded up; undefined when it begins with no duration. */
function duration(text: string): number | undefined {
  let total: number | undefined;
  for (const [, number, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)\s?([a-z]+)/gi)) {
    const seconds =
      SECONDS[unit.toLowerCase()] ??
      SECONDS[/^(?:sec|min|hour|day)/i.exec(unit)?.[0][0]?.toLowerCase() ?? ''];
    if (seconds === undefined) break;
    total = (total ?? 0) + Number(number) * seconds;
  }
  return total === undefined ? undefined : Math.ceil(Number(total.toFixed(3)));
}
