// Guards: which steps and variables certainly have a value where a condition is true, and where it is false.
import { intersection, type Name, type NameSet, Names, NONE, union } from './name-set.ts';
import { MAX_EXPRESSION_DEPTH } from './problems.ts';
import { isPairs, type Node } from './syntax-tree.ts';

const GUARDED_ROOTS = ['steps', 'vars'];

/** What certainly has a value, by the outcome of a condition. */
export interface Proofs {
  readonly ifTrue: NameSet;
  /** Where it is false or has no value. */
  readonly ifFalse: NameSet;
}

export const NO_PROOFS: Proofs = { ifTrue: NONE, ifFalse: NONE };

/** What conditions prove, each looked at once: the parts of one are asked for again and again. */
export class Guards {
  readonly names = new Names();
  readonly #known = { atRoot: new WeakMap<Node, Proofs>(), inside: new WeakMap<Node, Proofs>() };

  /**
   * @param atRoot false where bare names are looked up in a value, and only `$$` reaches the roots
   * @param levels how deep the expression may be; deeper nothing is proven
   */
  proofsOf(node: Node | undefined, atRoot: boolean, levels = MAX_EXPRESSION_DEPTH): Proofs {
    if (!node || levels === 0) return NO_PROOFS;
    const known = atRoot ? this.#known.atRoot : this.#known.inside;
    const proofs = known.get(node) ?? this.#proofs(node, atRoot, levels - 1);
    known.set(node, proofs);
    return proofs;
  }

  #proofs(node: Node, atRoot: boolean, levels: number): Proofs {
    if (node.type === 'binary') return this.#ofOperator(node, atRoot, levels);
    if (node.type === 'block') return this.proofsOf(node.expressions?.at(-1), atRoot, levels);
    const [first] = node.arguments ?? [];
    switch (calledFunction(node)) {
      case 'not': {
        const { ifTrue, ifFalse } = this.proofsOf(first, atRoot, levels);
        // $not of a missing value is missing, neither true nor false.
        return { ifTrue: ifFalse, ifFalse: isBoolean(first) ? ifTrue : NONE };
      }
      case 'boolean':
        return this.proofsOf(first, atRoot, levels);
      case 'exists':
      case 'count':
        return { ifTrue: this.#neededBy(first, atRoot), ifFalse: NONE };
      default:
        return { ifTrue: this.#neededBy(node, atRoot), ifFalse: NONE };
    }
  }

  #ofOperator(node: Node, atRoot: boolean, levels: number): Proofs {
    const left = isPairs(node.lhs) ? undefined : node.lhs;
    const right = node.rhs;
    const operator = String(node.value);
    if (operator === 'and' || operator === 'or') {
      const [a, b] = [this.proofsOf(left, atRoot, levels), this.proofsOf(right, atRoot, levels)];
      return operator === 'and'
        ? { ifTrue: union(a.ifTrue, b.ifTrue), ifFalse: intersection(a.ifFalse, b.ifFalse) }
        : { ifTrue: intersection(a.ifTrue, b.ifTrue), ifFalse: union(a.ifFalse, b.ifFalse) };
    }
    if (!COMPARISONS.has(operator)) return NO_PROOFS;
    const mirrored = MIRRORED[operator] ?? '';
    return (
      this.#withBoolean(left, operator, right, atRoot, levels) ??
      this.#withBoolean(right, operator, left, atRoot, levels) ?? {
        // Every comparison with a missing value is false, even `!=`.
        ifTrue: union(
          union(this.#neededBy(left, atRoot), this.#neededBy(right, atRoot)),
          union(this.#counted(left, operator, right, atRoot), this.#counted(right, mirrored, left, atRoot)),
        ),
        ifFalse: NONE,
      }
    );
  }

  /** `$exists(…) = false`: a boolean compared with true or false. */
  #withBoolean(
    test: Node | undefined,
    operator: string,
    literal: Node | undefined,
    atRoot: boolean,
    levels: number,
  ): Proofs | undefined {
    if (literal?.type !== 'value' || typeof literal.value !== 'boolean' || !isBoolean(test)) return undefined;
    if (operator !== '=' && operator !== '!=') return undefined;
    const proofs = this.proofsOf(test, atRoot, levels);
    const isSame = (operator === '=') === literal.value;
    return isSame ? proofs : { ifTrue: proofs.ifFalse, ifFalse: proofs.ifTrue };
  }

  /** `$count(…) > 0` and its equivalents: `$count` of a missing value is 0. */
  #counted(count: Node | undefined, operator: string, bound: Node | undefined, atRoot: boolean): NameSet {
    if (calledFunction(count) !== 'count' || bound?.type !== 'number') return NONE;
    const least = Number(bound.value);
    const excludesNone =
      (operator === '>' && least >= 0) ||
      (operator === '>=' && least > 0) ||
      (operator === '=' && least !== 0) ||
      (operator === '!=' && least === 0);
    return excludesNone ? this.#neededBy(count?.arguments?.[0], atRoot) : NONE;
  }

  /** Without which the expression has no value. */
  #neededBy(node: Node | undefined, atRoot: boolean): NameSet {
    if (!node) return NONE;
    if (OF_FIRST_ARGUMENT.has(calledFunction(node) ?? '')) return this.#neededBy(node.arguments?.[0], atRoot);
    if (node.type === 'block') return this.#neededBy(node.expressions?.at(-1), atRoot);
    const name = referredName(node, atRoot);
    return name === undefined ? NONE : this.names.setOf(name);
  }
}

/** It is true or false even of a missing value. */
function isBoolean(node: Node | undefined): boolean {
  if (node?.type === 'block') return isBoolean(node.expressions?.at(-1));
  return calledFunction(node) === 'exists' || (node?.type === 'binary' && LOGIC.has(String(node.value)));
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
