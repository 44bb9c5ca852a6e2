// Which steps and variables surely have a value where a condition is true: the guards of what may not have run.
import { isPairs, type Node } from './template.ts';

/** `steps.issue`, `vars.total`: a step or variable that a reference begins with. */
export type Name = string;

const GUARDED_ROOTS = ['steps', 'vars'];

/**
 * The step or variable that a path refers to.
 * @param atRoot false where bare names are looked up in a value, and only `$$` reaches the roots
 */
export function referredName({ type, steps = [] }: Node, atRoot: boolean): Name | undefined {
  if (type !== 'path') return undefined;
  const [first, second, third] = steps;
  const [root, name] =
    first?.type === 'variable' && first.value === '$' ? [second, third] : atRoot ? [first, second] : [];
  if (root?.type !== 'name' || name?.type !== 'name' || root.stages) return undefined;
  const text = String(root.value);
  return GUARDED_ROOTS.includes(text) ? `${text}.${String(name.value)}` : undefined;
}

/** What has a value wherever the expression is true: nothing is not true, and no comparison with nothing is. */
export function provenBy(node: Node | undefined, atRoot: boolean): ReadonlySet<Name> {
  if (!node) return new Set();
  if (node.type === 'binary') {
    const operator = String(node.value);
    const left = isPairs(node.lhs) || (isCount(node.lhs) && !isMoreThanNone(node)) ? undefined : node.lhs;
    const right = isCount(node.rhs) ? undefined : node.rhs;
    const [ofLeft, ofRight] = [provenBy(left, atRoot), provenBy(right, atRoot)];
    if (operator === 'or') return new Set([...ofLeft].filter((name) => ofRight.has(name)));
    return new Set(COMPARISONS.has(operator) ? [...ofLeft, ...ofRight] : []);
  }
  if (node.type === 'function' && node.procedure?.type === 'variable') {
    const [first] = node.arguments ?? [];
    return OF_ARGUMENT.has(String(node.procedure.value)) ? provenBy(first, atRoot) : new Set();
  }
  if (node.type === 'block') return provenBy(node.expressions?.at(-1), atRoot);
  const name = referredName(node, atRoot);
  return new Set(name === undefined ? [] : [name]);
}

/** Of nothing they give false or nothing. `!=` too: JSONata compares nothing with nothing. */
const COMPARISONS = new Set(['and', '=', '!=', '<', '<=', '>', '>=', 'in']);

/** They give nothing or false where their first argument is nothing; `$count` gives 0. */
const OF_ARGUMENT = new Set([
  'exists',
  'boolean',
  'count',
  'length',
  'string',
  'lowercase',
  'uppercase',
  'trim',
  'number',
]);

function isCount(node: Node['lhs']): boolean {
  return !isPairs(node) && node?.type === 'function' && node.procedure?.value === 'count';
}

/** `$count(…) > 0` */
function isMoreThanNone({ value, rhs }: Node): boolean {
  return value === 'and' || (value === '>' && rhs?.type === 'number' && Number(rhs.value) >= 0);
}
