// An expression that is written as in JavaScript, in JSONata: where what is meant is sure, and as the rest of it is written.

import { METHODS, STATICS } from './javascript-functions.ts';
import { joinedTemplate } from './javascript-templates.ts';
import {
  chainEnd,
  isObject,
  isOperator,
  javascriptTokens,
  made,
  type Token,
  textOf,
  withKeys,
} from './javascript-tokens.ts';
import { quoted } from './literal.ts';

/** What is meant is not sure. */
class Unsure extends Error {}

/** Nobody writes longer ones by hand. */
const MAX_LENGTH = 2000;

/**
 * @param isCondition whether only the truth of the value counts
 * @returns undefined where nothing is of JavaScript, or what is meant is not sure
 */
export function fromJavascript(source: string, isCondition: boolean): string | undefined {
  if (source.length > MAX_LENGTH) return undefined;
  const tokens = javascriptTokens(source);
  if (!tokens) return undefined;
  try {
    const written = rewritten(tokens, isCondition);
    return written === source ? undefined : written;
  } catch (error) {
    if (error instanceof Unsure) return undefined;
    throw error;
  }
}

/** Lists of arguments and sequences are rewritten part by part. */
function rewritten(tokens: readonly Token[], isCondition: boolean): string {
  return split(tokens, [',', ';'])
    .map(({ part, by }) => expression(part, isCondition) + by)
    .join('');
}

function split(
  tokens: readonly Token[],
  operators: readonly string[],
): readonly { readonly part: readonly Token[]; readonly by: string }[] {
  const parts: { part: Token[]; by: string }[] = [{ part: [], by: '' }];
  for (const token of tokens) {
    const last = parts.at(-1);
    if (!last) break;
    if (isOperator(token, ...operators)) {
      last.by = token.text;
      parts.push({ part: [], by: '' });
    } else last.part.push(token);
  }
  return parts;
}

function expression(tokens: readonly Token[], isCondition: boolean): string {
  const arrow = tokens.findIndex((token) => isOperator(token, '=>'));
  if (arrow !== -1) return lambda(tokens.slice(0, arrow), tokens.slice(arrow + 1));
  // a ? b : c
  return split(tokens, ['?', ':'])
    .map(({ part, by }) => logic(part, by === '?' || isCondition) + by)
    .join('');
}

/** `x => x.id` */
function lambda(before: readonly Token[], body: readonly Token[]): string {
  const [given, more] = before.filter(({ kind }) => kind !== 'space');
  const isList = given?.kind === 'group' && given.text.startsWith('(');
  const names = (isList ? given.inner : [given]).filter((token) => token?.kind === 'word');
  const first = body.find(({ kind }) => kind !== 'space');
  // A block has statements of its own.
  if (more || names.length === 0 || first?.text.startsWith('{')) throw new Unsure();
  const plain = new Set(names.flatMap((name) => (name?.text.startsWith('$') ? [] : [name?.text])));
  const parameters = names.map((name) => (name?.text.startsWith('$') ? name.text : `$${name?.text}`));
  return ` function(${parameters.join(', ')}) { ${expression(withVariables(body, plain), false).trim()} }`;
}

/** The parameters of a lambda are variables. */
function withVariables(tokens: readonly Token[], names: ReadonlySet<string | undefined>): readonly Token[] {
  return tokens.map((token, index) => {
    const before = tokens[index - 1];
    if (token.kind === 'template' && token.text.includes('${')) throw new Unsure();
    if (token.kind === 'word' && names.has(token.text) && !isOperator(before, '.', '?.'))
      return made(`$${token.text}`);
    if (token.kind !== 'group') return token;
    const inner = withVariables(isObject(token, before) ? withKeys(token.inner) : token.inner, names);
    return { ...token, inner, text: token.text.charAt(0) + textOf(inner) + token.text.slice(-1) };
  });
}

/** `&&`, `||` and `??`, whose sides are what is between them. */
function logic(tokens: readonly Token[], isCondition: boolean): string {
  const parts = split(tokens, ['&&', '||', '??']);
  const operators = parts.slice(0, -1).map(({ by }) => by);
  const sides = parts.map(({ part }) => operation(part, isCondition || operators.some((by) => by !== '??')));
  if (operators.length === 0) return sides.join('');
  if (operators.includes('??')) {
    if (operators.some((by) => by !== '??')) throw new Unsure();
    return orElse(parts, sides, (side) => `${side} != null`);
  }
  const [by] = operators;
  const last = parts.at(-1)?.part.filter(({ kind }) => kind !== 'space') ?? [];
  const isDefault = operators.length === 1 && by === '||' && !isCondition && last.length === 1;
  if (isDefault && last[0]?.kind !== 'word') return orElse(parts, sides, (side) => side);
  if (!isCondition && !sides.slice(1).every(isTruth)) throw new Unsure();
  return sides
    .map((side, index) => side + (operators[index] === '&&' ? 'and' : operators[index] ? 'or' : ''))
    .join('');
}

/** `a ?? b`: the first that has a value. */
function orElse(
  parts: ReturnType<typeof split>,
  sides: readonly string[],
  test: (side: string) => string,
): string {
  const isPath = parts
    .slice(0, -1)
    .every(({ part }) =>
      part.every(({ kind, text }) => kind !== 'operator' || text === '.' || text === '?.'),
    );
  if (!isPath) throw new Unsure();
  const [, before = '', after = ''] = /^(\s*)[\s\S]*?(\s*)$/.exec(sides.join('|')) ?? [];
  const whole = sides
    .map((side) => side.trim())
    .reduceRight((rest, side) => `(${test(side)} ? ${side} : ${rest})`);
  return before + whole + after;
}

/** Whether the code surely gives true or false. */
function isTruth(code: string): boolean {
  const tokens = javascriptTokens(code) ?? [];
  const [first] = tokens.filter(({ kind }) => kind !== 'space');
  return (
    tokens.some((token) => isOperator(token, '=', '!=', '<', '>', '<=', '>=') || token.text === 'in') ||
    /^(?:\$(?:not|boolean|exists|contains)|true|false)$/.test(first?.text ?? '')
  );
}

/** What is left are operators that JSONata has too, under other names. */
function operation(tokens: readonly Token[], isCondition: boolean): string {
  const isOneOperand = tokens.every(
    (token) => !isWordOperator(token) && (token.kind !== 'operator' || isOperator(token, '!', '.', '?.')),
  );
  const operands = chains(tokens, isCondition && isOneOperand);
  const sums = operands.filter((token) => isOperator(token, '+'));
  const joins =
    sums.length > 0 &&
    operands
      .filter(({ kind }) => kind !== 'space' && kind !== 'operator')
      .slice(0, 2)
      .some(({ kind }) => kind === 'string' || kind === 'template');
  if (
    joins &&
    operands.some((token) =>
      isOperator(token, '-', '*', '/', '%', '=', '==', '===', '!=', '!==', '<', '>', '<=', '>='),
    )
  )
    throw new Unsure();
  return operands
    .map((token, index) => {
      // What is missing is null to == alone.
      if (isOperator(token, '==') && operands.some(({ text }) => text === 'null')) throw new Unsure();
      if (isOperator(token, '===', '==')) return '=';
      if (isOperator(token, '!==')) return '!=';
      if (isOperator(token, '**', '|', '^') && operands[index + 1]?.kind !== 'group') throw new Unsure();
      return joins && isOperator(token, '+') ? '&' : token.text;
    })
    .join('');
}

/** Operands, each as one token: names with their fields and calls, texts, brackets; what stands between them as it is. */
function chains(tokens: readonly Token[], isCondition: boolean): readonly Token[] {
  const found: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (!token) break;
    if (isOperator(token, '!')) {
      const negated = negation(tokens, at, isCondition);
      found.push(made(negated.text));
      at = negated.end - 1;
    } else if (token.kind === 'operator' || token.kind === 'space' || isWordOperator(token)) {
      found.push(token);
    } else {
      const end = chainEnd(tokens, at);
      const chain = tokens.slice(at, end);
      const [only, more] = chain;
      const kind = only && !more && only.kind !== 'group' ? only.kind : 'word';
      found.push({ kind, text: chained(chain, isCondition), inner: [] });
      at = end - 1;
    }
  }
  return withoutUndefined(found);
}

const isWordOperator = ({ kind, text }: Token): boolean =>
  kind === 'word' && ['and', 'or', 'in'].includes(text);

/** `x === undefined` */
function withoutUndefined(operands: readonly Token[]): readonly Token[] {
  const said = operands.filter(({ kind }) => kind !== 'space');
  if (!said.some(({ text }) => text === 'undefined' || text === 'typeof')) return operands;
  const [value, operator, other] = said;
  if (said.length !== 3 || value?.kind === 'operator' || other?.text !== 'undefined') throw new Unsure();
  const [first] = operands;
  const last = operands.at(-1);
  const around = (text: string): readonly Token[] => [
    ...(first?.kind === 'space' ? [first] : []),
    made(text),
    ...(last?.kind === 'space' ? [last] : []),
  ];
  if (isOperator(operator, '!==', '!=')) return around(`$exists(${value?.text})`);
  if (isOperator(operator, '===', '==', '=')) return around(`$not($exists(${value?.text}))`);
  throw new Unsure();
}

function negation(
  tokens: readonly Token[],
  at: number,
  isCondition: boolean,
): { readonly text: string; readonly end: number } {
  const next = tokens[at + 1];
  const isTwice = isOperator(next, '!');
  const start = isTwice ? at + 2 : at + 1;
  const end = chainEnd(tokens, start);
  if (end === start) throw new Unsure();
  const chain = tokens.slice(start, end);
  const [only, more] = chain;
  // Brackets are those of the call.
  const inner =
    !more && only?.kind === 'group' && only.text.startsWith('(')
      ? rewritten(only.inner, true)
      : chained(chain, isCondition);
  return { text: `$${isTwice ? 'boolean' : 'not'}(${inner})`, end };
}

/** A chain with its calls of methods as calls of functions. */
function chained(chain: readonly Token[], isCondition: boolean): string {
  let code = '';
  for (let at = 0; at < chain.length; at += 1) {
    const token = chain[at];
    const [name, given] = [chain[at + 1], chain[at + 2]];
    if (!token) break;
    const isCall = isOperator(token, '.', '?.') && name?.kind === 'word' && given?.text.startsWith('(');
    if (isCall && given) {
      const called = callOf(code, name.text, given);
      if (called !== undefined) {
        code = called;
        at += 2;
        continue;
      }
    }
    if (isOperator(token, '?.')) code += '.';
    else if (at > 0 && isFieldInBrackets(token))
      code += `.${quoted(token.inner[0]?.text.slice(1, -1) ?? '')}`;
    else if (token.kind === 'template') code += template(token.text, chain.length > 1);
    else if (token.kind !== 'group') code += token.text;
    else {
      const isTest = token.text.startsWith('[') ? at > 0 : isCondition && chain.length === 1;
      const inner = isObject(token, chain[at - 1]) ? withKeys(token.inner) : token.inner;
      code += token.text.charAt(0) + rewritten(inner, isTest) + token.text.slice(-1);
    }
  }
  return code;
}

/** `["subject"]`: a predicate to JSONata. */
const isFieldInBrackets = ({ text, inner }: Token): boolean =>
  text.startsWith('[') && inner.length === 1 && /^["'][\w -]+["']$/.test(inner[0]?.text ?? '');

/** @returns undefined where JavaScript has no such method, so that it is one of JSONata's functions, or a mistake */
function callOf(receiver: string, name: string, given: Token): string | undefined {
  const values = given.inner.some(({ kind }) => kind !== 'space')
    ? split(given.inner, [',']).map(({ part }) => expression(part, false).trim())
    : [];
  const ofStatic = STATICS.get(`${receiver}.${name}`);
  const write = ofStatic ?? METHODS.get(name);
  if (!write) return undefined;
  const code = ofStatic ? ofStatic('', values) : write(receiver, values);
  if (code === undefined) throw new Unsure();
  return code;
}

function template(text: string, isPart: boolean): string {
  const code = joinedTemplate(text, (inner) => fromJavascript(inner, false) ?? inner);
  if (code === undefined) throw new Unsure();
  return isPart && code !== text ? `(${code})` : code;
}
