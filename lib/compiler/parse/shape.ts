// What is refused before a document is read: too deep a nesting, and keys that no object can have.
import { pointerTo } from '../../json-pointer.ts';
import { FORBIDDEN_KEYS } from '../expressions/literal.ts';
import type { Problem } from '../problems/problem.ts';

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
        message: `A workflow can be at most ${MAX_DEPTH} levels deep`,
        hint: 'Pass deeply nested data as an input.',
      };
    }
    for (const [key, child] of Object.entries(value)) {
      if (FORBIDDEN_KEYS.has(key)) {
        return {
          code: 'forbidden-key',
          pointer: pointerTo(pointer, key),
          message: `A workflow cannot contain the key ${key}`,
        };
      }
      // Pointers are only made where something can be wrong.
      if (typeof child === 'object' && child !== null) {
        open.push({ value: child, pointer: pointerTo(pointer, key), depth: depth + 1 });
      }
    }
  }
  return undefined;
}
