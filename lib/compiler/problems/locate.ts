// Finds the offsets in a JSON text of problems, which have a JSON pointer and a column, and of what mends them.
import { createScanner } from 'jsonc-parser';
import { keysOf } from '../../json-pointer.ts';
import type { ProblemCode } from './codes.ts';
import type { Problem } from './problem.ts';

/** Problems about a key, not about its value. */
const KEY_PROBLEMS: ReadonlySet<ProblemCode> = new Set([
  'unknown-key',
  'key-not-applicable',
  'forbidden-key',
  'expression-in-key',
  'unknown-parameter',
  'return-not-here',
  'tolerance-without-continue',
  'variable-scope',
  'unused-input',
]);

/** A part of the document on the path to a problem. */
interface Part {
  readonly parts: Map<string, Part>;
  /** Those of them that have been found. */
  found: Part[];
  /** Offset of its key. */
  key?: number;
  value?: number;
}

interface Open {
  readonly part: Part | undefined;
  /** In an object, the key that was read last. */
  key: string | undefined;
  /** In a list, the index of the next item. */
  index: number | undefined;
}

/** What is looked for. */
interface Wanted {
  readonly pointer: string;
  readonly column?: number | undefined;
  /** Whether it is the key that is meant, of what the pointer leads to. */
  isKey(text: string, part: Part | undefined): boolean;
}

/** One change of a text. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/**
 * The offset of each problem, in the same order. A missing part has the offset of the nearest existing part around it.
 * @param text valid JSON
 */
export function locate(text: string, problems: readonly Problem[]): number[] {
  const wanted = problems.map((problem) => ({
    pointer: problem.pointer,
    column: problem.column,
    isKey: (whole: string, part: Part | undefined) => isOfKey(problem, whole, part),
  }));
  return offsetsOf(text, wanted);
}

/**
 * What each problem's fix replaces in the text, in the same order; undefined where it replaces nothing.
 * @param text valid JSON
 */
export function fixEdits(text: string, problems: readonly Problem[]): (TextEdit | undefined)[] {
  const wanted = problems.flatMap(({ fix, column = 1 }): Wanted[] => {
    if (!fix || !('replaces' in fix)) return [];
    const { pointer, replaces, length = 0 } = fix;
    const start = fix.column ?? column;
    const isKey = () => replaces === 'key';
    if (replaces !== 'text') return [{ pointer, isKey }];
    return [
      { pointer, column: start, isKey },
      { pointer, column: start + length, isKey },
    ];
  });
  const found = offsetsOf(text, wanted).values();
  return problems.map(({ fix }) => {
    if (!fix || !('replaces' in fix)) return undefined;
    const offset = found.next().value ?? 0;
    const written = JSON.stringify(fix.with);
    if (fix.replaces === 'text')
      return { offset, length: (found.next().value ?? offset) - offset, text: written.slice(1, -1) };
    const length = stringLength(text, offset);
    return length === 0 ? undefined : { offset, length, text: written };
  });
}

/** Of the string that begins there, with its quotes; 0 where there is none. */
function stringLength(text: string, offset: number): number {
  const string = /"(?:[^"\\]|\\.)*"/y;
  string.lastIndex = offset;
  return string.exec(text)?.[0].length ?? 0;
}

/** Reads the text once, whatever the number of places, and without recursion, so that it may have any depth. */
function offsetsOf(text: string, wanted: readonly Wanted[]): number[] {
  const root: Part = { parts: new Map(), found: [] };
  const paths = wanted.map(({ pointer }) => pathTo(root, pointer));
  scan(text, root);
  const strings = new StringOffsets(text);
  return wanted.map((one, index) => offsetOf(text, one, paths[index] ?? [], strings));
}

/** The parts from the document to the one that the pointer (RFC 6901) names. */
function pathTo(root: Part, pointer: string): Part[] {
  const path = [root];
  let at = root;
  for (const key of keysOf(pointer)) {
    const next: Part = at.parts.get(key) ?? { parts: new Map(), found: [] };
    at.parts.set(key, next);
    path.push(next);
    at = next;
  }
  return path;
}

function scan(text: string, root: Part): void {
  const scanner = createScanner(text, true);
  const stack: Open[] = [];
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const offset = scanner.getTokenOffset();
    const token = text[offset];
    const open = stack.at(-1);
    if (token === ':') continue;
    if (token === '}' || token === ']') {
      stack.pop();
    } else if (token === ',') {
      if (open?.index !== undefined) open.index += 1;
      else if (open) open.key = undefined;
    } else if (open && open.index === undefined && open.key === undefined) {
      open.key = scanner.getTokenValue();
      const part = open.part?.parts.get(open.key);
      // JSON.parse takes the last of duplicate keys.
      if (part) {
        forget(part).key = offset;
        open.part?.found.push(part);
      }
    } else {
      const part = open ? open.part?.parts.get(String(open.index ?? open.key)) : root;
      if (part) {
        part.value = offset;
        open?.part?.found.push(part);
      }
      if (token === '{' || token === '[')
        stack.push({ part, key: undefined, index: token === '[' ? 0 : undefined });
    }
  }
}

function forget(part: Part): Part {
  const open = [part];
  for (let at = open.pop(); at; at = open.pop()) {
    delete at.key;
    delete at.value;
    for (const part of at.found) open.push(part);
    at.found = [];
  }
  return part;
}

function offsetOf(text: string, wanted: Wanted, path: readonly Part[], strings: StringOffsets): number {
  const part = path.at(-1);
  const start = wanted.isKey(text, part) ? part?.key : part?.value;
  if (start === undefined) return path.findLast(({ value }) => value !== undefined)?.value ?? 0;
  return wanted.column === undefined ? start : strings.offset(start, wanted.column);
}

function isOfKey({ code, pointer, column }: Problem, text: string, part: Part | undefined): boolean {
  if (column !== undefined) return false;
  if (KEY_PROBLEMS.has(code)) return true;
  // Names are keys (inputs, branches, variables), ids are strings.
  return code === 'invalid-id' && (text[part?.value ?? 0] !== '"' || /\/set\/[^/]*$/.test(pointer));
}

/** Finds places in strings, going on from the last one in the same string: many problems can be in a long one. */
class StringOffsets {
  readonly #text: string;
  #last = { start: -1, unit: 1, at: 0 };

  constructor(text: string) {
    this.#text = text;
  }

  /** @param column which UTF-16 code unit of the string's value, from 1 */
  offset(start: number, column: number): number {
    const text = this.#text;
    if (text[start] !== '"') return start;
    const isFurther = this.#last.start === start && this.#last.unit <= column;
    let { unit, at } = isFurther ? this.#last : { unit: 1, at: start + 1 };
    for (; unit < column && text[at] !== '"'; unit += 1) {
      if (text[at] !== '\\') at += 1;
      else at += text[at + 1] === 'u' ? '\\u0000'.length : '\\n'.length;
    }
    this.#last = { start, unit, at };
    return at;
  }
}
