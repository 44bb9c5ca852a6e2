// `[…]` and `{…}` of an expression, which make lists and objects, also where a path ends in `{…}` and groups.
import { keyProblem } from './problems.ts';
import { isPairs, type Node } from './syntax-tree.ts';
import { itemOf, type Known, many, scalar, union, unknown } from './types.ts';
import type { Context, Walk } from './walk.ts';

/** In the tree both are unary operators, like the minus of a number. */
export function visitUnary(walk: Walk, node: Node, context: Context): Known {
  if (node.value === '[') return visitList(walk, node, context);
  if (node.value === '{' && isPairs(node.lhs)) return visitObject(walk, node.lhs, context);
  return { type: scalar('number'), certain: walk.node(node.expression, context).certain };
}

function visitList(walk: Walk, { expressions = [] }: Node, context: Context): Known {
  const items = expressions.map((item) => itemOf(walk.value(item, context).type));
  return { type: { kind: 'array', items: items.length === 0 ? unknown : union(items) }, certain: true };
}

function visitObject(walk: Walk, pairs: readonly (readonly [Node, Node])[], context: Context): Known {
  const fields = new Map<string, Known>();
  let open = false;
  for (const [key, item] of pairs) {
    checkKey(walk, key);
    walk.value(key, context);
    const known = walk.value(item, context);
    if (key.type === 'string') fields.set(String(key.value), known);
    else open = true;
  }
  return { type: { kind: 'object', fields, open }, certain: true };
}

/** `{…}` after a path or another value groups its items. */
export function grouped(walk: Walk, { group }: Node, { type }: Known): Known {
  for (const [key, item] of group?.lhs ?? []) {
    checkKey(walk, key);
    walk.value(key, itemOf(type));
    walk.value(item, many(itemOf(type)));
  }
  return { type: { kind: 'object', fields: new Map(), open: true }, certain: false };
}

function checkKey(walk: Walk, key: Node): void {
  const problem = keyProblem(key);
  if (problem) walk.report(problem, key);
}
