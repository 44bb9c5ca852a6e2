// Validates a definition: its JSON, its flows, and that every state is reached and leads somewhere.
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import { readJson } from '../json-text.ts';
import { type Diagnostic, Diagnostics } from './diagnostics.ts';
import { type FlowRules, validateState } from './states.ts';

const MAX_NAME = 80;
const TOP_FIELDS = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version'];
const PROCESSOR_FIELDS = ['Comment', 'ProcessorConfig', 'StartAt', 'States'];
const BRANCH_FIELDS = ['Comment', 'StartAt', 'States'];

/** Everything that is wrong with a definition; nothing when it can be run. */
export function validateDefinition(
  text: string,
  type: FlowRules['type'] = 'STANDARD',
  resources: FlowRules['resources'] = 'served',
): readonly Diagnostic[] {
  const diagnostics = new Diagnostics();
  const definition = readDefinition(text, diagnostics);
  if (!definition) return diagnostics.list;
  const language = diagnostics.string(definition, 'QueryLanguage', '');
  if (language !== undefined && language !== 'JSONata' && language !== 'JSONPath') {
    diagnostics.schema(`Value must be one of [JSONPath, JSONata], but was '${language}'`, '/QueryLanguage');
  }
  const timeout = definition['TimeoutSeconds'];
  if (timeout !== undefined && !(Number.isInteger(timeout) && Number(timeout) > 0)) {
    diagnostics.schema('Expected a positive Integer', '/TimeoutSeconds');
  }
  const rules: FlowRules = {
    language: language === 'JSONata' ? 'JSONata' : 'JSONPath',
    names: new Set(),
    ...{ type, resources },
  };
  validateFlow(definition, TOP_FIELDS, '', rules, diagnostics);
  return diagnostics.list;
}

/** A state by itself, as TestState takes it: where it leads to is not looked at. */
export function validateSingleState(text: string): readonly Diagnostic[] {
  const diagnostics = new Diagnostics();
  const state = readDefinition(text, diagnostics);
  if (!state) return diagnostics.list;
  const rules: FlowRules = {
    language: 'JSONPath',
    names: new Set(),
    type: 'STANDARD',
    resources: 'any',
  };
  validateState(state, '', rules, diagnostics);
  validateInnerFlows(state, '', { ...rules, language: languageOf(state) }, diagnostics);
  return diagnostics.list;
}

/** The language of the states inside: they are read as if their own one stood for the whole state machine. */
const languageOf = (state: JsonObject) => (state['QueryLanguage'] === 'JSONata' ? 'JSONata' : 'JSONPath');

/** The state of that name, wherever in the definition it is. */
export function findState(flow: JsonObject, name: string): JsonObject | undefined {
  const states = isJsonObject(flow['States']) ? flow['States'] : {};
  const own = Object.hasOwn(states, name) ? states[name] : undefined;
  if (isJsonObject(own)) return own;
  for (const state of Object.values(states).filter(isJsonObject)) {
    const branches = isJsonArray(state['Branches']) ? state['Branches'] : [];
    for (const inner of [state['ItemProcessor'], state['Iterator'], ...branches]) {
      const found = isJsonObject(inner) ? findState(inner, name) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

function readDefinition(text: string, diagnostics: Diagnostics): JsonObject | undefined {
  if (text.trim() !== '') {
    const read = readJson(text);
    if ('fault' in read) {
      const { message, line, column } = read.fault;
      const location = `[Source: (String)"${text}"; line: ${line}, column: ${column}]`;
      diagnostics.add('INVALID_JSON_DESCRIPTION', `${message}\n at ${location}`, location);
      return undefined;
    }
    if (isJsonObject(read.value)) return read.value;
  }
  diagnostics.add('SCHEMA_VALIDATION_FAILED', 'Definition must be a valid JSON object');
  return undefined;
}

function validateFlow(
  flow: JsonObject,
  known: readonly string[],
  location: string,
  rules: FlowRules,
  diagnostics: Diagnostics,
): void {
  for (const field of Object.keys(flow)) {
    if (!known.includes(field)) diagnostics.schema('Field is not supported', `${location}/${field}`);
  }
  diagnostics.required(flow, ['StartAt', 'States'], location);
  const startAt = diagnostics.string(flow, 'StartAt', location);
  const states = diagnostics.object(flow, 'States', location);
  if (!states) return;
  if (startAt !== undefined && !Object.hasOwn(states, startAt)) {
    missingTarget('Next', startAt, `${location}/StartAt`, diagnostics);
  }
  const targets = new Map<string, readonly string[]>();
  for (const [name, state] of Object.entries(states)) {
    const place = `${location}/States/${name}`;
    checkName(name, place, rules, diagnostics);
    if (!isJsonObject(state)) {
      diagnostics.schema('Expected value of type Object', place);
      continue;
    }
    validateState(state, place, rules, diagnostics);
    targets.set(name, targetsOf(state, place, states, diagnostics));
    validateInnerFlows(state, place, rules, diagnostics);
  }
  if (startAt !== undefined) checkReachable(startAt, targets, location, diagnostics);
}

function checkName(name: string, place: string, rules: FlowRules, diagnostics: Diagnostics): void {
  if (name.length > MAX_NAME) diagnostics.schema(`State name is longer than ${MAX_NAME} characters`, place);
  if (rules.names.has(name)) diagnostics.add('DUPLICATE_STATE_NAME', `Duplicate State name: ${name}`, place);
  rules.names.add(name);
}

/** The states that a state points to; each that does not exist is reported. */
function targetsOf(state: JsonObject, place: string, states: JsonObject, diagnostics: Diagnostics): string[] {
  const ways: (readonly [field: string, target: Json | undefined, place: string])[] = [
    ['Next', state['Next'], `${place}/Next`],
    ['Default', state['Default'], `${place}/Default`],
  ];
  for (const list of ['Choices', 'Catch']) {
    const items = state[list];
    if (!isJsonArray(items)) continue;
    items.forEach((item, index) => {
      if (isJsonObject(item)) ways.push(['Next', item['Next'], `${place}/${list}[${index}]/Next`]);
    });
  }
  return ways.flatMap(([field, target, location]) => {
    if (typeof target !== 'string') return [];
    if (Object.hasOwn(states, target)) return [target];
    missingTarget(field, target, location, diagnostics);
    return [];
  });
}

function missingTarget(field: string, target: string, location: string, diagnostics: Diagnostics): void {
  diagnostics.add('MISSING_TRANSITION_TARGET', `Missing '${field}' target: ${target}`, location);
}

function checkReachable(
  startAt: string,
  targets: ReadonlyMap<string, readonly string[]>,
  location: string,
  diagnostics: Diagnostics,
): void {
  const reached = new Set<string>();
  const open = [startAt];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    open.push(...(targets.get(name) ?? []));
  }
  for (const name of targets.keys()) {
    if (reached.has(name)) continue;
    diagnostics.add(
      'MISSING_TRANSITION_TARGET',
      `State "${name}" is not reachable.`,
      `${location}/States/${name}`,
    );
  }
}

function validateInnerFlows(
  state: JsonObject,
  place: string,
  rules: FlowRules,
  diagnostics: Diagnostics,
): void {
  if (state['Type'] === 'Parallel') {
    for (const [branch, location] of diagnostics.objects(state, 'Branches', place)) {
      validateFlow(branch, BRANCH_FIELDS, location, rules, diagnostics);
    }
  }
  if (state['Type'] === 'Map') {
    const field = state['ItemProcessor'] === undefined ? 'Iterator' : 'ItemProcessor';
    const processor = diagnostics.object(state, field, place);
    if (!processor) return;
    const config = processor['ProcessorConfig'];
    // The iterations of a distributed Map may be Express executions.
    const express = isJsonObject(config) && config['ExecutionType'] === 'EXPRESS';
    const inner = express ? { ...rules, type: 'EXPRESS' as const } : rules;
    validateFlow(processor, PROCESSOR_FIELDS, `${place}/${field}`, inner, diagnostics);
  }
}
