// A `fail` step: ends the run with an error, in a Fail state.
import { pointerTo } from '../../json-pointer.ts';
import type { Template } from '../asl/definition.ts';
import { emitValue, fieldsOf } from '../asl/value.ts';
import { resolveValue, type Value } from '../expressions/value.ts';
import { shown } from '../problems/suggestions.ts';
import { nothing } from '../resolve/results.ts';
import type { Kind } from './kind.ts';

export const fail: Kind<'fail'> = {
  canCatch: false,
  isOneState: true,
  endsRun: true,
  canGiveOutput: () => false,

  resolve({ step, valuesPointer }, { scope }, { report }) {
    return { value: resolveValue(step.fail, valuesPointer, scope, report), known: nothing };
  },

  check({ parsed: { step, pointer } }, { report }) {
    if (!step.fail.error.startsWith('States.')) return;
    report({
      code: 'reserved-error',
      pointer: pointerTo(pointer, 'fail', 'error'),
      message: `${shown(step.fail.error)} cannot name an error of yours`,
      hint: 'Names that begin with States. are those of Step Functions.',
    });
  },

  emit({ step, id, flow, comment }) {
    const fields = new Map(fieldsOf(step.value));
    const cause = textOf(fields.get('cause'));
    flow.add(id, {
      Type: 'Fail',
      ...comment,
      Error: textOf(fields.get('error')),
      ...(cause === undefined ? {} : { Cause: cause }),
    });
  },
};

/** Error and Cause are text, whatever an expression gives. */
function textOf(value: Value | undefined): Template | undefined {
  if (value?.kind !== 'expression') return value && emitValue(value);
  const { type } = value.known;
  const isText = value.known.certain && type.kind === 'scalar' && type.name === 'string';
  return isText ? emitValue(value) : `{% "" & (${value.code}) %}`;
}
