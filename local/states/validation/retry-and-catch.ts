// Validates the Retry and Catch of a state.
import { asNumber, type JsonObject } from '../model/json.ts';
import type { Diagnostics } from './diagnostics.ts';
import { checkAssign } from './fields.ts';
import { otherLanguage, refuseJsonPath } from './query-language.ts';
import type { QueryLanguage } from './rules.ts';

export function checkRetry(state: JsonObject, place: string, diagnostics: Diagnostics): void {
  const retriers = diagnostics.objects(state, 'Retry', place);
  retriers.forEach(([retrier, location], index) => {
    checkErrorEquals(retrier, location, index === retriers.length - 1, diagnostics);
    for (const [field, least] of [
      ['IntervalSeconds', 1],
      ['MaxAttempts', 0],
      ['MaxDelaySeconds', 1],
    ] as const) {
      const value = asNumber(retrier[field]);
      if (value === undefined) continue;
      if (!Number.isInteger(value)) {
        diagnostics.schema('Expected value of type [INTEGER]', `${location}/${field}`);
      } else if (Number(value) < least) {
        diagnostics.schema(`Minimum value is ${least}`, `${location}/${field}`);
      }
    }
    const backoff = asNumber(retrier['BackoffRate']);
    if (backoff !== undefined && !(typeof backoff === 'number' && backoff >= 1)) {
      diagnostics.schema('Expected a number of at least 1.0', `${location}/BackoffRate`);
    }
    const jitter = diagnostics.string(retrier, 'JitterStrategy', location);
    if (jitter !== undefined && jitter !== 'FULL' && jitter !== 'NONE') {
      diagnostics.oneOf(['FULL', 'NONE'], `${location}/JitterStrategy`);
    }
  });
}

export function checkCatch(
  state: JsonObject,
  place: string,
  language: QueryLanguage,
  diagnostics: Diagnostics,
): void {
  const catchers = diagnostics.objects(state, 'Catch', place);
  catchers.forEach(([catcher, location], index) => {
    diagnostics.required(catcher, ['Next'], location);
    diagnostics.string(catcher, 'Next', location);
    checkErrorEquals(catcher, location, index === catchers.length - 1, diagnostics);
    checkAssign(catcher, location, diagnostics);
    if (catcher['ResultPath'] !== undefined) {
      if (language === 'JSONata') otherLanguage('ResultPath', 'JSONata', location, diagnostics);
      else refuseJsonPath('ResultPath', location, diagnostics);
    }
  });
}

function checkErrorEquals(handler: JsonObject, place: string, last: boolean, diagnostics: Diagnostics): void {
  diagnostics.required(handler, ['ErrorEquals'], place);
  const names = diagnostics.array(handler, 'ErrorEquals', place);
  if (!names) return;
  const location = `${place}/ErrorEquals`;
  if (names.length === 0) diagnostics.schema('Array must have at least 1 item', location);
  if (names.some((name) => typeof name !== 'string'))
    diagnostics.schema('Expected value of type [STRING]', location);
  if (names.includes('States.ALL') && (names.length > 1 || !last)) {
    diagnostics.schema('States.ALL must appear alone and at the end of the list', location);
  }
}
