// Guards: which steps and variables certainly have a value where a condition is true, and where it is false.
import { isPairs, type Node } from './syntax-tree.ts';

/** `steps.issue`, `vars.total`: a step or variable that a reference begins with. */
export type Name = string;
type Names = ReadonlySet<Name>;

const GUARDED_ROOTS = ['steps', 'vars'];
export const NONE: Names = new Set();

/** What certainly has a value, by the outcome of a condition. */
export interface Proofs {
  readonly ifTrue: Names;
  /** Where it is false or has no value. */
  readonly ifFalse: Names;
}

export const NO_PROOFS: Proofs = { ifTrue: NONE, ifFalse: NONE };

/**
 * @param atRoot false where bare names are looked up in a value, and only `$$` reaches the roots
 */
export function proofsOf(node: Node | undefined, atRoot: boolean): Proofs {
  if (!node) return NO_PROOFS;
  if (node.type === 'binary') return ofOperator(node, atRoot);
  if (node.type === 'block') return proofsOf(node.expressions?.at(-1), atRoot);
  const [first] = node.arguments ?? [];
  switch (calledFunction(node)) {
    case 'not': {
      const { ifTrue, ifFalse } = proofsOf(first, atRoot);
      // $not of a missing value is missing, neither true nor false.
      return { ifTrue: ifFalse, ifFalse: isBoolean(first) ? ifTrue : NONE };
    }
    case 'boolean':
      return proofsOf(first, atRoot);
    case 'exists':
    case 'count':
      return { ifTrue: neededBy(first, atRoot), ifFalse: NONE };
    default:
      return { ifTrue: neededBy(node, atRoot), ifFalse: NONE };
  }
}

function ofOperator(node: Node, atRoot: boolean): Proofs {
  const left = isPairs(node.lhs) ? undefined : node.lhs;
  const right = node.rhs;
  const operator = String(node.value);
  if (operator === 'and' || operator === 'or') {
    const [a, b] = [proofsOf(left, atRoot), proofsOf(right, atRoot)];
    return operator === 'and'
      ? { ifTrue: union(a.ifTrue, b.ifTrue), ifFalse: intersection(a.ifFalse, b.ifFalse) }
      : { ifTrue: intersection(a.ifTrue, b.ifTrue), ifFalse: union(a.ifFalse, b.ifFalse) };
  }
  if (!COMPARISONS.has(operator)) return NO_PROOFS;
  return (
    withBoolean(left, operator, right, atRoot) ??
    withBoolean(right, operator, left, atRoot) ?? {
      // Every comparison with a missing value is false, even `!=`.
      ifTrue: union(
        union(neededBy(left, atRoot), neededBy(right, atRoot)),
        union(counted(left, operator, right, atRoot), counted(right, MIRRORED[operator] ?? '', left, atRoot)),
      ),
      ifFalse: NONE,
    }
  );
}

/** `$exists(…) = false`: a boolean compared with true or false. */
function withBoolean(
  test: Node | undefined,
  operator: string,
  literal: Node | undefined,
  atRoot: boolean,
): Proofs | undefined {
  if (literal?.type !== 'value' || typeof literal.value !== 'boolean' || !isBoolean(test)) return undefined;
  if (operator !== '=' && operator !== '!=') return undefined;
  const proofs = proofsOf(test, atRoot);
  const isSame = (operator === '=') === literal.value;
  return isSame ? proofs : { ifTrue: proofs.ifFalse, ifFalse: proofs.ifTrue };
}

/** It is true or false even of a missing value. */
function isBoolean(node: Node | undefined): boolean {
  if (node?.type === 'block') return isBoolean(node.expressions?.at(-1));
  return calledFunction(node) === 'exists' || (node?.type === 'binary' && LOGIC.has(String(node.value)));
}

/** `$count(…) > 0` and its equivalents: `$count` of a missing value is 0. */
function counted(count: Node | undefined, operator: string, bound: Node | undefined, atRoot: boolean): Names {
  if (calledFunction(count) !== 'count' || bound?.type !== 'number') return NONE;
  const least = Number(bound.value);
  const excludesNone =
    (operator === '>' && least >= 0) ||
    (operator === '>=' && least > 0) ||
    (operator === '=' && least !== 0) ||
    (operator === '!=' && least === 0);
  return excludesNone ? neededBy(count?.arguments?.[0], atRoot) : NONE;
}

/** Without which the expression has no value. */
function neededBy(node: Node | undefined, atRoot: boolean): Names {
  if (!node) return NONE;
  if (OF_FIRST_ARGUMENT.has(calledFunction(node) ?? '')) return neededBy(node.arguments?.[0], atRoot);
  if (node.type === 'block') return neededBy(node.expressions?.at(-1), atRoot);
  const name = referredName(node, atRoot);
  return name === undefined ? NONE : new Set([name]);
}

/** The step or variable that a path refers to. */
function referredName({ type, steps = [] }: Node, atRoot: boolean): Name | undefined {
  if (type !== 'path') return undefined;
  const [first, second, third] = steps;
  const [root, name] =
    first?.type === 'variable' && first.value === '$' ? [second, third] : atRoot ? [first, second] : [];
  if (root?.type !== 'name' || name?.type !== 'name' || root.stages) return undefined;
  const text = String(root.value);
  return GUARDED_ROOTS.includes(text) ? `${text}.${String(name.value)}` : undefined;
}

function calledFunction(node: Node | undefined): string | undefined {
  const isCall = node?.type === 'function' && node.procedure?.type === 'variable';
  return isCall ? String(node.procedure?.value) : undefined;
}

const LOGIC = new Set(['and', 'or', '=', '!=', 'in']);
const COMPARISONS = new Set(['=', '!=', '<', '<=', '>', '>=', 'in']);
/** The same comparison with its sides swapped. */
const MIRRORED: Readonly<Record<string, string>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '=': '=',
  '!=': '!=',
};

/** They have no result where their first argument is missing. */
const OF_FIRST_ARGUMENT = new Set([
  'contains',
  'length',
  'lowercase',
  'number',
  'string',
  'trim',
  'type',
  'uppercase',
]);

export function union(a: Names, b: Names): Names {
  return a.size === 0 ? b : b.size === 0 ? a : new Set([...a, ...b]);
}

function intersection(a: Names, b: Names): Names {
  return new Set([...a].filter((name) => b.has(name)));
}
