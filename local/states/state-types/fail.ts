// Fail: ends its flow with an error.
import { compileString, type Language } from '../data-flow.ts';
import { StateFailure } from '../errors.ts';
import type { State } from '../flow.ts';
import type { JsonObject } from '../json.ts';

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
