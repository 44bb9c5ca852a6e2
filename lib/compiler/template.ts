// Strings with `{{ … }}`: finding where each expression begins and ends, and parsing it with the jsonata package.
import jsonata from 'jsonata';

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

/** More `}}` than this inside one expression are refused: each is tried as its end. */
const MAX_TRIES = 64;

/** Jsonata's errors that a longer text can heal: an unfinished string, name, comment, regex or bracket. */
const UNFINISHED = new Set(['S0101', 'S0105', 'S0106', 'S0203', 'S0207', 'S0302']);

/**
 * Splits a string into its texts and expressions. An expression ends at the first `}}` before which the text
 * parses, so that `}}` may stand in strings and object constructors.
 */
export function splitTemplate(text: string): Template {
  const parts: (string | ExpressionPart)[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf('{{', at);
    if (open === -1) break;
    if (open > at) parts.push(text.slice(at, open));
    const found = findExpression(text, open);
    if ('code' in found) return { error: found };
    parts.push(found);
    at = found.offset + found.source.length + 2;
  }
  if (at < text.length || parts.length === 0) parts.push(text.slice(at));
  return { parts };
}

function findExpression(text: string, open: number): ExpressionPart | TemplateError {
  const offset = open + 2;
  let first: TemplateError | undefined;
  let close = text.indexOf('}}', offset);
  for (let tries = 0; close !== -1 && tries < MAX_TRIES; tries++) {
    const source = text.slice(offset, close);
    const parsed = parseExpression(source);
    if ('ast' in parsed) return { source, offset, ast: parsed.ast };
    const message = source.trim() === '' ? 'There is no expression between {{ and }}' : parsed.message;
    first ??= { code: 'expression-syntax', message, column: offset + parsed.position + 1 };
    // What went wrong lies before this `}}`, so no later one can be the end.
    if (!UNFINISHED.has(parsed.code)) break;
    // One further `}` belongs to the expression: `{{ {"a": 1}}}` ends at the last two.
    close = text.indexOf('}}', close + 1);
  }
  return first ?? { code: 'expression-unclosed', message: '{{ has no }} after it', column: open + 1 };
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
    const ast: unknown = jsonata(source).ast();
    return { ast: ast as Node };
  } catch (error) {
    if (error instanceof RangeError) {
      return { code: 'depth', message: 'The expression is nested too deeply', position: 0 };
    }
    if (!isJsonataError(error)) throw error;
    const end = typeof error.position === 'number' ? error.position : source.length;
    // jsonata gives the end of the offending token, and no token where the text broke off.
    const token = typeof error.token === 'string' && error.token !== '(end)' ? error.token : '';
    const position = Math.max(0, end - token.length);
    return { code: error.code, message: error.message, position };
  }
}

function isJsonataError(
  error: unknown,
): error is { code: string; message: string; position?: unknown; token?: unknown } {
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
