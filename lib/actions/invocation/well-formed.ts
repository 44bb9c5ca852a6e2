// Text that is not well-formed Unicode: a lone surrogate cannot be sent as UTF-8, nor be part of a URL.
import { parseExactly } from '../../exact-json.ts';

/**
 * The first string or key, at any depth, that holds a lone surrogate.
 * @returns the keys that lead to it; undefined when all text is well-formed
 */
export function illFormedText(value: unknown): string[] | undefined {
  // No recursion: an input may be nested deeper than the stack.
  const left: { readonly value: unknown; readonly path: readonly string[] }[] = [{ value, path: [] }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { value: found, path } = next;
    if (typeof found === 'string' && !found.isWellFormed()) return [...path];
    if (typeof found !== 'object' || found === null) continue;
    for (const [key, member] of Object.entries(found).reverse()) {
      if (!key.isWellFormed()) return [...path, key.toWellFormed()];
      if (typeof member === 'string' || typeof member === 'object') {
        left.push({ value: member, path: [...path, key] });
      }
    }
  }
  return undefined;
}

/**
 * The JSON value with U+FFFD for each lone surrogate, as String.prototype.toWellFormed has it for one string. Large whole
 * numbers keep their digits, as parseExactly has it.
 */
export function wellFormed(value: unknown): unknown {
  if (illFormedText(value) === undefined) return value;
  // JSON.stringify escapes lone surrogates, and no others.
  return parseExactly(
    JSON.stringify(value).replaceAll(/\\\\|\\ud[89a-f][0-9a-f]{2}/g, (escaped) =>
      escaped.startsWith('\\u') ? '\ufffd' : escaped,
    ),
  );
}
