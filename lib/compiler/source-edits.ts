// Replacing parts of an expression's source at the places that jsonata's syntax tree names.
import { jsonataLiteral } from './json.ts';
import type { Node } from './template.ts';

/** `source.slice(start, end)` becomes `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function splice(source: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    result += source.slice(at, start) + text;
    at = end;
  }
  return result + source.slice(at);
}

/** Where the token begins that ends at the node's position: a name, plain or in quotes, a variable, or a string. */
export function quotedStart(source: string, node: Node): number {
  const end = node.position ?? 0;
  const value = String(node.value ?? '');
  const text = node.type === 'variable' ? `$${value}` : value;
  if (source.slice(0, end).endsWith(text) && text !== '') return end - text.length;
  const quote = source[end - 1];
  if (quote === '`') return source.lastIndexOf('`', end - 2);
  if (quote === '"' || quote === "'") {
    for (
      let start = source.lastIndexOf(quote, end - 2);
      start >= 0;
      start = source.lastIndexOf(quote, start - 1)
    ) {
      if (stringValue(source.slice(start, end)) === value) return start;
      if (start === 0) break;
    }
  }
  return Math.max(0, end - 1);
}

/** The value of a JSONata string token; undefined when the text is not one whole token. */
function stringValue(token: string): string | undefined {
  const body = token.slice(1, -1);
  const escaped = token.startsWith('"') ? /^(?:[^"\\]|\\.)*$/s : /^(?:[^'\\]|\\.)*$/s;
  if (!escaped.test(body)) return undefined;
  const letters: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
  return body.replace(/\\(u[0-9a-fA-F]{4}|.)/gs, (_, letter: string) =>
    letter.length > 1
      ? String.fromCharCode(Number.parseInt(letter.slice(1), 16))
      : (letters[letter] ?? letter),
  );
}

/** Strings that hold the delimiters of Step Functions' expressions are written with escapes. */
export function textEdit(source: string, node: Node): Edit | undefined {
  const value = String(node.value);
  if (!value.includes('{%') && !value.includes('%}')) return undefined;
  const end = node.position ?? 0;
  return { start: stringStart(source, node), end, text: jsonataLiteral(value) };
}

/** A string's value can look like its own end (`"a` in `"\"a"`), so its token is found by its quotes alone. */
function stringStart(source: string, node: Node): number {
  const end = node.position ?? 0;
  const quote = source[end - 1] ?? '"';
  for (
    let start = source.lastIndexOf(quote, end - 2);
    start > 0;
    start = source.lastIndexOf(quote, start - 1)
  ) {
    if (stringValue(source.slice(start, end)) === node.value) return start;
  }
  return 0;
}
