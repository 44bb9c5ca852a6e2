// Which expressions are evaluated in the engine's own thread: those whose syntax shows that they take little time and
// memory, whatever their data is. All others are evaluated in a process of their own, which can be ended.
import { isObject } from '../model/json.ts';
import { isDeep } from './expression-limits.ts';

type Node = Readonly<Record<string, unknown>>;

/**
 * Parts of an expression, those of a variable counted wherever it is read. Each takes as long as its data is large at
 * most, and gives no more than that: a text or a list that is doubled again and again has many parts.
 */
const MAX_WEIGHT = 500;

/** Longest literal that joins a list: it is repeated for every item. */
const MAX_SEPARATOR = 20;

/** Functions whose time and result grow with their arguments' size only, and which call no other function. */
const LINEAR = new Set([
  ...['sum', 'count', 'max', 'min', 'average', 'string', 'substring', 'substringBefore', 'substringAfter'],
  ...['lowercase', 'uppercase', 'length', 'trim', 'contains', 'split', 'join', 'number', 'floor', 'ceil'],
  ...['round', 'abs', 'sqrt', 'power', 'random', 'boolean', 'not', 'exists', 'keys', 'lookup', 'append'],
  ...['merge', 'reverse', 'error', 'assert', 'type', 'base64encode', 'base64decode', 'encodeUrlComponent'],
  ...['encodeUrl', 'decodeUrlComponent', 'decodeUrl', 'now', 'millis', 'uuid', 'hash', 'parse'],
  ...['toMillis', 'fromMillis'],
]);

/** With a second argument, a picture of the time, these take as long as the picture says. */
const WITHOUT_PICTURE = new Set(['toMillis', 'fromMillis', 'now']);

/** Thrown while weighing. */
class Costly extends Error {
  override readonly name = 'Costly';
}

/** @param tree of jsonata */
export function isCheap(tree: unknown): boolean {
  if (isDeep(tree)) return false;
  try {
    return weigh(tree, new Map()) <= MAX_WEIGHT;
  } catch (error) {
    if (error instanceof Costly) return false;
    throw error;
  }
}

/** `locals`: the weights of the variables that `:=` has set. Throws Costly. */
function weigh(tree: unknown, locals: Map<string, number>): number {
  const node = known(tree);
  const filters = [...list(node['predicate']), ...list(node['stages'])];
  if (!filters.every(isIndex)) throw new Costly();
  return 1 + filters.length + weighKind(node, locals);
}

function weighKind(node: Node, locals: Map<string, number>): number {
  const weight = (inner: unknown) => weigh(inner, locals);
  switch (node['type']) {
    case 'string':
    case 'number':
    case 'value':
    case 'name':
      return 0;
    case 'variable':
      return locals.get(String(node['value'])) ?? 0;
    case 'path': {
      // A part that is no name would be evaluated for every item of a list.
      const [first, ...further] = list(node['steps']);
      if (!further.every((step) => isObject(step) && step['type'] === 'name')) throw new Costly();
      return sum([first, ...further], weight);
    }
    case 'binary':
      if (node['value'] === '..') throw new Costly();
      return weight(node['lhs']) + weight(node['rhs']);
    case 'unary':
      if (node['value'] === '{') return sum(list(node['lhs']).flatMap(list), weight);
      return node['value'] === '[' ? sum(list(node['expressions']), weight) : weight(node['expression']);
    case 'condition':
      return sum([node['condition'], node['then'], ...(node['else'] ? [node['else']] : [])], weight);
    case 'block': {
      const inner = new Map(locals);
      return sum(list(node['expressions']), (part) => weigh(part, inner));
    }
    case 'bind': {
      const right = weight(node['rhs']);
      const { type, value } = known(node['lhs']);
      if (type !== 'variable' || right > MAX_WEIGHT) throw new Costly();
      locals.set(String(value), right);
      return right;
    }
    case 'function':
      return weighCall(node, weight);
    default:
      throw new Costly();
  }
}

function weighCall(node: Node, weight: (inner: unknown) => number): number {
  const { type, value } = known(node['procedure']);
  const name = String(value);
  const given = list(node['arguments']);
  if (type !== 'variable' || !LINEAR.has(name)) throw new Costly();
  if (WITHOUT_PICTURE.has(name) && given.length > (name === 'now' ? 0 : 1)) throw new Costly();
  if (name === 'join' && given.length > 1 && !isShortText(given[1])) throw new Costly();
  return sum(given, weight);
}

/** Throws Costly for a node with a field that is not read here: grouping, the binding of an item or its place. */
function known(value: unknown): Node {
  if (!isObject(value)) throw new Costly();
  for (const key of Object.keys(value)) if (!FIELDS.has(key) && value[key] !== undefined) throw new Costly();
  return value;
}

const FIELDS = new Set([
  ...['type', 'value', 'position', 'steps', 'predicate', 'stages', 'lhs', 'rhs', 'expression', 'expressions'],
  ...[
    'condition',
    'then',
    'else',
    'name',
    'procedure',
    'arguments',
    'keepArray',
    'keepSingletonArray',
    'consarray',
  ],
  ...['nextFunction'],
]);

/** A filter that is a number, `[0]` or `[-1]`. */
function isIndex(filter: unknown): boolean {
  return isObject(filter) && isObject(filter['expr']) && filter['expr']['type'] === 'number';
}

function isShortText(node: unknown): boolean {
  const text = isObject(node) && node['type'] === 'string' ? node['value'] : undefined;
  return typeof text === 'string' && text.length <= MAX_SEPARATOR;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const sum = (nodes: readonly unknown[], weight: (node: unknown) => number): number =>
  nodes.reduce<number>((total, node) => total + weight(node), 0);
