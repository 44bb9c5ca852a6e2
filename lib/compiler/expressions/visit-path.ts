// Paths of an expression: a reference at their beginning, then steps that look into the value before them.
import { unlessTested } from './nullable.ts';
import { LIST_LENGTH, missingField } from './problems.ts';
import { resolveReference } from './references.ts';
import { rootMeant } from './root-names.ts';
import type { Reference } from './rooted-path.ts';
import type { Node } from './syntax-tree.ts';
import { anything, isMany, itemOf, type Known, many, member } from './types.ts';
import { grouped } from './visit-constructor.ts';
import type { Context, Walk } from './walk.ts';

export function visitPath(walk: Walk, node: Node, context: Context): Known {
  const steps = node.steps ?? [];
  const [first] = steps;
  if (!first) return anything;
  const beginsAtRoot = (first.type === 'name' && context === 'root') || isRootVariable(first);
  const begun = beginsAtRoot
    ? visitReference(walk, node, first)
    : { known: visitFirst(walk, steps, first, context), consumed: 1 };
  let { known } = begun;
  for (const step of steps.slice(begun.consumed)) known = visitStep(walk, node, step, known);
  if (node.group) known = grouped(walk, node, known);
  if (beginsAtRoot) known = unlessTested(node, known, walk.scope);
  const keepsArray = steps.some((step) => step.keepArray);
  return keepsArray ? { type: { kind: 'array', items: itemOf(known.type) }, certain: false } : known;
}

/** The reference that the path begins with is replaced by its code. */
function visitReference(
  walk: Walk,
  node: Node,
  first: Node,
): Pick<Reference, 'consumed'> & { readonly known: Known } {
  const { steps = [] } = node;
  const { visible, consumed } = resolveReference(steps, walk.scope, ({ node: wrong, ...problem }) =>
    walk.report(problem, wrong),
  );
  if (node.group || !steps.every(isPlainStep)) walk.mayBreakSyntax = true;
  const replaced = steps.slice(0, consumed);
  const last = replaced.at(-1);
  const end = last?.position ?? 0;
  walk.scope.spend(visible.code.length);
  walk.edits.push({
    start: walk.startOf(first),
    end,
    text: inPath(visible.code, replaced, {
      isWhole: replaced.length === steps.length,
      isGrouped: node.group !== undefined && /^\s*\{/.test(walk.source.slice(end)),
    }),
  });
  return { known: last ? withStages(walk, last, visible) : visible, consumed };
}

/** The first step of a path that does not begin with a reference. */
function visitFirst(walk: Walk, steps: readonly Node[], first: Node, context: Context): Known {
  const meant = first.type === 'name' && context !== 'root' && rootMeant(steps, walk.scope, context);
  if (meant) walk.report(meant, first);
  return meant && meant.code !== 'root-in-path' ? anything : walk.node(first, context);
}

function visitStep(walk: Walk, path: Node, step: Node, before: Known): Known {
  const base = itemOf(before.type);
  if (step.type === 'sort') {
    for (const term of step.terms ?? []) walk.value(term.expression, base);
    return withStages(walk, step, { type: before.type, certain: false });
  }
  const goesThroughItems = isMany(before.type);
  if (
    goesThroughItems &&
    base.kind === 'unknown' &&
    step === path.steps?.at(-1) &&
    walk.isListLength(step, path)
  )
    walk.report(LIST_LENGTH, step);
  if (reportLength(walk, path, step, before)) return anything;
  const known = walk.node(step, base);
  if (goesThroughItems) return { type: many(known.type), certain: false };
  // A step over a missing value or an empty list has no value, whatever it is.
  const isGiven = before.certain && (base.kind === 'object' || base.kind === 'scalar');
  return isGiven ? known : { type: known.type, certain: false };
}

/** `.length` of a list or a text, as JavaScript has it: the function that gives it is put around what is before. */
function reportLength(walk: Walk, path: Node, step: Node, before: Known): boolean {
  const [first] = path.steps ?? [];
  const isLast = step === path.steps?.at(-1) && !path.group;
  if (
    step.type !== 'name' ||
    step.value !== 'length' ||
    !isLast ||
    (first?.type !== 'name' && first?.type !== 'variable')
  )
    return false;
  const base = itemOf(before.type);
  const isList = isMany(before.type);
  if (!isList && !(base.kind === 'scalar' && base.name === 'string')) return false;
  const field = member(base, 'length');
  if (!('missing' in field)) return false;
  const position = walk.startOf(first);
  const of = walk.source.slice(position, walk.startOf(step)).replace(/\s*\.\s*$/, '');
  const { meant: _, ...problem } = missingField('length', field);
  const length = (step.position ?? position) - position;
  walk.reportAt(walk.startOf(step), {
    ...problem,
    fix: { with: `$${isList ? 'count' : 'length'}(${of})`, position, length },
  });
  return true;
}

/** Predicates see one item of the value; `[0]` gives one, other predicates any number of items. */
export function withStages(walk: Walk, node: Node, known: Known): Known {
  let { type, certain } = known;
  for (const { expr } of [...(node.predicate ?? []), ...(node.stages ?? [])]) {
    if (!expr) continue;
    walk.test(expr, itemOf(type));
    certain = false;
    if (expr.type !== 'number') type = many(itemOf(type));
    else if (isMany(type)) type = itemOf(type);
  }
  if (node.group && node.type !== 'path') return grouped(walk, node, { type, certain });
  // After names bound by @ and # there are tuples, whose types are not followed.
  return node.focus === undefined && node.index === undefined ? { type, certain } : anything;
}

/**
 * `[]` keeps a list of one item a list, and `{…}` groups, for the whole path that they stand in. Where a reference's
 * code takes the place of all of that path, it becomes a path of its own; a `[]` that it replaces is written again.
 */
function inPath(
  code: string,
  replaced: readonly Node[],
  { isWhole, isGrouped }: { isWhole: boolean; isGrouped: boolean },
): string {
  const lost = replaced.slice(0, -1).some((step) => step.keepArray) ? '[]' : '';
  const kept = isWhole && replaced.some((step) => step.keepArray);
  return `${kept || isGrouped ? `[{"value": ${code}}].value` : code}${lost}`;
}

/** A name, also with predicates: the code of a reference can take its place, or stand before it. */
function isPlainStep({ type, focus, index, keepArray, value }: Node): boolean {
  const isName = type === 'name' || (type === 'variable' && value === '$');
  return isName && (focus ?? index ?? keepArray) === undefined;
}

function isRootVariable(node: Node): boolean {
  return node.type === 'variable' && node.value === '$';
}
