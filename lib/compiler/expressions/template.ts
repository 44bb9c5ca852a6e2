// Strings with `{{ … }}`: finding where each expression begins and ends.

import { Refused } from '../problems/refused.ts';
import { parseExpression } from './parse-expression.ts';
import type { Node } from './syntax-tree.ts';

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

/** Finds the expressions in a string. */
export type Split = (text: string) => Template;

export type Template =
  | { readonly parts: readonly (string | ExpressionPart)[] }
  | { readonly error: TemplateError };

/** Errors of jsonata that more text can resolve: an unfinished string, name, comment, regex or bracket. */
const UNFINISHED = new Set(['S0101', 'S0105', 'S0106', 'S0203', 'S0207', 'S0302']);

/** How many expressions of a workflow jsonata's parser reads, which takes it some 20 microseconds at least. */
const MAX_PARSED = 20_000;

/**
 * `splitTemplate` for the strings of one workflow: it knows those that it has seen, which in a large one are many.
 * @throws Refused when the workflow has more expressions than one can have
 */
export function templateSplitter(): Split {
  const known = new Map<string, Template>();
  let parsed = 0;
  const count = (): void => {
    parsed += 1;
    if (parsed > MAX_PARSED) throw tooManyExpressions();
  };
  return (text) => {
    const before = known.get(text);
    if (before) return before;
    const template = splitTemplate(text, count);
    known.set(text, template);
    return template;
  };
}

/**
 * Splits a string into its texts and expressions. An expression ends at the first `}}` before which the text
 * parses, so that `}}` may stand in strings and object constructors. The work is linear in the length of the text.
 */
function splitTemplate(text: string, count: () => void): Template {
  const parts: (string | ExpressionPart)[] = [];
  const budget = { left: 16 * text.length };
  let at = 0;
  for (;;) {
    const open = text.indexOf('{{', at);
    if (open === -1) break;
    if (open > at) parts.push(text.slice(at, open));
    const found = findExpression(text, open, budget, count);
    if ('code' in found) return { error: found };
    parts.push(found);
    at = found.offset + found.source.length + 2;
  }
  if (at < text.length || parts.length === 0) parts.push(text.slice(at));
  return { parts };
}

function tooManyExpressions(): Refused {
  return new Refused({
    code: 'too-many',
    pointer: '',
    message: `A workflow can have ${MAX_PARSED} expressions that are more than a path, and this one has more`,
    hint: 'Split it into several workflows, or compute lists with $map.',
  });
}

/** How many `}}` are tried as the end of an expression, from each of two places. */
const MAX_TRIES = 4;

/** How many characters may be read again in search of the ends of expressions. */
interface Budget {
  left: number;
}

function findExpression(
  text: string,
  open: number,
  budget: Budget,
  count: () => void,
): ExpressionPart | TemplateError {
  const offset = open + 2;
  let first: TemplateError | undefined;
  for (const close of possibleEnds(text, offset, budget)) {
    const source = text.slice(offset, close);
    const parsed = parseExpression(source, count);
    if ('ast' in parsed) return { source, offset, ast: parsed.ast };
    const message = source.trim() === '' ? 'There is no expression between {{ and }}' : parsed.message;
    first ??= { code: 'expression-syntax', message, column: offset + parsed.position + 1 };
    // What went wrong lies before this `}}`, so no later one can be the end.
    if (!UNFINISHED.has(parsed.code)) break;
  }
  return first ?? { code: 'expression-unclosed', message: '{{ is never closed by }}', column: open + 1 };
}

/** The first `}}`, then those from the first outside of strings and objects, then others in case that is misjudged. */
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
      // A third `}` can belong to the expression.
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

/** The position of the closing quote, or the end of the text. */
function quoteEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\' && text[start] !== '`') at++;
    else if (text[at] === text[start]) return at;
  }
  return text.length;
}
