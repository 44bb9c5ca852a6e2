// JSON values as they are written in JSONata.

/** Keys that no object may have: JavaScript takes the one for the prototype, jsonata calls the other as a method. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'hasOwnProperty']);

/** The JSON value as JSONata source that gives it, on one line and never with `{%` or `%}` in it. */
export function jsonataLiteral(value: unknown): string {
  // JSON is JSONata, and has both characters only in strings, where an escape can stand for one of them.
  return JSON.stringify(value)
    .replaceAll('{%', '\\u007b%')
    .replaceAll('%}', '%\\u007d')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** Words that JSONata does not read as names. */
const WORDS = ['and', 'or', 'in', 'true', 'false', 'null', 'function'];

/** A name as JSONata reads it in a path. */
export function quoted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !WORDS.includes(name) ? name : `\`${name}\``;
}
