// A `parallel` step: branches that run side by side, in a Parallel state.
import { pointerTo } from '../../json-pointer.ts';
import { retryByPolicy } from '../asl/retry.ts';
import { innerFlow } from '../emit/flow.ts';
import { transition } from '../emit/transition.ts';
import { jsonataLiteral } from '../expressions/literal.ts';
import { resultOf } from '../resolve/results.ts';
import type { ResolvedStep } from '../tree/resolved.ts';
import type { Kind } from './kind.ts';

export const parallel: Kind<'parallel'> = {
  canCatch: true,
  repeatsSteps: true,
  limitSeconds: ({ timeout_seconds }) => timeout_seconds,
  resultCode,

  resolve({ step, inner }, place, context) {
    const branches = Object.keys(step.parallel).map((name) => ({
      name,
      block: context.innerBlock(
        inner.get(`parallel/${name}`) ?? [],
        place,
        `It runs in a branch of ${step.id}: outside of it there is steps.${step.id}, what the last step in it gives.`,
      ),
    }));
    const fields = new Map(branches.map(({ name, block }) => [name, resultOf(block)] as const));
    return {
      value: { kind: 'literal', value: null },
      known: { type: { kind: 'object', open: false, fields }, certain: true },
      branches,
    };
  },

  check({ parsed: { step, pointer } }, { report }) {
    if (Object.keys(step.parallel).length > 0) return;
    report({
      code: 'no-steps',
      pointer: pointerTo(pointer, 'parallel'),
      message: 'A parallel step needs at least one branch',
      hint: '"parallel": {"left": [ … ], "right": [ … ]}',
    });
  },

  emit(emission) {
    const { step, id, flow, comment, inner } = emission;
    flow.add(id, {
      Type: 'Parallel',
      ...comment,
      Branches: step.branches.map(({ block }) => innerFlow(block, inner)),
      ...retryByPolicy(step.parsed.step.retry, step.deadline),
      ...transition(emission, resultCode(step)),
    });
  },
};

/** What each branch gives, by its name. */
function resultCode({ branches }: Pick<ResolvedStep, 'branches'>): string {
  return `{${branches.map(({ name }, index) => `${jsonataLiteral(name)}: $states.result[${index}]`).join(', ')}}`;
}
