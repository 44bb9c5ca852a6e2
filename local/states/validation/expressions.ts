// Validates the JSONata expressions of a state: their syntax, and that they refer only to what exists.
//
// The codes and messages were read off AWS: https://github.com/floci-io/floci/issues/2745, 2670 and 2786.
import jsonata from 'jsonata';
import { isExpression, sourceOf } from '../language/expression.ts';
import { isJsonArray, isJsonObject, isObject, type Json, type JsonObject } from '../model/json.ts';
import type { Diagnostics } from './diagnostics.ts';

/** Fields of a state that may be, or contain, expressions. */
const FIELDS = [
  ...['Arguments', 'Items', 'ItemSelector', 'MaxConcurrency', 'ToleratedFailureCount'],
  ...['ToleratedFailurePercentage', 'Seconds', 'Timestamp', 'TimeoutSeconds', 'HeartbeatSeconds'],
  ...['Error', 'Cause', 'Credentials'],
];
const EXIT_FIELDS = ['Assign', 'Output'];
/** Those of the objects in a state. */
const NESTED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  ItemReader: ['Arguments', 'ReaderConfig/MaxItems'],
  ItemBatcher: ['MaxItemsPerBatch', 'MaxInputBytesPerBatch', 'BatchInput'],
  ResultWriter: ['Arguments'],
};
const WITH_RESULT: readonly unknown[] = ['Task', 'Map', 'Parallel'];

/** Fields of `$states` that exist only in some fields (developer guide, "Reserved variable: $states"). */
type ResultField = 'result' | 'errorOutput';

export function checkExpressions(state: JsonObject, place: string, diagnostics: Diagnostics): void {
  for (const expression of expressionsOf(state, place)) checkExpression(expression, diagnostics);
}

interface Placed {
  /** With its delimiters. */
  readonly text: string;
  readonly place: string;
  readonly resultField: ResultField | undefined;
}

/** All expressions of a state, without those of the states inside it. */
export function* expressionsOf(state: JsonObject, place = ''): Generator<Placed> {
  for (const field of FIELDS) yield* inValue(state[field], `${place}/${field}`);
  for (const [name, fields] of Object.entries(NESTED_FIELDS)) {
    for (const field of fields) yield* inValue(at(state[name], field), `${place}/${name}/${field}`);
  }
  const resultField = WITH_RESULT.includes(state['Type']) ? 'result' : undefined;
  for (const field of EXIT_FIELDS) yield* inValue(state[field], `${place}/${field}`, resultField);
  for (const [rule, location] of objects(state, 'Choices', place)) {
    for (const field of ['Condition', ...EXIT_FIELDS]) yield* inValue(rule[field], `${location}/${field}`);
  }
  for (const [catcher, location] of objects(state, 'Catch', place)) {
    for (const field of EXIT_FIELDS) yield* inValue(catcher[field], `${location}/${field}`, 'errorOutput');
  }
}

function at(value: Json | undefined, path: string): Json | undefined {
  return path
    .split('/')
    .reduce<Json | undefined>((inner, key) => (isJsonObject(inner) ? inner[key] : undefined), value);
}

function objects(state: JsonObject, name: string, place: string): (readonly [JsonObject, string])[] {
  const list = state[name];
  if (!isJsonArray(list)) return [];
  return list.flatMap((item, index) =>
    isJsonObject(item) ? [[item, `${place}/${name}[${index}]`] as const] : [],
  );
}

function* inValue(value: Json | undefined, place: string, resultField?: ResultField): Generator<Placed> {
  if (typeof value === 'string') {
    if (isExpression(value)) yield { text: value, place, resultField };
  } else if (isJsonArray(value)) {
    for (const [index, item] of value.entries()) yield* inValue(item, `${place}[${index}]`, resultField);
  } else if (isJsonObject(value)) {
    for (const [key, item] of Object.entries(value)) yield* inValue(item, `${place}/${key}`, resultField);
  }
}

function checkExpression({ text, place, resultField }: Placed, diagnostics: Diagnostics): void {
  let tree: unknown;
  try {
    tree = jsonata(sourceOf(text)).ast();
  } catch (error) {
    const message = isObject(error) ? String(error['message'] ?? error) : String(error);
    diagnostics.add('INVALID_JSONATA_EXPRESSION', message, place);
    return;
  }
  const found = new Set<string>();
  findTopLevel(tree, found);
  findEverywhere(tree, resultField, found);
  for (const problem of found) diagnostics.add('UNSUPPORTED_JSONATA_EXPRESSION', problem, place);
}

type Node = Readonly<Record<string, unknown>>;

/** Parts that are evaluated with the same context as the whole. */
const SAME_CONTEXT = [
  ...['lhs', 'rhs', 'expression', 'expressions', 'condition', 'then', 'else', 'arguments', 'body'],
  'procedure',
];
const NAMED = ['name', 'wildcard', 'descendant'];

/** Reports references to the context of the whole expression, which has none in Step Functions. */
function findTopLevel(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) findTopLevel(item, found);
    return;
  }
  if (!isObject(value)) return;
  const { type, steps } = value;
  if (type === 'path' && Array.isArray(steps)) {
    findTopLevel(steps[0], found);
    return;
  }
  const name = value['value'];
  if (NAMED.includes(String(type)) || (type === 'variable' && name === '')) {
    const shown = name === '' ? '$' : name;
    found.add(`Reference to '${shown}' at the top level is not supported.`);
  }
  if (type === 'bind') findTopLevel(value['rhs'], found);
  // A function's parameters are not references.
  else if (type === 'lambda') findTopLevel(value['body'], found);
  else if (type !== 'transform') for (const part of SAME_CONTEXT) findTopLevel(value[part], found);
}

/** Reports `$$`, and fields of `$states` that do not exist here. */
function findEverywhere(value: unknown, resultField: ResultField | undefined, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) findEverywhere(item, resultField, found);
    return;
  }
  if (!isObject(value)) return;
  if (isVariable(value, '$')) found.add("Reference to '$$' is not supported.");
  const { type, steps } = value;
  if (type === 'path' && Array.isArray(steps) && isVariable(steps[0], 'states')) {
    const field: unknown = isObject(steps[1]) && steps[1]['type'] === 'name' ? steps[1]['value'] : undefined;
    if ((field === 'result' || field === 'errorOutput') && field !== resultField) {
      found.add(`Field '$states.${field}' does not exist.`);
    }
  }
  for (const part of Object.values(value)) findEverywhere(part, resultField, found);
}

function isVariable(value: unknown, name: string): value is Node {
  return isObject(value) && value['type'] === 'variable' && value['value'] === name;
}
