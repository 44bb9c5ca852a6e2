// A `set` step: a Pass state that assigns variables of the workflow's own.
import { emitValue, fieldsOf } from '../asl/value.ts';
import { passState } from '../emit/pass-state.ts';
import { resolveValue, typeOf } from '../expressions/value.ts';
import { valueCode } from '../expressions/value-code.ts';
import { setVariable } from '../expressions/variables.ts';
import type { Kind } from './kind.ts';

export const set: Kind<'set'> = {
  canCatch: false,
  isOneState: true,
  givesItsValue: true,
  variables: ({ set }) => Object.keys(set),
  resultCode: ({ value }) => valueCode(value),

  resolve({ step, valuesPointer }, { scope }, { report }) {
    const value = resolveValue(step.set, valuesPointer, scope, report);
    return { value, known: typeOf(value) };
  },

  isUseless: ({ parsed }, used) => Object.keys(parsed.step.set).every((name) => !used.has(setVariable(name))),

  emit(emission) {
    const { step, id, flow } = emission;
    const variables = fieldsOf(step.value).map(
      ([name, value]) => [setVariable(name), emitValue(value)] as const,
    );
    // Within a Parallel state they would be variables of its own.
    flow.add(id, passState(emission, step.hasTryState ? undefined : variables));
  },
};
