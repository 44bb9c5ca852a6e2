// JSON values: what every pass asks of them.
import { isObject } from '../../json.ts';
import { keysOf, pointerTo } from '../../json-pointer.ts';
import type { Problem } from '../problems/problem.ts';

export { isObject };

/** Keys that no object may have: JavaScript takes the one for the prototype, jsonata calls the other as a method. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'hasOwnProperty']);

/**
 * Deeper documents are refused, so that no pass can run out of stack. Step Functions names no limit for states within
 * states, but reads definitions with Jackson (as its messages show), which takes 1000 levels of JSON
 * (StreamReadConstraints). A loop is two levels here and at most seven there.
 */
const MAX_DEPTH = 64;

/**
 * The first place where a document is too deep or has a key that no JavaScript object can safely hold.
 * Goes through the document without recursion: nothing is known of its depth yet.
 */
export function forbiddenShapes(document: unknown): Problem | undefined {
  const open: { value: unknown; pointer: string; depth: number }[] = [
    { value: document, pointer: '', depth: 0 },
  ];
  for (let at = open.pop(); at; at = open.pop()) {
    const { value, pointer, depth } = at;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_DEPTH) {
      return {
        code: 'too-deep',
        pointer,
        message: `A workflow is at most ${MAX_DEPTH} levels deep`,
        hint: 'Pass such data as an input.',
      };
    }
    for (const [key, child] of Object.entries(value)) {
      if (FORBIDDEN_KEYS.has(key)) {
        return {
          code: 'forbidden-key',
          pointer: pointerTo(pointer, key),
          message: `A workflow cannot hold the key ${key}`,
        };
      }
      // A pointer is only worth making where something can be wrong.
      if (typeof child === 'object' && child !== null) {
        open.push({ value: child, pointer: pointerTo(pointer, key), depth: depth + 1 });
      }
    }
  }
  return undefined;
}

/** The JSON value as JSONata source that gives it, on one line and never with `{%` or `%}` in it. */
export function jsonataLiteral(value: unknown): string {
  // JSON is JSONata, and has both characters only in strings, where an escape can stand for one of them.
  return JSON.stringify(value)
    .replaceAll('{%', '\\u007b%')
    .replaceAll('%}', '%\\u007d')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** What a JSON pointer (RFC 6901) leads to; undefined where there is nothing. */
export function valueAt(document: unknown, pointer: string): unknown {
  return keysOf(pointer).reduce<unknown>((at, name) => {
    return isObject(at) ? at[name] : Array.isArray(at) ? at[Number(name)] : undefined;
  }, document);
}
