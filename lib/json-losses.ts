// Finds what JSON.parse loses of a JSON text without a word: all but the last of duplicate keys (RFC 8259, section 4), and
// numbers that no JavaScript number is (section 6).
import { createScanner } from 'jsonc-parser';
import { pointerTo } from './json-pointer.ts';
import { ApiProblem, type RequestProblem } from './problem.ts';
import { SourceText } from './source-text.ts';

export interface JsonLoss extends RequestProblem {
  readonly code: 'duplicate-key' | 'inexact-number';
  readonly hint: string;
  /** Of the repeated key, to whose value the pointer leads, or of the number. */
  readonly offset: number;
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

export interface Reading {
  /** Whether whole numbers are read with all their digits, so that of numbers only those without a double are lost. */
  readonly keepsDigits?: boolean;
  /** Whether the last of duplicate keys is what is meant. */
  readonly takesLastKey?: boolean;
}

/** @param source valid JSON */
export function jsonLosses(
  source: SourceText,
  { keepsDigits = false, takesLastKey = false }: Reading = {},
): JsonLoss[] {
  const { text } = source;
  const found: JsonLoss[] = [];
  const stack: Open[] = [];
  let characters = 0;
  const add = (loss: Omit<JsonLoss, 'pointer'>) => {
    const pointer = pointerTo('', ...stack.map(({ at }) => at));
    found.push({ ...loss, pointer });
    characters += pointer.length;
  };
  const scanner = createScanner(text, true);
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const offset = scanner.getTokenOffset();
    const token = text[offset] ?? '';
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
      else if (!takesLastKey) add({ ...repeated(open.at, source, first), offset });
    } else if (token === '-' || (token >= '0' && token <= '9')) {
      const loss = numberLoss(scanner.getTokenValue(), keepsDigits);
      if (loss) add({ ...loss, offset });
    }
    if (found.length === MAX_FOUND || characters > MAX_CHARACTERS) break;
  }
  return found;
}

/**
 * @param text valid JSON
 * @throws ApiProblem invalid-json when a value would be lost
 */
export function refuseLosses(text: string, reading: Reading): void {
  const losses = jsonLosses(new SourceText(text), reading);
  const [first, ...rest] = losses;
  if (!first) return;
  const more = rest.length > 0 ? ` (and ${rest.length} more)` : '';
  const problems = losses.map(({ offset: _, ...problem }) => problem);
  throw new ApiProblem('invalid-json', `${first.message}${more}`, { problems });
}

type Loss = Omit<JsonLoss, 'pointer' | 'offset'>;

function repeated(key: string, source: SourceText, first: number): Loss {
  const { line, column } = source.place(first);
  return {
    code: 'duplicate-key',
    message: `The key ${JSON.stringify(key)} stands twice in one object`,
    hint: `It stands at line ${line}, column ${column} too: only one of the values would count.`,
  };
}

/** The fewest characters of a whole number that no double has, and of one that is larger than all of them. */
const FEWEST = '1e309'.length;

function numberLoss(number: string, keepsDigits: boolean): Loss | undefined {
  if (number.length < FEWEST) return undefined;
  const value = Number(number);
  const shown = number.length > 60 ? `${number.slice(0, 60)}…` : number;
  const hint = 'Write it as a text, in quotation marks.';
  if (!Number.isFinite(value)) {
    const limit = `${value < 0 ? 'smaller' : 'larger'} than any number that is kept, ${value < 0 ? '-' : ''}1.8e308`;
    return { code: 'inexact-number', message: `${shown} is ${limit}`, hint };
  }
  if (keepsDigits || Number.isSafeInteger(value) || !/^-?\d+$/.test(number)) return undefined;
  // A whole number of up to 309 digits.
  if (BigInt(number) === BigInt(value)) return undefined;
  return {
    code: 'inexact-number',
    message: `${shown} has more digits than are kept: it would become ${BigInt(value)}`,
    hint,
  };
}
