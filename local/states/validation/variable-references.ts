// The variables that each state of a definition refers to, as DescribeStateMachine returns them.
import jsonata from 'jsonata';
import { sourceOf } from '../language/expression.ts';
import { functionNames } from '../language/functions.ts';
import { isJsonArray, isJsonObject, isObject, type JsonObject, parseJson } from '../model/json.ts';
import { innerFlows } from './definition.ts';
import { expressionsOf } from './expressions.ts';

/** `variableReferences` of a valid definition; undefined when no state refers to a variable. */
export function variableReferences(definition: string) {
  const top = parseJson(definition);
  const states = isJsonObject(top) ? [...statesOf(top)] : [];
  const assigned = new Set(states.flatMap(([, state]) => assignedBy(state)));
  const whole = isJsonObject(top) ? top['QueryLanguage'] : undefined;
  const references = states.flatMap(([name, state]) => {
    if ((state['QueryLanguage'] ?? whole) !== 'JSONata') return [];
    const found = new Set<string>();
    for (const { text } of expressionsOf(state)) {
      const names = new FreeVariables(found, assigned);
      names.visit(jsonata(sourceOf(text)).ast(), new Set());
    }
    return found.size === 0 ? [] : [[name, [...found]] as const];
  });
  return references.length === 0 ? undefined : { variableReferences: Object.fromEntries(references) };
}

/** All states, also those inside Maps and Parallels. */
function* statesOf(flow: JsonObject): Generator<readonly [string, JsonObject]> {
  if (!isJsonObject(flow['States'])) return;
  for (const [name, state] of Object.entries(flow['States'])) {
    if (!isJsonObject(state)) continue;
    yield [name, state];
    for (const inner of innerFlows(state)) yield* statesOf(inner);
  }
}

function assignedBy(state: JsonObject): string[] {
  const { Choices, Catch } = state;
  const assigning = [state, ...(isJsonArray(Choices) ? Choices : []), ...(isJsonArray(Catch) ? Catch : [])];
  return assigning
    .filter(isJsonObject)
    .flatMap(({ Assign }) => (isJsonObject(Assign) ? Object.keys(Assign) : []));
}

/** Collects the variables of an expression that are bound outside of it. */
class FreeVariables {
  readonly #found: Set<string>;
  readonly #assigned: ReadonlySet<string>;

  constructor(found: Set<string>, assigned: ReadonlySet<string>) {
    this.#found = found;
    this.#assigned = assigned;
  }

  /** `bound`: the names in jsonata's frame; a part adds those that it binds for the parts after it. */
  visit(part: unknown, bound: Set<string>): void {
    if (Array.isArray(part)) {
      for (const item of part) this.visit(item, bound);
      return;
    }
    if (!isObject(part)) return;
    switch (part['type']) {
      case 'variable':
        this.#refer(String(part['value']), bound);
        break;
      case 'bind':
        this.#bind(part, bound);
        return;
      case 'lambda':
        this.visit(part['body'], new Set([...bound, ...namesOf(part['arguments'])]));
        return;
      case 'index':
        bound.add(String(part['value']));
        return;
    }
    const frame = part['type'] === 'block' || part['type'] === 'path' ? new Set(bound) : bound;
    for (const [field, value] of Object.entries(part)) {
      // What is called is a function, which is never in a variable.
      const called = field === 'procedure' || (field === 'rhs' && part['type'] === 'apply');
      if (called && isObject(value) && value['type'] === 'variable') continue;
      // `@$name` and `#$name`
      if ((field === 'focus' || field === 'index') && typeof value === 'string') frame.add(value);
      else this.visit(value, frame);
    }
  }

  #refer(name: string, bound: ReadonlySet<string>): void {
    if (name === '' || name === '$' || name === 'states' || bound.has(name)) return;
    // `$map($list, $uppercase)`, unless there is a variable of that name.
    if (functionNames.has(name) && !this.#assigned.has(name)) return;
    this.#found.add(name);
  }

  #bind({ lhs, rhs }: Readonly<Record<string, unknown>>, bound: Set<string>): void {
    const names = namesOf([lhs]);
    // A function may be recursive.
    if (isObject(rhs) && rhs['type'] === 'lambda') for (const name of names) bound.add(name);
    this.visit(rhs, bound);
    for (const name of names) bound.add(name);
  }
}

function namesOf(variables: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(variables) ? variables : [];
  return list.filter(isObject).map(({ value }) => String(value));
}
