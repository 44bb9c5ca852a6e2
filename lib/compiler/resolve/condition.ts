// `when`, of steps and of the cases of a switch: the code of its expression, and what surely has a value where it is true.
import { NO_PROOFS, type Proofs } from '../expressions/guards.ts';
import type { Scope } from '../expressions/scope.ts';
import { isBoolean } from '../expressions/types.ts';
import { resolveValue } from '../expressions/value.ts';
import { SET_PREFIX } from '../expressions/variables.ts';
import type { Report } from '../problems/problem.ts';

export interface Condition {
  readonly code: string;
  readonly proofs: Proofs;
  /** It evaluates to the same wherever it is written in the workflow: nothing that it reads changes in between. */
  readonly isLasting: boolean;
}

export function resolveCondition(
  when: boolean | string,
  pointer: string,
  scope: Scope,
  report: Report,
): Condition {
  if (typeof when !== 'string') return { code: String(when), proofs: NO_PROOFS, isLasting: false };
  const text = when.trim();
  const before = when.indexOf(text);
  const value = resolveValue(text, pointer, { ...scope, isTest: true }, ({ column, ...problem }) =>
    report({ ...problem, ...(column === undefined ? {} : { column: column + before }) }),
  );
  const template = scope.split(text);
  if (value.kind !== 'expression' || ('parts' in template && template.parts.length !== 1)) {
    report({
      code: 'when-not-expression',
      pointer,
      message: 'when is true, false or one expression',
      hint: '"when": "{{ $count(steps.fetch.messages) > 0 }}"',
    });
  }
  if (value.kind !== 'expression') return { code: 'false', proofs: NO_PROOFS, isLasting: false };
  const { code, known, changing } = value;
  const [only] = 'parts' in template ? template.parts : [];
  const proofs = typeof only === 'object' ? scope.guards.proofsOf(only.ast, true) : NO_PROOFS;
  // A Choice fails on anything but true and false: $boolean gives JSONata's truth of any value, and nothing is not true.
  const isPlain = known.certain && isBoolean(known.type);
  const isLasting = !changing && !code.includes(`$${SET_PREFIX}`);
  return { code: isPlain ? code : `$boolean(${code}) = true`, proofs, isLasting };
}
