// Choice: goes to the Next of the first rule whose Condition is true.
import type { Bindings } from '../language/expression.ts';
import { compileBoolean, type Language } from '../language/fields.ts';
import type { MaybePromise } from '../language/maybe-promise.ts';
import { ErrorName } from '../model/errors.ts';
import { isJsonArray, isJsonObject, type JsonObject } from '../model/json.ts';
import type { State } from '../runtime/run-flow.ts';
import { compileExit, type Outcome, type Visit } from '../runtime/visit.ts';

export function compileChoice(name: string, fields: JsonObject, language: Language): State {
  const choices = isJsonArray(fields['Choices']) ? fields['Choices'].filter(isJsonObject) : [];
  const rules = choices.map((rule, index) => ({
    condition: compileBoolean(rule['Condition'], `Choices[${index}]/Condition`, language),
    exit: compileExit(rule, language, `Choices[${index}]/`),
  }));
  // Assign and Output of the state itself belong to the transition to Default.
  const otherwise =
    typeof fields['Default'] === 'string'
      ? compileExit({ ...fields, Next: fields['Default'] }, language)
      : undefined;

  /** Tries the rules from index `from` on. */
  function decide(visit: Visit, from: number, bindings: Bindings): MaybePromise<Outcome> {
    for (const [index, { condition, exit }] of rules.entries()) {
      if (index < from) continue;
      const holds = visit.evaluateTyped(condition, bindings);
      if (holds instanceof Promise)
        return holds.then((yes) =>
          yes ? visit.leave(exit, visit.input) : decide(visit, index + 1, bindings),
        );
      if (holds) return visit.leave(exit, visit.input);
    }
    if (otherwise) return visit.leave(otherwise, visit.input);
    throw visit.failure(
      ErrorName.runtime,
      'Failed to transition out of the state. The state does not point to a next state.',
    );
  }

  return {
    name,
    type: 'Choice',
    execute: (visit) => decide(visit, 0, visit.bindings()),
  };
}
