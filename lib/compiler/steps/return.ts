// A `return` step: ends the run with an output, in a Succeed state.
import { pointerTo } from '../../json-pointer.ts';
import { emitOutput } from '../asl/value.ts';
import { resolveValue } from '../expressions/value.ts';
import { nothing } from '../resolve/results.ts';
import type { Kind } from './kind.ts';

export const returnStep: Kind<'return'> = {
  canCatch: false,
  endsRun: true,
  canGiveOutput: () => false,

  resolve({ step, pointer, valuesPointer }, { returns, scope }, { report }) {
    if (!returns) {
      report({
        code: 'return-not-here',
        pointer: pointerTo(pointer, 'return'),
        message: 'return cannot end the run here',
        hint: 'Loops, branches and on_failure run within states of their own; return stands outside of them.',
      });
    }
    return { value: resolveValue(step.return, valuesPointer, scope, report), known: nothing };
  },

  emit({ step, id, flow, comment }) {
    flow.add(id, { Type: 'Succeed', ...comment, Output: emitOutput(step.value) });
  },
};
