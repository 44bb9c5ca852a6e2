// Validates what only a Choice has.
import { isExpression } from '../language/expression.ts';
import { isJsonArray, type JsonObject } from '../model/json.ts';
import type { Diagnostics } from './diagnostics.ts';
import { checkAssign } from './fields.ts';
import { JSONPATH_REFUSED } from './query-language.ts';
import type { FlowRules } from './rules.ts';

export function checkChoice(
  state: JsonObject,
  place: string,
  { language }: FlowRules,
  diagnostics: Diagnostics,
): void {
  diagnostics.required(state, ['Choices'], place);
  diagnostics.string(state, 'Default', place);
  const rules = diagnostics.objects(state, 'Choices', place);
  if (isJsonArray(state['Choices']) && state['Choices'].length === 0) {
    diagnostics.schema('Array must have at least 1 item', `${place}/Choices`);
  }
  for (const [rule, location] of rules) {
    if (language === 'JSONPath')
      diagnostics.schema(`A rule of JSONPath is not read, and ${JSONPATH_REFUSED}`, location);
    diagnostics.required(rule, ['Condition', 'Next'], location);
    diagnostics.string(rule, 'Next', location);
    checkAssign(rule, location, diagnostics);
    const condition = rule['Condition'];
    const usable =
      typeof condition === 'boolean' || (typeof condition === 'string' && isExpression(condition));
    if (condition !== undefined && !usable) {
      diagnostics.schema('Expected a Boolean or a JSONata expression', `${location}/Condition`);
    }
  }
}
