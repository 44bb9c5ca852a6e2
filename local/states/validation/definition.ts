// Validates a definition: its JSON, its flows, and that every state is reachable and has a valid next state.
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { readJson } from '../model/json-text.ts';
import { type Diagnostic, Diagnostics } from './diagnostics.ts';
import { checkLanguage, resolveLanguage } from './query-language.ts';
import type { FlowRules } from './rules.ts';
import { validateState } from './state.ts';

const MAX_NAME = 80;
const TOP_FIELDS = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version'];
const PROCESSOR_FIELDS = ['Comment', 'ProcessorConfig', 'StartAt', 'States'];
const BRANCH_FIELDS = ['Comment', 'StartAt', 'States'];

/** Everything that is wrong with a definition; empty when it can be run. */
export function validateDefinition(
  text: string,
  type: FlowRules['type'] = 'STANDARD',
  resources: FlowRules['resources'] = 'supported',
): readonly Diagnostic[] {
  const diagnostics = new Diagnostics();
  const definition = readDefinition(text, diagnostics);
  if (!definition) return diagnostics.list;
  checkLanguage(definition, '', diagnostics);
  const timeout = definition['TimeoutSeconds'];
  if (timeout !== undefined && !Number.isInteger(timeout)) {
    diagnostics.schema('Expected value of type [INTEGER]', '/TimeoutSeconds');
  } else if (timeout !== undefined && Number(timeout) < 1) {
    diagnostics.schema('Minimum value is 1', '/TimeoutSeconds');
  }
  const rules: FlowRules = {
    language: resolveLanguage(definition['QueryLanguage'], 'JSONPath'),
    names: new Set(),
    labels: new Set(),
    ...{ type, resources },
  };
  validateFlow(definition, TOP_FIELDS, '', rules, diagnostics);
  return diagnostics.list;
}

/** A state by itself, as TestState takes it: its next state is not checked. */
export function validateSingleState(text: string): readonly Diagnostic[] {
  const diagnostics = new Diagnostics();
  const state = readDefinition(text, diagnostics);
  if (!state) return diagnostics.list;
  const rules: FlowRules = {
    language: 'JSONPath',
    names: new Set(),
    labels: new Set(),
    type: 'STANDARD',
    resources: 'any',
  };
  validateState(state, '', rules, diagnostics);
  // For the states inside, its query language counts as that of the whole state machine.
  const language = resolveLanguage(state['QueryLanguage'], 'JSONPath');
  validateInnerFlows(state, '', { ...rules, language }, diagnostics);
  return diagnostics.list;
}

interface Found {
  readonly state: JsonObject;
  /** The Map in whose processor it is. */
  readonly map: JsonObject | undefined;
}

/** The state of that name, at any depth of the definition. */
export function findState(flow: JsonObject, name: string, map?: JsonObject): Found | undefined {
  const states = isJsonObject(flow['States']) ? flow['States'] : {};
  const own = Object.hasOwn(states, name) ? states[name] : undefined;
  if (isJsonObject(own)) return { state: own, map };
  for (const state of Object.values(states).filter(isJsonObject)) {
    for (const inner of innerFlows(state)) {
      const found = findState(inner, name, state['Type'] === 'Map' ? state : map);
      if (found) return found;
    }
  }
  return undefined;
}

/** A Map's processor, a Parallel's branches. Iterator is the older name of ItemProcessor. */
export function innerFlows(state: JsonObject): readonly JsonObject[] {
  const branches = isJsonArray(state['Branches']) ? state['Branches'] : [];
  return [state['ItemProcessor'], state['Iterator'], ...branches].filter(isJsonObject);
}

function readDefinition(text: string, diagnostics: Diagnostics): JsonObject | undefined {
  if (text.trim() !== '') {
    const read = readJson(text);
    if ('fault' in read) {
      const { message, line, column } = read.fault;
      const location = `[Source: (String)${snippet(text)}; line: ${line}, column: ${column}]`;
      diagnostics.add('INVALID_JSON_DESCRIPTION', `${message}\n at ${location}`, location);
      return undefined;
    }
    if (isJsonObject(read.value)) return read.value;
  }
  diagnostics.add('SCHEMA_VALIDATION_FAILED', 'Definition must be a valid JSON object');
  return undefined;
}

/** Jackson's messages quote so many characters of the text. */
const MAX_SNIPPET = 500;

function snippet(text: string): string {
  if (text.length <= MAX_SNIPPET) return `"${text}"`;
  return `"${text.slice(0, MAX_SNIPPET)}"[truncated ${text.length - MAX_SNIPPET} chars]`;
}

function validateFlow(
  flow: JsonObject,
  known: readonly string[],
  location: string,
  rules: FlowRules,
  diagnostics: Diagnostics,
): void {
  for (const field of Object.keys(flow)) {
    if (!known.includes(field)) diagnostics.unsupported(field, location);
  }
  diagnostics.required(flow, ['StartAt', 'States'], location);
  const startAt = diagnostics.string(flow, 'StartAt', location);
  const states = diagnostics.object(flow, 'States', location);
  if (!states) return;
  if (startAt !== undefined && !Object.hasOwn(states, startAt)) {
    missingTarget(startAt, `${location}/StartAt`, diagnostics);
  }
  const targets = new Map<string, readonly string[]>();
  for (const [name, state] of Object.entries(states)) {
    const place = `${location}/States/${name}`;
    checkName(name, place, rules, diagnostics);
    if (!isJsonObject(state)) {
      diagnostics.schema('Expected value of type [OBJECT]', place);
      continue;
    }
    validateState(state, place, rules, diagnostics);
    targets.set(name, targetsOf(state, place, states, diagnostics));
    validateInnerFlows(state, place, rules, diagnostics);
  }
  if (location === '' && !hasEnd(states)) {
    // An error in the states themselves may be the reason.
    if (diagnostics.list.every(({ code }) => code === MISSING_TARGET)) {
      diagnostics.add('MISSING_END_STATE', 'Workflow has no terminal state');
    }
    return;
  }
  if (startAt !== undefined) checkReachable(startAt, targets, location, diagnostics);
}

const MISSING_TARGET = 'MISSING_TRANSITION_TARGET';

/** Checked for the state machine itself, not for its branches and item processors. */
function hasEnd(states: JsonObject): boolean {
  return Object.values(states).some(
    (state) =>
      isJsonObject(state) && (state['End'] === true || ['Succeed', 'Fail'].includes(String(state['Type']))),
  );
}

function checkName(name: string, place: string, rules: FlowRules, diagnostics: Diagnostics): void {
  if (name.length > MAX_NAME) diagnostics.schema(`State name is longer than ${MAX_NAME} characters`, place);
  if (rules.names.has(name)) diagnostics.add('DUPLICATE_STATE_NAME', `Duplicate State name: ${name}`, place);
  rules.names.add(name);
}

/** The next states of a state; those that do not exist are reported. */
function targetsOf(state: JsonObject, place: string, states: JsonObject, diagnostics: Diagnostics): string[] {
  const transitions: (readonly [target: Json | undefined, place: string])[] = [
    [state['Next'], `${place}/Next`],
    [state['Default'], `${place}/Default`],
  ];
  for (const list of ['Choices', 'Catch']) {
    const items = state[list];
    if (!isJsonArray(items)) continue;
    items.forEach((item, index) => {
      if (isJsonObject(item)) transitions.push([item['Next'], `${place}/${list}[${index}]/Next`]);
    });
  }
  return transitions.flatMap(([target, location]) => {
    if (typeof target !== 'string') return [];
    if (Object.hasOwn(states, target)) return [target];
    missingTarget(target, location, diagnostics);
    return [];
  });
}

/** AWS calls it 'Next' in whatever field it is (https://github.com/floci-io/floci/pull/2786). */
function missingTarget(target: string, location: string, diagnostics: Diagnostics): void {
  diagnostics.add(MISSING_TARGET, `Missing 'Next' target: ${target}`, location);
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
    diagnostics.add(MISSING_TARGET, `State "${name}" is not reachable.`, `${location}/States/${name}`);
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
