// An expression's source as a syntax tree, or what is wrong with it: by the jsonata package.
import jsonata from 'jsonata';
import type { Node, Stage } from './syntax-tree.ts';

declare module 'jsonata' {
  /** Parses only: nothing is set up for evaluation, and its errors have no messages. */
  function parser(source: string): unknown;
}

interface Mistake {
  readonly code: string;
  readonly message: string;
  /** Where the offending token begins. */
  readonly position: number;
}

/**
 * Parses JSONata 2.0.6.
 * @param count called when it takes jsonata's parser
 */
export function parseExpression(source: string, count?: () => void): { readonly ast: Node } | Mistake {
  const path = parsePlainPath(source);
  if (path) return { ast: path };
  count?.();
  try {
    // The tree has more than the package's own types name.
    return { ast: jsonata.parser(source) as Node };
  } catch {
    return mistake(source);
  }
}

/** The error of `jsonata` for a text that its parser refuses. */
function mistake(source: string): Mistake {
  try {
    jsonata(source);
    throw new Error(`jsonata takes what its parser refuses: ${source}`);
  } catch (error) {
    if (error instanceof RangeError) {
      return { code: 'depth', message: 'The expression is nested too deeply', position: 0 };
    }
    // Its scanner makes regular expressions as it meets them, and V8 refuses some.
    if (error instanceof SyntaxError) {
      const pattern = /^Invalid regular expression: \/(.*)\/\w*: /s.exec(error.message)?.[1] ?? '/';
      return { code: 'regex', message: error.message, position: Math.max(0, source.indexOf(pattern) - 1) };
    }
    if (!isJsonataError(error)) throw error;
    const end = typeof error.position === 'number' ? error.position : source.length;
    // jsonata gives the end of the offending token or value, and no token where the text ends too early.
    const token =
      typeof error.token === 'string' && error.token !== '(end)' ? error.token : valueToken(error);
    const position = Math.max(0, end - token.length);
    return { code: error.code, message: error.message, position };
  }
}

/** A literal where none can be; the quotes of a text are not in it. */
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
      // jsonata reads `[00]` as two numbers: left to its parser.
      if (!last || /^0\d/.test(match[2] ?? '')) return undefined;
      last.stages ??= [];
      last.stages.push({
        type: 'filter',
        expr: { type: 'number', value: Number(match[2]), position: end - 1 },
      });
    }
  }
  return { type: 'path', steps };
}
