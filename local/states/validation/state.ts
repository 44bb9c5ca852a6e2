// Validates one state: its fields by its type and its query language, its Retry and Catch.
import type { JsonObject } from '../model/json.ts';
import { checkChoice } from './choice.ts';
import type { Diagnostics } from './diagnostics.ts';
import { checkExpressions } from './expressions.ts';
import { checkAssign } from './fields.ts';
import { checkMap } from './map.ts';
import { checkFieldNames, checkLanguage, resolveLanguage } from './query-language.ts';
import { checkCatch, checkRetry } from './retry-and-catch.ts';
import type { FlowRules } from './rules.ts';
import { checkTask } from './task.ts';
import { checkWait } from './wait.ts';

const COMMON = ['Type', 'Comment', 'QueryLanguage'];
const TRANSITION = ['Next', 'End', 'Assign', 'Output'];
const CALL = ['Retry', 'Catch', 'Arguments'];
const TASK = ['Resource', 'TimeoutSeconds', 'HeartbeatSeconds', 'Credentials'];
const MAP = [
  ...['Items', 'ItemProcessor', 'Iterator', 'ItemSelector', 'MaxConcurrency'],
  ...['ToleratedFailureCount', 'ToleratedFailurePercentage', 'Label'],
  ...['ItemReader', 'ItemBatcher', 'ResultWriter'],
];
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: [...COMMON, ...TRANSITION, ...CALL, ...TASK],
  Pass: [...COMMON, ...TRANSITION],
  Choice: [...COMMON, 'Choices', 'Default', 'Assign', 'Output'],
  Wait: [...COMMON, ...TRANSITION, 'Seconds', 'Timestamp'],
  Succeed: [...COMMON, 'Output'],
  Fail: [...COMMON, 'Error', 'Cause'],
  Map: [...COMMON, ...TRANSITION, 'Retry', 'Catch', ...MAP],
  Parallel: [...COMMON, ...TRANSITION, ...CALL, 'Branches'],
};

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
  checkFieldNames(state, known, place, language, rules.language, diagnostics);
  checkLanguage(state, place, diagnostics);
  if (known.includes('End')) checkTransition(state, place, diagnostics);
  TYPE_CHECKS[type]?.(state, place, { ...rules, language }, diagnostics);
  checkAssign(state, place, diagnostics);
  checkRetry(state, place, diagnostics);
  checkCatch(state, place, language, diagnostics);
  if (language === 'JSONata') checkExpressions(state, place, diagnostics);
}

function checkTransition(state: JsonObject, place: string, diagnostics: Diagnostics): void {
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
