// Finds duplicate keys in a JSON text, of which JSON.parse takes the last one and drops the others (RFC 8259, section 4).
import { createScanner } from 'jsonc-parser';
import { pointerTo } from './json-pointer.ts';

export interface DuplicateKey {
  readonly key: string;
  /** RFC 6901; it leads to the value that JSON.parse takes. */
  readonly pointer: string;
  /** The offsets of the repeated key and of its first occurrence. */
  readonly offset: number;
  readonly first: number;
}

interface Open {
  /** In an object, the offset of each key so far. */
  readonly keys?: Map<string, number>;
  /** The last key, or the index of the item. */
  at: string | number;
  isKey: boolean;
}

/** More are not useful. */
const MAX_FOUND = 100;
/** Of all pointers together: much can stand around many keys. */
const MAX_CHARACTERS = 100_000;

/** @param text valid JSON */
export function duplicateKeys(text: string): DuplicateKey[] {
  const found: DuplicateKey[] = [];
  const stack: Open[] = [];
  let characters = 0;
  const scanner = createScanner(text, true);
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const offset = scanner.getTokenOffset();
    const token = text[offset];
    const open = stack.at(-1);
    if (token === '{') stack.push({ keys: new Map(), at: '', isKey: true });
    else if (token === '[') stack.push({ at: 0, isKey: false });
    else if (token === '}' || token === ']') stack.pop();
    else if (token === ':' && open) open.isKey = false;
    else if (token === ',' && open) {
      if (typeof open.at === 'number') open.at += 1;
      else open.isKey = true;
    } else if (open?.keys && open.isKey) {
      open.at = scanner.getTokenValue();
      const first = open.keys.get(open.at);
      if (first === undefined) open.keys.set(open.at, offset);
      else {
        const pointer = pointerTo('', ...stack.map(({ at }) => at));
        found.push({ key: open.at, pointer, offset, first });
        characters += pointer.length;
      }
      if (found.length === MAX_FOUND || characters > MAX_CHARACTERS) break;
    }
  }
  return found;
}
