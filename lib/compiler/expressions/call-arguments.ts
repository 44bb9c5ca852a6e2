// Problems of a built-in function's arguments, of known types: with them the call always fails.
import type { ProblemCode } from '../problems/codes.ts';
import { shown } from '../problems/suggestions.ts';
import type { Node } from './syntax-tree.ts';
import {
  describe,
  type Known,
  mayFit,
  oneItem,
  scalar,
  type Type,
  textsOf,
  union,
  unknown,
} from './types.ts';

/**
 * What each function takes, as jsonata writes signatures: string, number, boolean, object, array, function, x and j
 * for anything. `-` takes the value that the call stands in when it is left out, `?` may be left out, `+` is one or more.
 * jsonata 2.0.6; of those that Step Functions adds, its developer guide ("JSONata functions provided by Step Functions").
 */
const signatures: Readonly<Record<string, string>> = {
  sum: 'a<n>', count: 'a', max: 'a<n>', min: 'a<n>', average: 'a<n>', string: 'x-b?', substring: 's-nn?',
  substringBefore: 's-s', substringAfter: 's-s', lowercase: 's-', uppercase: 's-', length: 's-', trim: 's-',
  pad: 's-ns?', match: 's-fn?', contains: 's-(sf)', replace: 's-(sf)(sf)n?', split: 's-(sf)n?', join: 'a<s>s?',
  formatNumber: 'n-so?', formatBase: 'n-n?', formatInteger: 'n-s', parseInteger: 's-s', number: '(nsb)-',
  floor: 'n-', ceil: 'n-', round: 'n-n?', abs: 'n-', sqrt: 'n-', power: 'n-n', boolean: 'x-', not: 'x-',
  map: 'af', zip: 'a+', filter: 'af', single: 'af?', reduce: 'afj?', sift: 'o-f?', keys: 'x-', lookup: 'x-s',
  append: 'xx', exists: 'x', spread: 'x-', merge: 'a<o>', reverse: 'a', each: 'o-f', error: 's?',
  assert: 'bs?', type: 'x', sort: 'af?', shuffle: 'a', distinct: 'x', base64encode: 's-', base64decode: 's-',
  encodeUrlComponent: 's-', encodeUrl: 's-', decodeUrlComponent: 's-', decodeUrl: 's-', toMillis: 's-s?',
  fromMillis: 'n-s?s?', clone: '(oa)-', now: 's?s?', millis: '', partition: 'an', range: 'nnn', hash: 'ss',
  random: 'n?', uuid: '', parse: 's',
}; // biome-ignore format: a table

/** The only texts that a function takes in a place. */
const CHOICES: Readonly<Record<string, readonly [place: number, texts: readonly string[]]>> = {
  hash: [1, ['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']],
};

interface Parameter {
  /** Undefined: anything. */
  readonly type: Type | 'function' | undefined;
  /** Of a list, which may also be one item. */
  readonly items?: Type;
  readonly words: string;
  readonly isOptional: boolean;
  readonly isContext: boolean;
  readonly isRepeated: boolean;
}

const kinds: Readonly<Record<string, readonly [Type, word: string]>> = {
  s: [scalar('string'), 'string'],
  n: [scalar('number'), 'number'],
  b: [scalar('boolean'), 'boolean'],
  o: [{ kind: 'object', fields: new Map(), open: true }, 'object'],
};

/** In a choice of types; alone it takes one item for a list of it. */
const list = [{ kind: 'array', items: unknown }, 'array'] as const satisfies readonly [Type, string];

function parameter(written: string): Parameter {
  const [, symbols = '', item, mark] = /^\(?(\w+)\)?(?:<(\w)>)?([-?+]?)$/.exec(written) ?? [];
  const marks = { isOptional: mark === '?', isContext: mark === '-', isRepeated: mark === '+' };
  if (item !== undefined) {
    const [items, word] = kinds[item] ?? [scalar('null'), ''];
    return { type: undefined, items, words: `a list of ${word}s`, ...marks };
  }
  if (symbols === 'f') return { type: 'function', words: 'a function', ...marks };
  if (symbols === 'sf') return { type: kinds['s']?.[0], words: 'a string or a regular expression', ...marks };
  const known = [...symbols].map((symbol) => (symbols.length > 1 && symbol === 'a' ? list : kinds[symbol]));
  if (!known.every((kind) => kind !== undefined)) return { type: undefined, words: 'a value', ...marks };
  const words = known.map(([, word]) => `${/^[ao]/.test(word) ? 'an' : 'a'} ${word}`).join(' or ');
  return { type: union(known.map(([type]) => type)), words, ...marks };
}

const parameters: ReadonlyMap<string, readonly Parameter[]> = new Map(
  Object.entries(signatures).map(([name, signature]) => [
    name,
    (signature.match(/(?:\(\w+\)|\w)(?:<\w>)?[-?+]?/g) ?? []).map(parameter),
  ]),
);

export interface Argument {
  /** Undefined for the value before `~>`. */
  readonly node: Node | undefined;
  readonly known: Known;
}

interface Found {
  readonly code: ProblemCode;
  readonly message: string;
  readonly hint: string;
}

/**
 * @param name of a built-in function
 * @param hasContext whether the call stands in a value, within a path for example: at the beginning there is none
 */
export function argumentProblem(
  name: string,
  given: readonly Argument[],
  hasContext = true,
): Found | undefined {
  const all = parameters.get(name);
  if (!all) return undefined;
  const [first, ...others] = all;
  // Without its first argument a function takes the value that the call stands in.
  const misfit = misfitOf(all, given);
  const takesContext = first?.isContext && (hasContext || given.length === 0);
  if (misfit === undefined || (takesContext && misfitOf(others, given) === undefined)) {
    return choiceProblem(name, given);
  }
  const wanted = all[misfit];
  const argument = given[misfit];
  if (!wanted || !argument) return countProblem(name, all, given, hasContext);
  const place = all.length === 1 ? 'argument' : `${ORDINALS[misfit] ?? 'last'} argument`;
  const { type } = argument.known;
  const isItems = wanted.items !== undefined && oneItem(type) !== type;
  const is = isItems ? `its items are: ${describe(oneItem(type))}` : `it is ${describe(type)}`;
  return {
    code: 'type-mismatch',
    message: `The ${place} of $${name} has to be ${wanted.words}, and ${is}`,
    hint: hintFor(wanted, type),
  };
}

const ORDINALS = ['first', 'second', 'third', 'fourth'];

/** The place of the first argument that can never be what is taken there; undefined when the call may succeed. */
function misfitOf(all: readonly Parameter[], given: readonly Argument[]): number | undefined {
  const last = all.at(-1);
  for (const [place, { known }] of given.entries()) {
    const wanted = all[place] ?? (last?.isRepeated ? last : undefined);
    if (!wanted || !fits(wanted, known.type)) return place;
  }
  const needed = all.findLastIndex(({ isOptional, isContext }) => !isOptional && !isContext) + 1;
  return given.length < needed ? given.length : undefined;
}

function fits({ type, items }: Parameter, given: Type): boolean {
  // A function's own type is not known, and that of every other value is.
  if (type === 'function') return given.kind === 'unknown';
  if (items) return mayFit(oneItem(given), items);
  return type === undefined || mayFit(given, type);
}

function countProblem(
  name: string,
  all: readonly Parameter[],
  given: readonly Argument[],
  hasContext: boolean,
): Found {
  const most = all.length;
  const least = all.filter(({ isOptional, isContext }) => !isOptional && !(isContext && hasContext)).length;
  const count = given.length > most ? most : Math.max(least, 1);
  const words = count === 0 ? 'no arguments' : `${count} argument${count === 1 ? '' : 's'}`;
  return {
    code: 'type-mismatch',
    message: `$${name} takes ${given.length > most ? 'at most' : 'at least'} ${words}, and gets ${given.length}`,
    hint: `It is called as $${name}(${all.map(({ words: wanted, isOptional }) => (isOptional ? `${wanted}, or nothing` : wanted)).join('; ')}).`,
  };
}

function hintFor({ words, type, items }: Parameter, given: Type): string {
  if (items && mayFit(items, scalar('number'))) return '$number(…) reads a number from a text.';
  if (type !== undefined && type !== 'function' && oneItem(given) !== given) {
    return 'Take one item of the list ([0]), or go through all of them with $map(…).';
  }
  if (/string/.test(words)) return '$string(…) makes text of a value.';
  return words === 'a number'
    ? '$number(…) reads a number from a text, $count(…) counts the items of a list.'
    : `It takes ${words}.`;
}

function choiceProblem(name: string, given: readonly Argument[]): Found | undefined {
  const [place = 0, texts = []] = CHOICES[name] ?? [];
  const argument = given[place];
  if (!argument || texts.length === 0) return undefined;
  const { node, known } = argument;
  const possible = node?.type === 'string' ? new Set([String(node.value)]) : textsOf(known.type);
  if (!possible || [...possible].some((text) => texts.includes(text))) return undefined;
  return {
    code: 'type-mismatch',
    message: `The ${ORDINALS[place]} argument of $${name} is none of those that it takes: ${[...possible].map(shown).join(', ')}`,
    hint: `Possible values: ${texts.map(shown).join(', ')}.`,
  };
}
