// Strings with `{{ … }}`: finding where each expression begins and ends, and parsing it with the jsonata package.
import jsonata from 'jsonata';

declare module 'jsonata' {
  /** Without what `jsonata()` sets up to evaluate the expression, and without messages in its errors. */
  function parser(source: string): unknown;
}

/** A node of jsonata's syntax tree, as far as the compiler reads it. `position` is where its token ends. */
export interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly arguments?: readonly Node[];
  readonly procedure?: Node;
  readonly steps?: readonly Node[];
  readonly expressions?: readonly Node[];
  readonly expression?: Node;
  readonly stages?: readonly Stage[];
  readonly predicate?: readonly Stage[];
  readonly group?: { readonly lhs: readonly (readonly [Node, Node])[] };
  readonly lhs?: Node | readonly (readonly [Node, Node])[];
  readonly rhs?: Node;
  readonly condition?: Node;
  readonly then?: Node;
  readonly else?: Node;
  readonly body?: Node;
  readonly pattern?: Node;
  readonly update?: Node;
  readonly delete?: Node;
  readonly terms?: readonly { readonly expression: Node }[];
  readonly focus?: string;
  readonly index?: string;
  readonly keepArray?: boolean;
}

/** All nodes of a tree. */
export function* nodesOf(ast: Node): Generator<Node> {
  const open: unknown[] = [ast];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (typeof at !== 'object' || at === null || at instanceof RegExp) continue;
    if ('type' in at) yield at as Node;
    for (const child of Object.values(at)) if (child !== undefined) open.push(child);
  }
}

/** Key and value expressions: of an object constructor, or what is grouped by. */
export function isPairs(lhs: Node['lhs']): lhs is readonly (readonly [Node, Node])[] {
  return Array.isArray(lhs);
}

interface Stage {
  readonly type: string;
  readonly expr?: Node;
  readonly value?: unknown;
}

export interface ExpressionPart {
  readonly source: string;
  /** Where `source` begins in the string. */
  readonly offset: number;
  readonly ast: Node;
}

export interface TemplateError {
  readonly code: 'expression-unclosed' | 'expression-syntax';
  readonly message: string;
  readonly column: number;
}

export type Template =
  | { readonly parts: readonly (string | ExpressionPart)[] }
  | { readonly error: TemplateError };

/** Jsonata's errors that a longer text can heal: an unfinished string, name, comment, regex or bracket. */
const UNFINISHED = new Set(['S0101', 'S0105', 'S0106', 'S0203', 'S0207', 'S0302']);

/** `splitTemplate` that knows the strings that it has split: in a large workflow many are the same. */
export function templateSplitter(): (text: string) => Template {
  const known = new Map<string, Template>();
  return (text) => {
    const before = known.get(text);
    if (before) return before;
    const template = splitTemplate(text);
    known.set(text, template);
    return template;
  };
}

/**
 * Splits a string into its texts and expressions. An expression ends at the first `}}` before which the text
 * parses, so that `}}` may stand in strings and object constructors. The work grows with the text's length only.
 */
export function splitTemplate(text: string): Template {
  const parts: (string | ExpressionPart)[] = [];
  const budget = { left: 16 * text.length };
  let at = 0;
  for (;;) {
    const open = text.indexOf('{{', at);
    if (open === -1) break;
    if (open > at) parts.push(text.slice(at, open));
    const found = findExpression(text, open, budget);
    if ('code' in found) return { error: found };
    parts.push(found);
    at = found.offset + found.source.length + 2;
  }
  if (at < text.length || parts.length === 0) parts.push(text.slice(at));
  return { parts };
}

/** So many `}}` are tried as the end of an expression, from where it should be and from where it begins. */
const MAX_TRIES = 4;

/** The characters that may be read again while the ends of a string's expressions are sought. */
interface Budget {
  left: number;
}

function findExpression(text: string, open: number, budget: Budget): ExpressionPart | TemplateError {
  const offset = open + 2;
  let first: TemplateError | undefined;
  for (const close of possibleEnds(text, offset, budget)) {
    const source = text.slice(offset, close);
    const parsed = parseExpression(source);
    if ('ast' in parsed) return { source, offset, ast: parsed.ast };
    const message = source.trim() === '' ? 'There is no expression between {{ and }}' : parsed.message;
    first ??= { code: 'expression-syntax', message, column: offset + parsed.position + 1 };
    // What went wrong lies before this `}}`, so no later one can be the end.
    if (!UNFINISHED.has(parsed.code)) break;
  }
  return first ?? { code: 'expression-unclosed', message: '{{ has no }} after it', column: open + 1 };
}

/** The first `}}`, then those from where one stands in no string or object, then others should that be misjudged. */
function* possibleEnds(text: string, offset: number, budget: Budget): Generator<number> {
  const first = text.indexOf('}}', offset);
  if (first === -1) return;
  yield first;
  for (const start of [closingBraces(text, offset, budget), text.indexOf('}}', first + 1)]) {
    let close = start;
    for (let tries = 0; close !== -1 && tries < MAX_TRIES; tries++) {
      budget.left -= close - offset;
      if (budget.left < 0) return;
      yield close;
      // One further `}` can belong to the expression.
      close = text.indexOf('}}', close + 1);
    }
  }
}

/** The first `}}` outside of strings, quoted names, regular expressions, comments and braces; -1 without one. */
function closingBraces(text: string, offset: number, budget: Budget): number {
  let depth = 0;
  // After an operand, `/` divides; anywhere else it begins a regular expression.
  let operand = false;
  for (let at = offset; at < text.length && budget.left > 0; at++, budget.left--) {
    const letter = text[at] ?? '';
    if (letter === '}') {
      if (depth === 0 && text[at + 1] === '}') return at;
      depth = Math.max(0, depth - 1);
      operand = true;
    } else if (letter === '{') {
      depth++;
      operand = false;
    } else if (letter === '/' && text[at + 1] === '*') {
      at = text.indexOf('*/', at + 2) + 1;
      if (at === 0) return -1;
    } else if ('"\'`'.includes(letter) || (letter === '/' && !operand)) {
      const end = quoteEnd(text, at);
      budget.left -= end - at;
      at = end;
      operand = true;
    } else if (letter === '*' || letter === '%') {
      operand = !operand;
    } else if (!/\s/.test(letter)) {
      operand = !/[.[(,;:=<>&+\-!?^@#|~/]/.test(letter);
    }
  }
  return -1;
}

/** Where the quote stands that ends what the one at `start` begins, or the text ends. */
function quoteEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\' && text[start] !== '`') at++;
    else if (text[at] === text[start]) return at;
  }
  return text.length;
}

interface SyntaxError {
  readonly code: string;
  readonly message: string;
  /** Where the offending token begins. */
  readonly position: number;
}

/** Parses JSONata 2.0.6. */
export function parseExpression(source: string): { readonly ast: Node } | SyntaxError {
  const path = parsePlainPath(source);
  if (path) return { ast: path };
  try {
    // The package's own types name less of the tree than it has.
    return { ast: jsonata.parser(source) as Node };
  } catch {
    return mistake(source);
  }
}

/** What `jsonata` says of a text that its parser refuses. */
function mistake(source: string): SyntaxError {
  try {
    jsonata(source);
    throw new Error(`jsonata takes what its parser refuses: ${source}`);
  } catch (error) {
    if (error instanceof RangeError) {
      return { code: 'depth', message: 'The expression is nested too deeply', position: 0 };
    }
    if (!isJsonataError(error)) throw error;
    const end = typeof error.position === 'number' ? error.position : source.length;
    // jsonata gives the end of the offending token or value, and no token where the text broke off.
    const token =
      typeof error.token === 'string' && error.token !== '(end)' ? error.token : valueToken(error);
    const position = Math.max(0, end - token.length);
    return { code: error.code, message: error.message, position };
  }
}

/** What was written as a value where none can stand; the quotes of a text are not in it. */
function valueToken({ value }: { value?: unknown }): string {
  return value === null || typeof value === 'boolean' || typeof value === 'number' ? String(value) : '';
}

function isJsonataError(
  error: unknown,
): error is { code: string; message: string; position?: unknown; token?: unknown; value?: unknown } {
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error;
}

const PLAIN_PATH = /^\s*[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[\d+\])*\s*$/;
const KEYWORD = /(?:^|[.\s])(?:and|or|in|true|false|null|function)(?:$|[.\s[])/;

/**
 * Most expressions are plain paths (`steps.fetch.messages[0].subject`). Their tree, the same that jsonata
 * gives, is built here without its parser, which sets up a symbol table of closures for every expression.
 */
function parsePlainPath(source: string): Node | undefined {
  if (!PLAIN_PATH.test(source) || KEYWORD.test(source)) return undefined;
  const steps: { type: 'name'; value: string; position: number; stages?: Stage[] }[] = [];
  for (const match of source.matchAll(/([A-Za-z_]\w*)|\[(\d+)\]/g)) {
    const end = match.index + match[0].length;
    if (match[1] !== undefined) {
      steps.push({ type: 'name', value: match[1], position: end });
    } else {
      const last = steps.at(-1);
      // jsonata reads `[00]` as two numbers; its parser may say so.
      if (!last || /^0\d/.test(match[2] ?? '')) return undefined;
      last.stages = [
        ...(last.stages ?? []),
        { type: 'filter', expr: { type: 'number', value: Number(match[2]), position: end - 1 } },
      ];
    }
  }
  return { type: 'path', steps };
}
