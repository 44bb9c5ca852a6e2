// A `for_each` step: a Map state over a list.
import { union } from '../../expressions/types.ts';
import { FAILED_ITEM, resultOf } from '../../resolve/results.ts';
import type { Kind } from '../kind.ts';
import { checkLoop, loopNotInExpress } from './check.ts';
import { emitLoop, loopResult } from './emit.ts';
import { resolveLoop } from './items.ts';

export const forEach: Kind<'for_each'> = {
  canCatch: true,
  repeatsSteps: true,
  limitSeconds: ({ timeout_seconds }) => timeout_seconds,
  resultCode: ({ parsed }) => loopResult(parsed.step),
  // Its result tells whether too many items failed.
  // An output that is too large would have a redrive run all items again.
  canGiveOutput: ({ loop }) => !loop?.child,
  isAlwaysEvaluated: ({ tolerated_failures: tolerated }) => tolerated !== undefined,

  resolve(parsed, place, context) {
    const { value, loop } = resolveLoop(parsed, place, context);
    const result = resultOf(loop.body).type;
    const items = parsed.step.on_item_error === 'continue' ? union([result, FAILED_ITEM]) : result;
    // How long a computed list is, and how many of its items failed.
    const checksValue = typeof loop.items === 'string' || parsed.step.tolerated_failures !== undefined;
    return { value, known: { type: { kind: 'array', items }, certain: true }, loop, checksValue };
  },

  check: checkLoop,
  notInExpress: loopNotInExpress,

  neverFailsWith(name, { loop }) {
    if (name.startsWith('States.') || !loop?.child) return undefined;
    return {
      message: `A distributed loop fails with States.ExceedToleratedFailureThreshold, never with ${name}`,
      hint: `Leave "on" out, or let the step within the loop be tried again on ${name}.`,
    };
  },

  emit: emitLoop,
};
