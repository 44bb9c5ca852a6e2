// Checks what a state may hold by its query language: this engine runs JSONata.
import type { Json, JsonObject } from '../model/json.ts';
import { isJsonObject } from '../model/json.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { QueryLanguage } from './rules.ts';

const LANGUAGES = ['JSONPath', 'JSONata'];

/** Fields that only JSONPath has, anywhere in a state. */
export const JSONPATH_ONLY = [
  ...['InputPath', 'OutputPath', 'ResultPath', 'Parameters', 'ResultSelector', 'Result', 'ItemsPath'],
  ...['SecondsPath', 'TimestampPath', 'TimeoutSecondsPath', 'HeartbeatSecondsPath', 'ErrorPath', 'CausePath'],
  ...['MaxConcurrencyPath', 'ToleratedFailureCountPath', 'ToleratedFailurePercentagePath', 'Variable'],
];
/** Fields that a JSONPath state does not have. */
const JSONATA_ONLY = ['Arguments', 'Output', 'Items', 'Condition'];

export const JSONPATH_REFUSED = 'this engine runs JSONata: set "QueryLanguage" to "JSONata"';

/** For AWS any value but JSONPath is JSONata, also an invalid one (https://github.com/floci-io/floci/issues/2968). */
export function resolveLanguage(own: Json | undefined, inherited: QueryLanguage): QueryLanguage {
  if (own === undefined) return inherited;
  return own === 'JSONPath' ? 'JSONPath' : 'JSONata';
}

export function checkLanguage(fields: JsonObject, place: string, diagnostics: Diagnostics): void {
  const language = diagnostics.string(fields, 'QueryLanguage', place);
  if (language === undefined || LANGUAGES.includes(language)) return;
  diagnostics.oneOf(LANGUAGES, `${place}/QueryLanguage`);
}

/** `known`: the fields that a state of this type has. */
export function checkFieldNames(
  state: JsonObject,
  known: readonly string[],
  place: string,
  language: QueryLanguage,
  inherited: QueryLanguage,
  diagnostics: Diagnostics,
): void {
  // Of a JSONPath state in a JSONata state machine AWS reports nothing else about its language.
  const refused = language === 'JSONPath' && inherited === 'JSONata';
  if (refused) {
    diagnostics.schema(
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
      place,
    );
  }
  for (const field of Object.keys(state)) {
    if (!known.includes(field) && !JSONPATH_ONLY.includes(field)) diagnostics.unsupported(field, place);
  }
  if (!refused) checkFieldLanguages(state, known, place, language, diagnostics);
}

function checkFieldLanguages(
  state: JsonObject,
  known: readonly string[],
  place: string,
  language: QueryLanguage,
  diagnostics: Diagnostics,
): void {
  for (const field of Object.keys(state)) {
    if (language === 'JSONata') {
      if (JSONPATH_ONLY.includes(field)) otherLanguage(field, 'JSONata', place, diagnostics);
    } else if (JSONPATH_ONLY.includes(field)) {
      refuseJsonPath(field, place, diagnostics);
    } else if (known.includes(field) && JSONATA_ONLY.includes(field)) {
      otherLanguage(field, 'JSONPath', place, diagnostics);
    }
  }
  if (language === 'JSONPath') refusePaths(state, place, diagnostics);
}

export function refuseJsonPath(field: string, place: string, diagnostics: Diagnostics): void {
  diagnostics.schema(
    `The field '${field}' belongs to JSONPath, and ${JSONPATH_REFUSED}`,
    `${place}/${field}`,
  );
}

export function otherLanguage(
  field: string,
  language: QueryLanguage,
  place: string,
  diagnostics: Diagnostics,
): void {
  const other = language === 'JSONata' ? 'JSONPath' : 'JSONata';
  diagnostics.schema(
    `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`,
    place,
  );
}

/** In a JSONPath state, keys that end in `.$` have paths as values. */
function refusePaths(value: Json, place: string, diagnostics: Diagnostics): void {
  if (!isJsonObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    if (key === 'ItemProcessor' || key === 'Iterator') continue;
    if (key.endsWith('.$'))
      diagnostics.schema(`'${key}' is a JSONPath, and ${JSONPATH_REFUSED}`, `${place}/${key}`);
    refusePaths(item, `${place}/${key}`, diagnostics);
  }
}
