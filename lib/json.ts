// JSON from outside.

/** The value of a JSON text; undefined when it is not JSON, for a schema to refuse. */
export function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether what a Content-Type names is JSON (https://mimesniff.spec.whatwg.org/#json-mime-type). */
export function isJsonType(mediaType: string): boolean {
  return /^(?:(?:application|text)\/json|[\w!#$&^.+-]+\/[\w!#$&^.+-]+\+json)$/i.test(mediaType.trim());
}
