// JSON values as the language of state machines moves them between states.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
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

/** Whether a text is larger than a payload may be. Counts bytes only when the length leaves a doubt. */
export function exceedsPayload(text: string): boolean {
  if (text.length > MAX_PAYLOAD_BYTES) return true;
  return text.length * 3 > MAX_PAYLOAD_BYTES && Buffer.byteLength(text) > MAX_PAYLOAD_BYTES;
}

/** The type of a value by its JSON name, as error texts give it. */
export function jsonType(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** The value of a JSON text. Throws SyntaxError. */
export function parseJson(text: string): Json {
  return JSON.parse(text) as Json; // JSON.parse gives nothing but JSON
}
