// Finds the first mistake in a text that is not JSON: JSON.parse does not report a position for most of them.
import { createScanner, type ParseError, parse, printParseErrorCode } from 'jsonc-parser';

export interface JsonMistake {
  /** In words: `value expected`. */
  readonly what: string;
  readonly offset: number;
  /** The fix, for habits from other languages. */
  readonly hint?: string;
}

/** Deeper JSON is not a workflow, and could exhaust the stack of recursive code. */
export const MAX_JSON_DEPTH = 200;

/** @param text one that JSON.parse refuses */
export function jsonMistake(text: string): JsonMistake {
  const tooDeep = deeperThan(text, MAX_JSON_DEPTH);
  if (tooDeep !== undefined) return { what: `nested deeper than ${MAX_JSON_DEPTH} levels`, offset: tooDeep };
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const [first] = errors;
  if (!first) return { what: 'it cannot be read', offset: 0 };
  const what = printParseErrorCode(first.error)
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
  const token = text.slice(first.offset, first.offset + first.length);
  const hint = hintOf(text, token, first.offset);
  return { what, offset: first.offset + withinString(token), ...(hint === undefined ? {} : { hint }) };
}

/**
 * The offset at which the nesting exceeds the levels.
 * @param text JSON, or nearly so
 */
export function deeperThan(text: string, levels: number): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const token = text[scanner.getTokenOffset()];
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    if (depth > levels) return scanner.getTokenOffset();
  }
  return undefined;
}

/** The offset, within a string, of an escape or a character that JSON does not allow. */
function withinString(token: string): number {
  if (!token.startsWith('"')) return 0;
  const valid =
    /^"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/u.exec(token)?.[0] ?? '';
  // A string that is valid to its end was never closed: its beginning is the place to report.
  return valid.length < token.length - 1 ? valid.length : 0;
}

function hintOf(text: string, token: string, offset: number): string | undefined {
  if (token.startsWith('//') || token.startsWith('/*')) return 'JSON has no comments; steps have "comment".';
  if (token.startsWith("'") || /^[“”‘’]/.test(token)) return 'Strings stand in "straight double quotes".';
  if (/^[\]}]/.test(token) && /,\s*$/.test(text.slice(0, offset))) return `No comma stands before ${token}.`;
  return undefined;
}
