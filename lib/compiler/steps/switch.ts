// A `switch` step: the first of its cases that is true runs, by a Choice state.
import { pointerTo } from '../../json-pointer.ts';
import type { ChoiceRule } from '../asl/definition.ts';
import { entryOf } from '../emit/entry.ts';
import { assign, NOTHING } from '../emit/transition.ts';
import { NO_PROOFS } from '../expressions/guards.ts';
import { union as both, NONE } from '../expressions/name-set.ts';
import { withProven } from '../expressions/scope.ts';
import { type Known, scalar, union } from '../expressions/types.ts';
import type { Condition } from '../resolve/condition.ts';
import type { Place, ResolveContext } from '../resolve/context.ts';
import { resultOf } from '../resolve/results.ts';
import type { ParsedStep } from '../tree/parsed.ts';
import type { Block } from '../tree/resolved.ts';
import type { Kind } from './kind.ts';

export const switchStep: Kind<'switch'> = {
  canCatch: false,
  repeatsSteps: true,
  limitSeconds: ({ timeout_seconds }) => timeout_seconds,
  canGiveOutput: () => false,

  resolve(parsed, place, context) {
    const { step, pointer } = parsed;
    const conditions = step.switch.map((item, index) =>
      context.condition(item.when, pointerTo(pointer, 'switch', index, 'when'), place.scope),
    );
    const blocks = resolveCases(parsed, conditions, place, context);
    const cases = conditions.flatMap(({ code }, index) => {
      const block = blocks[index];
      return block ? [{ condition: code, block }] : [];
    });
    const otherwise = step.else ? blocks.at(-1) : undefined;
    return {
      value: { kind: 'literal', value: null },
      known: resultOfCases(blocks, otherwise),
      cases,
      ...(otherwise ? { otherwise } : {}),
    };
  },

  emit({ step, id, exit, flow, inner, comment, results }) {
    const { cases, otherwise } = step;
    const rules = cases.map(
      ({ condition, block }): ChoiceRule => ({ Condition: `{% ${condition} %}`, Next: entryOf(block) }),
    );
    const { Next, ...rest } = otherwise ? { Next: entryOf(otherwise) } : flow.goTo(exit, NOTHING);
    const none = otherwise ? {} : assign(results.map((name) => [name, null]));
    flow.add(id, { Type: 'Choice', ...comment, Choices: rules, ...none, ...rest, Default: Next });
    for (const block of [...cases.map((item) => item.block), ...(otherwise ? [otherwise] : [])])
      inner.emitBlock(block, { next: exit.next, results }, flow, inner);
  },
};

/** The steps of each case, and those of `else` last. */
function resolveCases(
  parsed: ParsedStep<'switch'>,
  conditions: readonly Condition[],
  place: Place,
  context: ResolveContext,
): Block[] {
  const { step, inner } = parsed;
  const keys = [...step.switch.map((_, index) => `switch/${index}`), ...(step.else ? ['else'] : [])];
  const isOwnScope = context.hasTryState(parsed);
  const steps = keys.flatMap((key) => inner.get(key) ?? []);
  const within = isOwnScope ? context.innerPlace(place, steps) : place;
  let before = NONE;
  const sure = keys.map((_, index) => {
    const { ifTrue, ifFalse } = conditions[index]?.proofs ?? NO_PROOFS;
    const here = both(before, ifTrue);
    before = both(before, ifFalse);
    return here;
  });
  const resolveAll = (): Block[] =>
    context.names.alternatives(
      keys.map((key, index) => () => {
        const scope = withProven(place.scope, sure[index] ?? NONE);
        return context.block(inner.get(key) ?? [], { ...within, scope });
      }),
      {
        hint: `It runs in another case of the switch ${step.id}; after the switch it can be seen.`,
        maybe: `it runs in one case of the switch ${step.id} only`,
        isExhaustive: step.else !== undefined && step.when === undefined,
        ends: (block) => block.ends,
      },
    );
  if (!isOwnScope) return resolveAll();
  return context.names.inner(
    resolveAll,
    `The switch ${step.id} is tried as a whole: outside of it there is steps.${step.id}, what its case gives.`,
  );
}

function resultOfCases(blocks: readonly Block[], otherwise: Block | undefined): Known {
  const results = blocks.filter((block) => !block.ends).map((block) => resultOf(block).type);
  const isSure = otherwise && results.length > 0;
  return { type: union(isSure ? results : [...results, scalar('null')]), certain: true };
}
