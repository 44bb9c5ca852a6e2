// The tokens of an expression that is written as in JavaScript, or partly so: brackets hold theirs.

export interface Token {
  readonly kind: 'word' | 'string' | 'number' | 'operator' | 'template' | 'space' | 'group';
  /** As it is written; of a group with all that is in it. */
  readonly text: string;
  /** Of a group, without its brackets. */
  readonly inner: readonly Token[];
}

const OPERATOR = /===|!==|==|!=|<=|>=|=>|&&|\|\||\?\?|\?\.|:=|~>|\.\.|\*\*|[+\-*/%<>=!&|?:,;.@#^~]/y;
const PATTERNS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['space', /\s+|\/\*[\s\S]*?\*\//y],
  ['string', /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'/y],
  ['template', /`[^`]*`/y],
  ['number', /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ['word', /[\p{L}_$][\p{L}\p{N}_$]*/uy],
  ['operator', OPERATOR],
];
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** @returns undefined where brackets or quotes do not fit, or something is none of these */
export function javascriptTokens(source: string): readonly Token[] | undefined {
  return readUntil(source, 0, '')?.tokens;
}

function readUntil(
  source: string,
  start: number,
  close: string,
): { readonly tokens: readonly Token[]; readonly end: number } | undefined {
  const tokens: Token[] = [];
  let at = start;
  while (at < source.length && source[at] !== close) {
    const closing = CLOSING[source[at] ?? ''];
    if (closing !== undefined) {
      const inner = readUntil(source, at + 1, closing);
      if (!inner || source[inner.end] !== closing) return undefined;
      tokens.push({ kind: 'group', text: source.slice(at, inner.end + 1), inner: inner.tokens });
      at = inner.end + 1;
    } else {
      const token = tokenAt(source, at);
      if (!token) return undefined;
      tokens.push(token);
      at += token.text.length;
    }
  }
  return { tokens, end: at };
}

function tokenAt(source: string, at: number): Token | undefined {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const [text] = pattern.exec(source) ?? [];
    if (text !== undefined) return { kind, text, inner: [] };
  }
  return undefined;
}

export const textOf = (tokens: readonly Token[]): string => tokens.map(({ text }) => text).join('');

export const isOperator = (token: Token | undefined, ...texts: readonly string[]): boolean =>
  token?.kind === 'operator' && texts.includes(token.text);
export const made = (text: string): Token => ({ kind: 'word', text, inner: [] });

/** Whether braces make an object: after a value JSONata's group its items. */
export const isObject = ({ text }: Token, before: Token | undefined): boolean =>
  text.startsWith('{') && (before === undefined || before.kind === 'space' || before.kind === 'operator');

/** The keys of an object, which are names to JSONata where they have no quotes. */
export function withKeys(tokens: readonly Token[]): readonly Token[] {
  const said = tokens.filter(({ kind }) => kind !== 'space');
  let at = -1;
  return tokens.map((token) => {
    if (token.kind === 'space') return token;
    at += 1;
    const isFirst = at === 0 || isOperator(said[at - 1], ',');
    const isKey = token.kind === 'word' && isFirst && isOperator(said[at + 1], ':');
    return isKey ? { ...token, kind: 'string', text: JSON.stringify(token.text) } : token;
  });
}

/** Where the operand ends that begins there: a name, a text or brackets, with its fields and calls. */
export function chainEnd(tokens: readonly Token[], start: number): number {
  let at = start;
  for (; at < tokens.length; at += 1) {
    const token = tokens[at];
    const isFirst = at === start;
    const isAfterDot = isOperator(tokens[at - 1], '.', '?.');
    if (!token || token.kind === 'space') break;
    const goesOn =
      token.kind === 'group'
        ? true
        : token.kind === 'operator'
          ? !isFirst && isOperator(token, '.', '?.')
          : isFirst || isAfterDot;
    if (!goesOn) break;
  }
  return at;
}
