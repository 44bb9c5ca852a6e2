// A `transform` step: a Pass state that gives a value.
import { passState } from '../emit/pass-state.ts';
import { resolveValue, typeOf } from '../expressions/value.ts';
import { valueCode } from '../expressions/value-code.ts';
import type { Kind } from './kind.ts';

export const transform: Kind<'transform'> = {
  canCatch: false,
  isOneState: true,
  givesItsValue: true,
  resultCode: ({ value }) => valueCode(value),

  resolve({ step, valuesPointer }, { scope }, { report }) {
    const value = resolveValue(step.transform, valuesPointer, scope, report);
    return { value, known: typeOf(value) };
  },

  isUseless: () => true,

  emit(emission) {
    emission.flow.add(emission.id, passState(emission));
  },
};
