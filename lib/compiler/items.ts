// What a loop goes through, and what its steps see of the iteration that they are in.
import type { ForEachStep } from '../workflow/workflow.ts';
import type { ParsedStep } from './parse-steps.ts';
import { pointerTo, type Report } from './problems.ts';
import { type Loop, quoted, type Scope } from './scope.ts';
import { describe, itemOf, mayFit, scalar, type Type, union, unknown } from './types.ts';
import { resolveValue, typeOf, type Value, valueCode } from './value.ts';

const ITEM = '$states.context.Map.Item';
const LIST: Type = { kind: 'array', items: unknown };

export interface ResolvedItems {
  readonly value: Value;
  /** JSONata that gives the list, or the list itself. */
  readonly items: string | readonly unknown[];
  /** What the steps of the loop see. */
  readonly scope: Scope;
}

/** @param hasEffects whether a step of the loop needs to tell its calls apart (see callIdOf) */
export function resolveItems(
  step: ForEachStep,
  { pointer }: ParsedStep,
  scope: Scope,
  hasEffects: boolean,
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
      message: `for_each has to be a list; this expression gives ${describe(type)}`,
      hint: 'A list of one: "{{ [ … ] }}".',
    });
  }
  // The context of Step Functions has the innermost iteration only: a nested loop carries what it needs in its items.
  const inside = JSON.stringify(step.steps);
  const named = new Set(scope.loops.filter((outer) => inside.includes(outer.id)));
  const carried = hasEffects ? scope.loops : [...named];
  const path = carried.length === 0 ? `${ITEM}.Value` : `${ITEM}.Value.item`;
  const own: Loop = {
    id: step.id,
    item: { code: path, type: itemType(type), certain: true },
    index: { code: `${ITEM}.Index`, type: scalar('integer'), certain: true },
  };
  const outer = carried.map((loop): Loop => {
    const from = `${ITEM}.Value.loops.${quoted(loop.id)}`;
    return {
      id: loop.id,
      item: { ...loop.item, code: `${from}.item` },
      index: { ...loop.index, code: `${from}.index` },
    };
  });
  return {
    value,
    items: itemsOf(value, carried, named),
    scope: { ...scope, loops: [own, ...outer] },
  };
}

function itemType(type: Type): Type {
  if (type.kind === 'array') return type.items;
  // A list that may be null: nothing is gone through then.
  if (type.kind === 'union')
    return union(type.options.filter((o) => !mayFit(o, scalar('null'))).map(itemType));
  return type.kind === 'many' ? itemOf(type) : unknown;
}

function itemsOf(
  value: Value,
  carried: readonly Loop[],
  named: ReadonlySet<Loop>,
): string | readonly unknown[] {
  if (value.kind === 'literal' && carried.length === 0 && Array.isArray(value.value)) return value.value;
  const list = listCode(value);
  if (carried.length === 0) return list;
  const loops = carried.map((loop) => {
    const item = named.has(loop) ? `"item": ${loop.item.code}, ` : '';
    return `"${loop.id}": {${item}"index": ${loop.index.code}}`;
  });
  return `[$map(${list}, function($item) { {"item": $item, "loops": {${loops.join(', ')}}} })]`;
}

/** JSONata gives one item in place of a list of one, and nothing in place of an empty one. */
function listCode(value: Value): string {
  if (value.kind !== 'expression') return valueCode(value);
  const { code, known } = value;
  if (known.certain && known.type.kind === 'array') return code;
  return `($items := ${code}; $exists($items) and $items != null ? ($type($items) = "array" ? $items : [$items]) : [])`;
}

/**
 * What tells the calls of a step in a loop apart, as a template: the number of the iteration, of loops in loops the
 * outermost first (`2.0`). Undefined outside of loops, where a step makes one call.
 */
export function callIdOf({ loops: [innermost, ...outer] }: Scope): string | undefined {
  if (!innermost) return undefined;
  if (outer.length === 0) return '{{ $string(index) }}';
  return [...outer.toReversed().map(({ id }) => `{{ steps.${quoted(id)}.index }}`), '{{ index }}'].join('.');
}
