// Replacing parts of an expression's source at the places that jsonata's syntax tree names.
import { jsonataLiteral } from './literal.ts';
import type { Node } from './syntax-tree.ts';

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

interface Replaced {
  readonly start: number;
  /** In the result of `splice`: where it begins and ends, and how much further back what follows was in the source. */
  readonly begins: number;
  readonly ends: number;
  readonly shift: number;
}

/** Maps positions in the result of `splice` back to the source. */
export class Positions {
  readonly #replaced: readonly Replaced[];

  constructor(edits: readonly Edit[]) {
    let shift = 0;
    this.#replaced = edits
      .toSorted((a, b) => a.start - b.start)
      .map(({ start, end, text }) => {
        const begins = start + shift;
        shift += text.length - (end - start);
        return { start, begins, ends: begins + text.length, shift };
      });
  }

  /** Within a replaced part its beginning. */
  inSource(position: number): number {
    let low = 0;
    let high = this.#replaced.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#replaced[middle]?.begins ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    const before = this.#replaced[low - 1];
    if (!before) return position;
    return position < before.ends ? before.start : Math.max(0, position - before.shift);
  }
}

/** Where the token begins that ends at the node's position: a name, plain or in quotes, a variable, or a string. */
export function quotedStart(source: string, node: Node): number {
  const end = node.position ?? 0;
  const value = String(node.value ?? '');
  const text = node.type === 'variable' ? `$${value}` : value;
  const isString = node.type === 'string';
  if (!isString && text !== '' && source.startsWith(text, end - text.length)) return end - text.length;
  const quote = source[end - 1];
  if (quote === '`') return source.lastIndexOf('`', end - 2);
  if (quote === '"' || quote === "'") return stringStart(source, end);
  return Math.max(0, end - 1);
}

/** Strings that hold the delimiters of Step Functions' expressions, or line breaks, are written with escapes. */
export function textEdit(source: string, node: Node): Edit | undefined {
  const value = String(node.value);
  if (!/\{%|%\}|[\n\r\u2028\u2029]/.test(value)) return undefined;
  const end = node.position ?? 0;
  return { start: stringStart(source, end), end, text: jsonataLiteral(value) };
}

/** Where the string begins whose last quote is before `end`: every such quote within it has a backslash before it. */
function stringStart(source: string, end: number): number {
  const quote = source[end - 1] ?? '"';
  let start = source.lastIndexOf(quote, end - 2);
  while (start > 0 && isEscaped(source, start)) start = source.lastIndexOf(quote, start - 1);
  return Math.max(0, start);
}

function isEscaped(source: string, at: number): boolean {
  let before = at;
  while (source[before - 1] === '\\') before--;
  return (at - before) % 2 === 1;
}
