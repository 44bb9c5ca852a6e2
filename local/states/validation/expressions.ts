// Validates the JSONata of a state: that each expression can be read, and refers only to what is there.
//
// The codes and words were read off AWS: https://github.com/floci-io/floci/issues/2745, 2670 and 2786.
import jsonata from 'jsonata';
import { isExpression, sourceOf } from '../language/expression.ts';
import { isJsonArray, isJsonObject, isObject, type Json, type JsonObject } from '../model/json.ts';
import type { Diagnostics } from './diagnostics.ts';

/** Fields of a state that expressions may give, or be in. */
const FIELDS = [
  ...['Arguments', 'Items', 'ItemSelector', 'MaxConcurrency', 'ToleratedFailureCount'],
  ...['ToleratedFailurePercentage', 'Seconds', 'Timestamp', 'TimeoutSeconds', 'HeartbeatSeconds'],
  ...['Error', 'Cause', 'Credentials'],
];
const WAY_OUT = ['Assign', 'Output'];
/** The same of what stands inside of a state. */
const INSIDE: Readonly<Record<string, readonly string[]>> = {
  ItemReader: ['Arguments', 'ReaderConfig/MaxItems'],
  ItemBatcher: ['MaxItemsPerBatch', 'MaxInputBytesPerBatch', 'BatchInput'],
  ResultWriter: ['Arguments'],
};
const WITH_RESULT: readonly unknown[] = ['Task', 'Map', 'Parallel'];

/** Fields of `$states` that are not everywhere (developer guide, "Reserved variable: $states"). */
type Special = 'result' | 'errorOutput';

export function checkExpressions(state: JsonObject, place: string, diagnostics: Diagnostics): void {
  for (const expression of expressionsOf(state, place)) checkExpression(expression, diagnostics);
}

interface Placed {
  /** With its delimiters. */
  readonly text: string;
  readonly place: string;
  readonly special: Special | undefined;
}

/** All expressions of a state, but for those of the states inside of it. */
export function* expressionsOf(state: JsonObject, place = ''): Generator<Placed> {
  for (const field of FIELDS) yield* inValue(state[field], `${place}/${field}`);
  for (const [name, fields] of Object.entries(INSIDE)) {
    for (const field of fields) yield* inValue(at(state[name], field), `${place}/${name}/${field}`);
  }
  const special = WITH_RESULT.includes(state['Type']) ? 'result' : undefined;
  for (const field of WAY_OUT) yield* inValue(state[field], `${place}/${field}`, special);
  for (const [rule, location] of objects(state, 'Choices', place)) {
    for (const field of ['Condition', ...WAY_OUT]) yield* inValue(rule[field], `${location}/${field}`);
  }
  for (const [catcher, location] of objects(state, 'Catch', place)) {
    for (const field of WAY_OUT) yield* inValue(catcher[field], `${location}/${field}`, 'errorOutput');
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

function* inValue(value: Json | undefined, place: string, special?: Special): Generator<Placed> {
  if (typeof value === 'string') {
    if (isExpression(value)) yield { text: value, place, special };
  } else if (isJsonArray(value)) {
    for (const [index, item] of value.entries()) yield* inValue(item, `${place}[${index}]`, special);
  } else if (isJsonObject(value)) {
    for (const [key, item] of Object.entries(value)) yield* inValue(item, `${place}/${key}`, special);
  }
}

function checkExpression({ text, place, special }: Placed, diagnostics: Diagnostics): void {
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
  findEverywhere(tree, special, found);
  for (const problem of found) diagnostics.add('UNSUPPORTED_JSONATA_EXPRESSION', problem, place);
}

type Node = Readonly<Record<string, unknown>>;

/** Parts that are evaluated with the same context as the whole. */
const SAME_CONTEXT = [
  ...['lhs', 'rhs', 'expression', 'expressions', 'condition', 'then', 'else', 'arguments', 'body'],
  'procedure',
];
const NAMED = ['name', 'wildcard', 'descendant'];

/** References to the context of the whole expression: there is none in Step Functions. */
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
  // The parameters of a function are no references.
  else if (type === 'lambda') findTopLevel(value['body'], found);
  else if (type !== 'transform') for (const part of SAME_CONTEXT) findTopLevel(value[part], found);
}

/** `$$`, and fields of `$states` that the place does not have. */
function findEverywhere(value: unknown, special: Special | undefined, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) findEverywhere(item, special, found);
    return;
  }
  if (!isObject(value)) return;
  if (isVariable(value, '$')) found.add("Reference to '$$' is not supported.");
  const { type, steps } = value;
  if (type === 'path' && Array.isArray(steps) && isVariable(steps[0], 'states')) {
    const field: unknown = isObject(steps[1]) && steps[1]['type'] === 'name' ? steps[1]['value'] : undefined;
    if ((field === 'result' || field === 'errorOutput') && field !== special) {
      found.add(`Field '$states.${field}' does not exist.`);
    }
  }
  for (const part of Object.values(value)) findEverywhere(part, special, found);
}

function isVariable(value: unknown, name: string): value is Node {
  return isObject(value) && value['type'] === 'variable' && value['value'] === name;
}
