// JSON from outside.
import { pointerTo } from './json-pointer.ts';

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

/** The pointer of the first number that was larger than any JavaScript number, as 1e400 is: it would be written as null. */
export function infiniteNumberIn(value: unknown): string | undefined {
  const left = [{ value, pointer: '' }];
  for (let next = left.pop(); next; next = left.pop()) {
    if (typeof next.value === 'number' && !Number.isFinite(next.value)) return next.pointer;
    if (typeof next.value !== 'object' || next.value === null) continue;
    for (const [key, member] of Object.entries(next.value).reverse())
      left.push({ value: member, pointer: pointerTo(next.pointer, key) });
  }
  return undefined;
}

/** Whether what a Content-Type names is JSON (https://mimesniff.spec.whatwg.org/#json-mime-type). */
export function isJsonType(mediaType: string): boolean {
  return /^(?:(?:application|text)\/json|[\w!#$&^.+-]+\/[\w!#$&^.+-]+\+json)$/i.test(mediaType.trim());
}
