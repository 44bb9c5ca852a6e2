// Fail: ends its flow with an error.
import { compileString, type Language } from '../language/fields.ts';
import { StateFailure } from '../model/errors.ts';
import type { JsonObject } from '../model/json.ts';
import type { State } from '../runtime/run-flow.ts';

export function compileFail(name: string, fields: JsonObject, language: Language): State {
  const error = compileString(fields['Error'], 'Error', language);
  const cause = compileString(fields['Cause'], 'Cause', language);
  return {
    name,
    type: 'Fail',
    async execute(visit) {
      throw new StateFailure(await visit.evaluateTyped(error), await visit.evaluateTyped(cause));
    },
  };
}
