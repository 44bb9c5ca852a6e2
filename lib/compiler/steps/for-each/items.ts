// The items of a loop, and what its steps see of their iteration.
import { pointerTo } from '../../../json-pointer.ts';
import { type Loop, quoted, type Scope } from '../../expressions/scope.ts';
import { describe, itemOf, mayFit, scalar, type Type, union, unknown } from '../../expressions/types.ts';
import { resolveValue, typeOf, type Value } from '../../expressions/value.ts';
import { valueCode } from '../../expressions/value-code.ts';
import type { Report } from '../../problems/problem.ts';
import type { Place, ResolveContext } from '../../resolve/context.ts';
import type { LoopPlan } from '../../resolve/loop-plans.ts';
import type { ParsedStep } from '../../tree/parsed.ts';
import type { ResolvedLoop, ResolvedStep } from '../../tree/resolved.ts';
import { childScope } from './child-scope.ts';

const ITEM = '$states.context.Map.Item';
const LIST: Type = { kind: 'array', items: unknown };

interface ResolvedItems {
  readonly value: Value;
  /** JSONata that gives the list, or the list itself. */
  readonly items: string | readonly unknown[];
  /** What the steps of the loop see. */
  readonly scope: Scope;
  readonly loop: Loop;
}

export function resolveLoop(
  parsed: ParsedStep<'for_each'>,
  place: Place,
  context: ResolveContext,
): Pick<ResolvedStep, 'value'> & { readonly loop: ResolvedLoop } {
  const { step, inner } = parsed;
  const { scope } = place;
  const plan = context.loopPlan(step.id);
  const { value, items, scope: inside, loop } = resolveItems(parsed, plan, place, context.report);
  const child = plan.distributed ? childScope(inside, loop, parsed, context.variablesOf) : undefined;
  const seen = child?.scope ?? inside;
  const body = context.innerBlock(
    inner.get('steps') ?? [],
    { ...place, scope: seen },
    `It runs in the loop ${step.id}: outside of it there is steps.${step.id}, what the last step in it gives.`,
  );
  return {
    value,
    loop: {
      body,
      items,
      count: plan.count,
      index: (seen.loops[0] ?? loop).index.code,
      runs: scope.loops[0]?.runs,
      ...(child && { child: { itemSelector: child.itemSelector(), label: plan.label } }),
    },
  };
}

function resolveItems(
  { step, pointer }: ParsedStep<'for_each'>,
  plan: LoopPlan,
  { scope, repeats }: Place,
  report: Report,
): ResolvedItems {
  const at = pointerTo(pointer, 'for_each');
  const value = resolveValue(step.for_each, at, scope, report);
  if (value.kind === 'literal' && typeof step.for_each === 'string') {
    report({
      code: 'invalid-value',
      pointer: at,
      message: `for_each cannot be ${JSON.stringify(step.for_each)}`,
      hint: 'It is a list, or an expression that gives one: "{{ steps.fetch.messages }}".',
    });
  }
  const { type } = value.kind === 'expression' ? value.known : typeOf(value);
  if (value.kind === 'expression' && !mayFit(type, LIST)) {
    report({
      code: 'type-mismatch',
      pointer: at,
      message: `for_each must be a list; this expression gives ${describe(type)}`,
      hint: 'A list of one: "{{ [ … ] }}".',
    });
  }
  // The context of Step Functions has the innermost iteration only: a nested loop carries what it needs in its items.
  const inside = JSON.stringify(step.steps);
  // An approval that may be asked again about other items has to name them.
  const asks = repeats && inside.includes('"approval"');
  const named = new Set(scope.loops.filter((outer) => asks || inside.includes(outer.id)));
  const carried = scope.loops.filter((outer) => !outer.inInput && (plan.hasEffects || named.has(outer)));
  const runs = runsOf(plan, scope.loops[0]?.runs);
  const wrapped = carried.length > 0 || runs !== undefined;
  const own: Loop = {
    id: step.id,
    item: { code: wrapped ? `${ITEM}.Value.item` : `${ITEM}.Value`, type: itemType(type), certain: true },
    index: { code: `${ITEM}.Index`, type: scalar('integer'), certain: true },
    runs: runs === undefined ? undefined : `${ITEM}.Value.runs`,
  };
  const outer = scope.loops.flatMap((loop): Loop[] => {
    if (!carried.includes(loop)) return loop.inInput ? [loop] : [];
    const from = `${ITEM}.Value.loops.${quoted(loop.id)}`;
    return [
      {
        id: loop.id,
        item: { ...loop.item, code: `${from}.item` },
        index: { ...loop.index, code: `${from}.index` },
      },
    ];
  });
  return {
    value,
    items: wrapped ? wrappedItems(value, carried, named, runs) : plainItems(value),
    scope: { ...scope, loops: [own, ...outer] },
    loop: own,
  };
}

/** JSONata that gives, of all items `$all`, how many iterations there are with those of the loops around. */
function runsOf({ nests, count }: LoopPlan, around: string | undefined): string | undefined {
  if (!nests) return undefined;
  if (count !== undefined) return around;
  return `$count($all)${around === undefined ? '' : ` * ${around}`}`;
}

function itemType(type: Type): Type {
  if (type.kind === 'array') return type.items;
  // A list that may be null: then there are no iterations.
  if (type.kind === 'union')
    return union(type.options.filter((o) => !mayFit(o, scalar('null'))).map(itemType));
  return type.kind === 'many' ? itemOf(type) : unknown;
}

function plainItems(value: Value): string | readonly unknown[] {
  return value.kind === 'literal' && Array.isArray(value.value) ? value.value : listCode(value);
}

function wrappedItems(
  value: Value,
  carried: readonly Loop[],
  named: ReadonlySet<Loop>,
  runs: string | undefined,
): string {
  const loops = carried.map((loop) => {
    const item = named.has(loop) ? `"item": ${loop.item.code}, ` : '';
    return `"${loop.id}": {${item}"index": ${loop.index.code}}`;
  });
  const fields = [
    '"item": $item',
    ...(runs === undefined ? [] : [`"runs": ${runs}`]),
    ...(loops.length === 0 ? [] : [`"loops": {${loops.join(', ')}}`]),
  ];
  const parameters = runs?.includes('$all') ? '$item, $index, $all' : '$item';
  return `[$map(${listCode(value)}, function(${parameters}) { {${fields.join(', ')}} })]`;
}

/** JSONata gives one item in place of a list of one, and nothing in place of an empty one. */
function listCode(value: Value): string {
  if (value.kind !== 'expression') return valueCode(value);
  const { code, known } = value;
  if (known.certain && known.type.kind === 'array') return code;
  return `($items := ${code}; $exists($items) and $items != null ? ($type($items) = "array" ? $items : [$items]) : [])`;
}
