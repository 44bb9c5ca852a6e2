// Validates one state: its fields by its type and its query language, its Retry and Catch.

import { findIntegration } from '../integrations/resources.ts';
import { isExpression } from '../language/expression.ts';
import { parseTimestamp } from '../language/timestamps.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { Diagnostics } from './diagnostics.ts';
import { checkExpressions } from './expressions.ts';
import { checkCount, requiredInside } from './fields.ts';
import { checkMap } from './map.ts';

export type QueryLanguage = 'JSONata' | 'JSONPath';
const LANGUAGES = ['JSONPath', 'JSONata'];

export interface FlowRules {
  /** The state machine's own. */
  readonly language: QueryLanguage;
  /** Names of states so far: no two in a state machine may be the same. */
  readonly names: Set<string>;
  /** Labels of distributed Maps so far. */
  readonly labels: Set<string>;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** `any`: also resources that this engine does not serve, for a state that is tested with a mock. */
  readonly resources: 'served' | 'any';
}

const COMMON = ['Type', 'Comment', 'QueryLanguage'];
const ONWARD = ['Next', 'End', 'Assign', 'Output'];
const RECOVERING = ['Retry', 'Catch', 'Arguments'];
const TASK = ['Resource', 'TimeoutSeconds', 'HeartbeatSeconds', 'Credentials'];
const MAP = [
  ...['Items', 'ItemProcessor', 'Iterator', 'ItemSelector', 'MaxConcurrency'],
  ...['ToleratedFailureCount', 'ToleratedFailurePercentage', 'Label'],
  ...['ItemReader', 'ItemBatcher', 'ResultWriter'],
];
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: [...COMMON, ...ONWARD, ...RECOVERING, ...TASK],
  Pass: [...COMMON, ...ONWARD],
  Choice: [...COMMON, 'Choices', 'Default', 'Assign', 'Output'],
  Wait: [...COMMON, ...ONWARD, 'Seconds', 'Timestamp'],
  Succeed: [...COMMON, 'Output'],
  Fail: [...COMMON, 'Error', 'Cause'],
  Map: [...COMMON, ...ONWARD, 'Retry', 'Catch', ...MAP],
  Parallel: [...COMMON, ...ONWARD, ...RECOVERING, 'Branches'],
};

/** Fields that only JSONPath has, wherever they stand in a state. */
const JSONPATH_ONLY = [
  ...['InputPath', 'OutputPath', 'ResultPath', 'Parameters', 'ResultSelector', 'Result', 'ItemsPath'],
  ...['SecondsPath', 'TimestampPath', 'TimeoutSecondsPath', 'HeartbeatSecondsPath', 'ErrorPath', 'CausePath'],
  ...['MaxConcurrencyPath', 'ToleratedFailureCountPath', 'ToleratedFailurePercentagePath', 'Variable'],
];
/** Fields that a JSONPath state does not have. */
const JSONATA_ONLY = ['Arguments', 'Output', 'Items', 'Condition'];

const REFUSAL = 'this engine runs JSONata: set "QueryLanguage" to "JSONata"';

export function validateState(
  state: JsonObject,
  place: string,
  rules: FlowRules,
  diagnostics: Diagnostics,
): void {
  diagnostics.required(state, ['Type'], place);
  const type = diagnostics.string(state, 'Type', place);
  const known = type !== undefined && Object.hasOwn(FIELDS, type) ? FIELDS[type] : undefined;
  if (type !== undefined && !known) diagnostics.oneOf(Object.keys(FIELDS), `${place}/Type`);
  if (type === undefined || !known) return;
  const language = resolveLanguage(state['QueryLanguage'], rules.language);
  // It is all that is said of such a state's language.
  if (language === 'JSONPath' && rules.language === 'JSONata') {
    diagnostics.schema(
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
      place,
    );
    checkKnown(state, known, place, diagnostics);
  } else {
    checkFields(state, known, place, language, diagnostics);
  }
  checkLanguage(state, place, diagnostics);
  if (known.includes('End')) checkOnward(state, place, diagnostics);
  TYPE_CHECKS[type]?.(state, place, { ...rules, language }, diagnostics);
  checkAssign(state, place, diagnostics);
  checkRetry(state, place, diagnostics);
  checkCatch(state, place, language, diagnostics);
  if (language === 'JSONata') checkExpressions(state, place, diagnostics);
}

/** AWS takes anything but the one word for JSONata, also what it refuses (https://github.com/floci-io/floci/issues/2968). */
export function resolveLanguage(own: Json | undefined, inherited: QueryLanguage): QueryLanguage {
  if (own === undefined) return inherited;
  return own === 'JSONPath' ? 'JSONPath' : 'JSONata';
}

export function checkLanguage(fields: JsonObject, place: string, diagnostics: Diagnostics): void {
  const language = diagnostics.string(fields, 'QueryLanguage', place);
  if (language === undefined || LANGUAGES.includes(language)) return;
  diagnostics.oneOf(LANGUAGES, `${place}/QueryLanguage`);
}

function checkKnown(
  state: JsonObject,
  known: readonly string[],
  place: string,
  diagnostics: Diagnostics,
): void {
  for (const field of Object.keys(state)) {
    if (!known.includes(field) && !JSONPATH_ONLY.includes(field)) diagnostics.unsupported(field, place);
  }
}

function checkFields(
  state: JsonObject,
  known: readonly string[],
  place: string,
  language: QueryLanguage,
  diagnostics: Diagnostics,
): void {
  checkKnown(state, known, place, diagnostics);
  for (const field of Object.keys(state)) {
    if (language === 'JSONata') {
      if (JSONPATH_ONLY.includes(field)) otherLanguage(field, 'JSONata', place, diagnostics);
    } else if (JSONPATH_ONLY.includes(field)) {
      diagnostics.schema(`The field '${field}' belongs to JSONPath, and ${REFUSAL}`, `${place}/${field}`);
    } else if (known.includes(field) && JSONATA_ONLY.includes(field)) {
      otherLanguage(field, 'JSONPath', place, diagnostics);
    }
  }
  if (language === 'JSONPath') refusePaths(state, place, diagnostics);
}

function otherLanguage(
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

/** Keys that end in `.$` hold paths in a JSONPath state. */
function refusePaths(value: Json, place: string, diagnostics: Diagnostics): void {
  if (!isJsonObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    if (key === 'ItemProcessor' || key === 'Iterator') continue;
    if (key.endsWith('.$')) diagnostics.schema(`'${key}' is a JSONPath, and ${REFUSAL}`, `${place}/${key}`);
    refusePaths(item, `${place}/${key}`, diagnostics);
  }
}

function checkOnward(state: JsonObject, place: string, diagnostics: Diagnostics): void {
  diagnostics.string(state, 'Next', place);
  if ((state['Next'] === undefined) === (state['End'] !== true)) {
    diagnostics.schema("Exactly one of the fields 'Next' and 'End' must be set", place);
  }
}

type TypeCheck = (
  state: JsonObject,
  place: string,
  /** With the state's own language. */
  rules: FlowRules,
  diagnostics: Diagnostics,
) => void;

const TYPE_CHECKS: Readonly<Record<string, TypeCheck>> = {
  Task: checkTask,
  Choice: checkChoice,
  Fail(state, place, _rules, diagnostics) {
    diagnostics.string(state, 'Error', place);
    diagnostics.string(state, 'Cause', place);
  },
  Wait: checkWait,
  Map: checkMap,
  Parallel(state, place, _rules, diagnostics) {
    diagnostics.required(state, ['Branches'], place);
  },
};

/** Any integration of a service, or anything that is called by its own ARN. */
const RESOURCE = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+/;

function checkTask(
  state: JsonObject,
  place: string,
  { type, resources }: FlowRules,
  diagnostics: Diagnostics,
): void {
  diagnostics.required(state, ['Resource'], place);
  const resource = diagnostics.string(state, 'Resource', place);
  const integration = resource === undefined ? undefined : findIntegration(resource);
  const known = integration || resources === 'any';
  if (resource !== undefined && !RESOURCE.test(resource)) {
    diagnostics.schema('Value is not a valid resource ARN', `${place}/Resource`);
  } else if (resource !== undefined && !known) {
    diagnostics.schema(
      `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
      `${place}/Resource`,
    );
  }
  if (type === 'EXPRESS' && integration?.pattern) {
    diagnostics.schema(
      `Express state machine does not support '${integration.pattern}' service integration`,
      `${place}/Resource`,
    );
  }
  const args = state['Arguments'];
  if (isJsonObject(args)) {
    for (const field of integration?.required ?? []) {
      requiredInside(args, field, `${place}/Arguments`, diagnostics);
    }
  }
  const credentials = diagnostics.object(state, 'Credentials', place);
  if (credentials) requiredInside(credentials, 'RoleArn', `${place}/Credentials`, diagnostics);
  for (const field of ['TimeoutSeconds', 'HeartbeatSeconds']) checkCount(state, field, 1, place, diagnostics);
}

function checkChoice(
  state: JsonObject,
  place: string,
  { language }: FlowRules,
  diagnostics: Diagnostics,
): void {
  diagnostics.required(state, ['Choices'], place);
  diagnostics.string(state, 'Default', place);
  const rules = diagnostics.objects(state, 'Choices', place);
  if (isJsonArray(state['Choices']) && rules.length === 0) {
    diagnostics.schema('Array must have at least 1 item', `${place}/Choices`);
  }
  for (const [rule, location] of rules) {
    if (language === 'JSONPath')
      diagnostics.schema(`A rule of JSONPath is not read, and ${REFUSAL}`, location);
    diagnostics.required(rule, ['Condition', 'Next'], location);
    const condition = rule['Condition'];
    const usable =
      typeof condition === 'boolean' || (typeof condition === 'string' && isExpression(condition));
    if (condition !== undefined && !usable) {
      diagnostics.schema('Expected a Boolean or a JSONata expression', `${location}/Condition`);
    }
  }
}

function checkWait(state: JsonObject, place: string, _rules: FlowRules, diagnostics: Diagnostics): void {
  const given = ['Seconds', 'Timestamp'].filter((field) => state[field] !== undefined);
  if (given.length !== 1 && !JSONPATH_ONLY.some((field) => state[field] !== undefined)) {
    diagnostics.schema("Exactly one of the fields 'Seconds' and 'Timestamp' must be set", place);
  }
  checkCount(state, 'Seconds', 0, place, diagnostics);
  const timestamp = diagnostics.string(state, 'Timestamp', place);
  if (timestamp !== undefined && !isExpression(timestamp) && parseTimestamp(timestamp) === undefined) {
    diagnostics.schema('String does not match RFC3339 timestamp', `${place}/Timestamp`);
  }
}

/** The language, "Variable names": letters, digits and underscores; `states` is its own. */
const VARIABLE = /^[\p{L}_][\p{L}\p{N}_]{0,79}$/u;

function checkAssign(state: JsonObject, place: string, diagnostics: Diagnostics): void {
  for (const name of Object.keys(diagnostics.object(state, 'Assign', place) ?? {})) {
    if (VARIABLE.test(name) && name !== 'states') continue;
    diagnostics.schema(`'${name}' is not a valid variable name`, `${place}/Assign/${name}`);
  }
}

function checkRetry(state: JsonObject, place: string, diagnostics: Diagnostics): void {
  const retriers = diagnostics.objects(state, 'Retry', place);
  retriers.forEach(([retrier, location], index) => {
    checkErrorEquals(retrier, location, index === retriers.length - 1, diagnostics);
    for (const [field, least] of [
      ['IntervalSeconds', 1],
      ['MaxAttempts', 0],
      ['MaxDelaySeconds', 1],
    ] as const) {
      const value = retrier[field];
      if (value === undefined) continue;
      if (!Number.isInteger(value)) {
        diagnostics.schema('Expected value of type [INTEGER]', `${location}/${field}`);
      } else if (Number(value) < least) {
        diagnostics.schema(`Minimum value is ${least}`, `${location}/${field}`);
      }
    }
    const backoff = retrier['BackoffRate'];
    if (backoff !== undefined && !(typeof backoff === 'number' && backoff >= 1)) {
      diagnostics.schema('Expected a number of at least 1.0', `${location}/BackoffRate`);
    }
    const jitter = diagnostics.string(retrier, 'JitterStrategy', location);
    if (jitter !== undefined && jitter !== 'FULL' && jitter !== 'NONE') {
      diagnostics.oneOf(['FULL', 'NONE'], `${location}/JitterStrategy`);
    }
  });
}

function checkCatch(
  state: JsonObject,
  place: string,
  language: QueryLanguage,
  diagnostics: Diagnostics,
): void {
  const catchers = diagnostics.objects(state, 'Catch', place);
  catchers.forEach(([catcher, location], index) => {
    diagnostics.required(catcher, ['Next'], location);
    checkErrorEquals(catcher, location, index === catchers.length - 1, diagnostics);
    checkAssign(catcher, location, diagnostics);
    if (catcher['ResultPath'] !== undefined) {
      if (language === 'JSONata') otherLanguage('ResultPath', 'JSONata', location, diagnostics);
      else
        diagnostics.schema(
          `The field 'ResultPath' belongs to JSONPath, and ${REFUSAL}`,
          `${location}/ResultPath`,
        );
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
