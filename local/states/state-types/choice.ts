// Choice: goes where the first condition that holds points.
import { compileBoolean, type Language } from '../data-flow.ts';
import { ErrorName } from '../errors.ts';
import type { State } from '../flow.ts';
import { isJsonArray, isJsonObject, type JsonObject } from '../json.ts';
import { compileExit } from '../visit.ts';

export function compileChoice(name: string, fields: JsonObject, language: Language): State {
  const choices = isJsonArray(fields['Choices']) ? fields['Choices'].filter(isJsonObject) : [];
  const rules = choices.map((rule, index) => ({
    condition: compileBoolean(rule['Condition'], `Choices[${index}]/Condition`, language),
    exit: compileExit(rule, language, `Choices[${index}]/`),
  }));
  // Assign and Output of the state itself belong to the way to Default.
  const otherwise =
    typeof fields['Default'] === 'string'
      ? compileExit({ ...fields, Next: fields['Default'] }, language)
      : undefined;
  return {
    name,
    type: 'Choice',
    async execute(visit) {
      const bindings = visit.bindings();
      for (const { condition, exit } of rules) {
        if (await visit.evaluateTyped(condition, bindings)) return visit.leave(exit, visit.input);
      }
      if (otherwise) return visit.leave(otherwise, visit.input);
      throw visit.failure(
        ErrorName.noChoiceMatched,
        'Failed to transition out of the state. The state does not point to a next state.',
      );
    },
  };
}
