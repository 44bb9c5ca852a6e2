// The places of an expression at which a step is named: `steps.<id>` where `steps` is the root, and no field of a value.
import { isPairs, type Node } from './syntax-tree.ts';

/** The nodes of the ids, in the order of the tree. */
export function stepNames(ast: Node): readonly Node[] {
  const found: Node[] = [];
  visit(ast, true, found);
  return found;
}

/** @param isRoot whether bare names are those of roots here; in predicates and later steps of a path they are fields */
function visit(value: unknown, isRoot: boolean, found: Node[]): void {
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return;
  if (Array.isArray(value)) {
    for (const item of value) visit(item, isRoot, found);
    return;
  }
  if (!('type' in value)) {
    for (const inner of Object.values(value)) visit(inner, isRoot, found);
    return;
  }
  const node = value as Node;
  const { type, steps = [], stages, predicate, group, ...rest } = node;
  const [first, ...later] = steps;
  if (type === 'path' && first) {
    const named = nameAfterRoot(steps, isRoot);
    if (named) found.push(named);
    visit(first, isRoot, found);
    visit(later, false, found);
  }
  visit([stages, predicate, isPairs(group?.lhs) && group.lhs], false, found);
  visit(Object.values(rest), isRoot && type !== 'transform', found);
}

/** `steps.<id>`, or `$$.steps.<id>` anywhere; after a predicate a name is one of what the predicate left. */
function nameAfterRoot([first, second, third]: readonly Node[], isRoot: boolean): Node | undefined {
  const isVariable = first?.type === 'variable' && first.value === '$';
  const [root, name] = isVariable ? [second, third] : [isRoot ? first : undefined, second];
  const isSteps = root?.type === 'name' && root.value === 'steps' && !root.stages && !root.predicate;
  return isSteps && name?.type === 'name' ? name : undefined;
}
