// The items of a loop, and what its steps see of their iteration.
import { pointerTo } from '../../../json-pointer.ts';
import type { Template } from '../../asl/definition.ts';
import type { Loop, Scope } from '../../expressions/scope.ts';
import { describe, itemOf, mayFit, scalar, type Type, union, unknown } from '../../expressions/types.ts';
import { resolveValue, typeOf, type Value } from '../../expressions/value.ts';
import { valueCode } from '../../expressions/value-code.ts';
import { type IterationPart, iterationVariable } from '../../expressions/variables.ts';
import type { Report } from '../../problems/problem.ts';
import type { Place, ResolveContext } from '../../resolve/context.ts';
import type { LoopPlan } from '../../resolve/loop-plans.ts';
import type { ParsedStep } from '../../tree/parsed.ts';
import type { ResolvedLoop, ResolvedStep } from '../../tree/resolved.ts';
import { childScope } from './child-scope.ts';

/** Only `ItemSelector` can read it (developer guide, "Context object data for Map states"). */
const ITEM = '$states.context.Map.Item';
const LIST: Type = { kind: 'array', items: unknown };

interface ResolvedItems {
  readonly value: Value;
  /** JSONata that gives the list, or the list itself. */
  readonly items: string | readonly unknown[];
  /** What each iteration gets. */
  readonly itemSelector: Readonly<Record<string, Template>>;
  /** The loop as steps see it that read its parts by these codes. */
  loop(codeOf: (part: IterationPart) => string): Loop;
}

export function resolveLoop(
  parsed: ParsedStep<'for_each'>,
  place: Place,
  context: ResolveContext,
): Pick<ResolvedStep, 'value'> & { readonly loop: ResolvedLoop } {
  const { step, inner } = parsed;
  const { scope } = place;
  const plan = context.loopPlan(step.id);
  const steps = inner.get('steps') ?? [];
  const { value, items, itemSelector, loop } = resolveItems(parsed, plan, place, context.report);
  const kept = loop((part) => `$${iterationVariable(part, step.id)}`);
  const given = loop((part) => `$states.input.${part}`);
  const inside: Scope = { ...scope, loops: [kept, ...scope.loops] };
  const [first, ...others] = steps;
  const isOneState = first !== undefined && context.isOneState(first);
  // An execution of its own has its input in one variable, which the first state cannot read yet.
  const firstReadsInput = isOneState && (!plan.distributed || others.length === 0);
  const input = firstReadsInput ? '$states.input' : `$${iterationVariable('input', step.id)}`;
  const child = plan.distributed ? childScope(inside, kept, input, parsed, context.variablesOf) : undefined;
  const body = context.innerBlock(
    steps,
    {
      ...place,
      scope: child?.scope ?? inside,
      ...(firstReadsInput && !child && { firstScope: readingInput(inside, given) }),
    },
    `It runs in the loop ${step.id}: outside of it there is steps.${step.id}, what the last step in it gives.`,
  );
  return {
    value,
    loop: {
      body,
      items,
      count: plan.count,
      itemSelector: { ...itemSelector, ...child?.itemSelector() },
      index: (child?.scope.loops[0] ?? kept).index.code,
      runs: scope.loops[0]?.runs,
      firstReadsInput,
      ...(child && { child: { label: plan.label, input } }),
    },
  };
}

/** The scope of an iteration's first step, whose state is given what the others find in variables. */
function readingInput(scope: Scope, loop: Loop): Scope {
  const own = [iterationVariable('item', loop.id), iterationVariable('index', loop.id)];
  return {
    ...scope,
    loops: [loop, ...scope.loops.slice(1)],
    read: (variable, visible, ...path) =>
      own.includes(variable) ? visible : scope.read(variable, visible, ...path),
  };
}

function resolveItems(
  { step, pointer }: ParsedStep<'for_each'>,
  plan: LoopPlan,
  { scope }: Place,
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
  const runs = runsOf(plan, scope.loops[0]?.runs);
  const known = {
    item: { type: itemType(type), certain: true },
    index: { type: scalar('integer'), certain: true },
  };
  const given = runs === undefined ? `${ITEM}.Value` : `${ITEM}.Value.item`;
  return {
    value,
    items: runs === undefined ? plainItems(value) : countedItems(value, runs),
    itemSelector: {
      item: `{% ${given} %}`,
      index: `{% ${ITEM}.Index %}`,
      ...(runs === undefined ? {} : { runs: `{% ${ITEM}.Value.runs %}` }),
    },
    loop: (codeOf) => ({
      id: step.id,
      item: { code: codeOf('item'), ...known.item },
      index: { code: codeOf('index'), ...known.index },
      runs: runs === undefined ? undefined : codeOf('runs'),
    }),
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

/** The items, each with the number of iterations. */
function countedItems(value: Value, runs: string): string {
  const parameters = runs.includes('$all') ? '$item, $index, $all' : '$item';
  return `[$map(${listCode(value)}, function(${parameters}) { {"item": $item, "runs": ${runs}} })]`;
}

/** JSONata gives one item in place of a list of one, and nothing in place of an empty one. */
function listCode(value: Value): string {
  if (value.kind !== 'expression') return valueCode(value);
  const { code, known } = value;
  if (known.certain && known.type.kind === 'array') return code;
  return `($items := ${code}; $exists($items) and $items != null ? ($type($items) = "array" ? $items : [$items]) : [])`;
}
