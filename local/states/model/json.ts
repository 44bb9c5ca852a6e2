// JSON values, and their limits in size and depth.

/**
 * A bigint is a whole number that no double has, between -2^63 and 2^63-1: Step Functions keeps the digits of these, and
 * reads all other numbers as doubles (measured on AWS: https://github.com/floci-io/floci/pull/2676).
 */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** The largest input, output, argument or variable, in bytes of UTF-8 (Step Functions quotas). */
export const MAX_PAYLOAD_BYTES = 262_144;

export function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return isObject(value);
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Whether a text is larger than a payload may be. Counts bytes only where the length does not decide it. */
export function exceedsPayload(text: string): boolean {
  if (text.length > MAX_PAYLOAD_BYTES) return true;
  return text.length * 3 > MAX_PAYLOAD_BYTES && Buffer.byteLength(text) > MAX_PAYLOAD_BYTES;
}

/**
 * Whether the JSON text of a value is certainly larger than a payload may be, said without writing it: a value that an
 * expression has put together of few large ones may be larger than the memory.
 */
export function isSurelyTooLarge(value: Json | undefined): boolean {
  return bytesLeft(value, MAX_PAYLOAD_BYTES) < 0;
}

function bytesLeft(value: Json | undefined, before: number): number {
  if (typeof value === 'string') return before - value.length - 2;
  if (typeof value !== 'object' || value === null) return before - 1;
  let left = before - 1;
  if (Array.isArray(value)) {
    for (const item of value) if (left >= 0) left = bytesLeft(item, left - 1);
  } else {
    for (const [key, item] of Object.entries(value))
      if (left >= 0) left = bytesLeft(item, left - key.length - 4);
  }
  return left;
}

/** The type of a value by its JSON name, for messages. */
export function jsonType(value: Json): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return 'number';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** A number where its digits do not matter. */
export function asNumber(value: Json | undefined): Json | undefined {
  return typeof value === 'bigint' ? Number(value) : value;
}

/**
 * How deep lists and objects may be nested: the limit of Jackson, AWS's JSON parser. AWS documents none, but a value
 * of any depth could not be serialised again.
 */
export const MAX_NESTING = 1000;

/** Whether a JSON text is nested deeper than that, or than `allowed`; for a text that is not JSON the answer is open. */
export function isTooDeep(text: string, allowed = MAX_NESTING): boolean {
  if (text.length <= 2 * allowed || !(hasMore(text, '[', allowed / 2) || hasMore(text, '{', allowed / 2)))
    return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"':
        at = endOfString(text, at);
        break;
      case '[':
      case '{':
        depth += 1;
        if (depth > allowed) return true;
        break;
      case ']':
      case '}':
        depth -= 1;
    }
  }
  return false;
}

/** Whether a text has a character more than so many times: much faster than finding its depth. */
function hasMore(text: string, character: string, times: number): boolean {
  let at = -1;
  for (let count = 0; count <= times; count += 1) {
    at = text.indexOf(character, at + 1);
    if (at < 0) return false;
  }
  return true;
}

/** The index of the closing quote of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let before = quote;
    while (text[before - 1] === '\\') before -= 1;
    if ((quote - before) % 2 === 0) return quote;
    at = quote;
  }
}

/** The value of a JSON text. Throws SyntaxError, also when it is nested too deep. */
export function parseJson(text: string): Json {
  if (isTooDeep(text)) throw new SyntaxError(`It is nested more than ${MAX_NESTING} levels deep`);
  return jsonValue(text);
}

declare global {
  // ECMAScript's "JSON.parse source text access", which the compiler's own declarations do not have yet.
  interface JSON {
    parse(text: string, reviver: (key: string, value: Json, context: { source: string }) => Json): Json;
    rawJSON(text: string): unknown;
  }
}

/** As `parseJson`, at any depth. Throws SyntaxError, also for a number that is larger than any double. */
export function jsonValue(text: string): Json {
  const value = JSON.parse(text) as Json; // JSON.parse gives nothing but JSON
  if (!hasLargeNumber(value)) return value;
  return JSON.parse(text, (_, item, { source }) => (typeof item === 'number' ? exact(item, source) : item));
}

function hasLargeNumber(value: Json): boolean {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER;
  if (typeof value !== 'object' || value === null) return false;
  if (isJsonArray(value)) return value.some(hasLargeNumber);
  // A list of the values would take as long as reading a short text.
  for (const key in value) if (hasLargeNumber(value[key] ?? null)) return true;
  return false;
}

let anyBigInt = false;

/** Whether any value has had a bigint so far: where none has, none is looked for. */
export const mayHoldBigInt = (): boolean => anyBigInt;

/** `source`: the number as it stands in the text. */
function exact(value: number, source: string): Json {
  if (!Number.isFinite(value)) throw new SyntaxError(`The number ${source} is too large`);
  if (String(value) === source || !/^-?\d+$/.test(source) || Number.isSafeInteger(value)) return value;
  const integer = BigInt(source);
  if (integer !== BigInt.asIntN(64, integer)) return value;
  anyBigInt = true;
  return integer;
}

/** The JSON text of a value. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // Serialising without a replacer is much faster, and almost no value has a bigint, which it refuses.
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, writeBigInt);
  }
}

/** For JSON.stringify. */
export function writeBigInt(_: string, item: unknown): unknown {
  return typeof item === 'bigint' ? JSON.rawJSON(String(item)) : item;
}
