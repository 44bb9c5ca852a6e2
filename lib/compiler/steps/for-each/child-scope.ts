// What the iterations of a distributed loop see: each is an execution of its own, which has no variable of the run
// around it, so that everything from outside is passed on in its input.
import type { Template } from '../../asl/definition.ts';
import { jsonataLiteral, quoted } from '../../expressions/literal.ts';
import { EXECUTION_VALUES, execution, type Loop, type Scope, type Visible } from '../../expressions/scope.ts';
import { scalar } from '../../expressions/types.ts';
import { iterationVariable, setVariable } from '../../expressions/variables.ts';
import type { ResolveContext } from '../../resolve/context.ts';
import { allSteps, type ParsedStep } from '../../tree/parsed.ts';

/**
 * The id of the run, so that the calls of an iteration belong to the same run.
 * @param input JSONata that gives what the iteration was given
 */
export function runIdIn(input: string): string {
  return `${input}.execution.id`;
}

/** The execution whose large values are those of the run, in the same way. */
export function valuesOfIn(input: string): string {
  return `${input}.execution.values_of`;
}

/** Values and, under further names, values: as the expressions of a workflow name them. */
type Passed = Map<string, string | Passed>;

export interface ChildScope {
  readonly scope: Scope;
  /** What an iteration gets besides its item; complete once its steps are resolved. */
  itemSelector(): Readonly<Record<string, Template>>;
}

/**
 * @param scope around the loop's steps as an inline loop would have it: what it refers to is passed on where a step
 *   reads it, and nothing else
 * @param input JSONata that gives what the iteration was given
 */
export function childScope(
  scope: Scope,
  loop: Loop,
  input: string,
  { inner }: ParsedStep,
  variablesOf: ResolveContext['variablesOf'],
): ChildScope {
  const own = ownNames(inner.get('steps') ?? [], variablesOf)
    .add(iterationVariable('item', loop.id))
    .add(iterationVariable('index', loop.id));
  const passed: Passed = new Map();
  const pass = (code: string, path: readonly string[]): void => {
    if (isPassed(passed, path)) return;
    scope.spend(code.length);
    put(passed, path, code);
  };
  const child: Scope = {
    ...scope,
    loops: [
      {
        ...loop,
        item: { ...loop.item, code: `${input}.item` },
        index: { ...loop.index, code: `${input}.index` },
        runs: undefined,
      },
      ...scope.loops.filter(({ id }) => id !== loop.id),
    ],
    read(variable: string, visible: Visible, ...path: readonly string[]): Visible {
      const outside = scope.read(variable, visible, ...path);
      if (own.has(variable)) return outside;
      pass(outside.code, path);
      return { ...outside, code: [input, ...path.map(quoted)].join('.') };
    },
  };
  execution(child, 'id');
  const valuesOf = { code: EXECUTION_VALUES, type: scalar('string'), certain: true };
  child.read('execution', valuesOf, 'execution', 'values_of');
  return {
    scope: child,
    itemSelector: () =>
      Object.fromEntries([...passed].map(([root, value]) => [root, `{% ${codeOf(value)} %}`])),
  };
}

/** Whether the value, or one that it is part of, is passed on already. */
function isPassed(passed: Passed, [first = '', ...rest]: readonly string[]): boolean {
  const value = passed.get(first);
  return typeof value === 'string' || (value !== undefined && rest.length > 0 && isPassed(value, rest));
}

function put(passed: Passed, [first = '', ...rest]: readonly string[], code: string): void {
  if (rest.length === 0) {
    passed.set(first, code);
    return;
  }
  const within = passed.get(first);
  const names: Passed = within instanceof Map ? within : new Map();
  passed.set(first, names);
  put(names, rest, code);
}

/** One JSONata object: a value that is nothing is left out, and is nothing for the iteration too. */
function codeOf(value: string | Passed): string {
  if (typeof value === 'string') return value;
  return `{${[...value].map(([name, inner]) => `${jsonataLiteral(name)}: ${codeOf(inner)}`).join(', ')}}`;
}

/** What the steps of the loop, and those within them, set themselves: `step_<id>`, `var_<name>` … */
function ownNames(steps: readonly ParsedStep[], variablesOf: ResolveContext['variablesOf']): Set<string> {
  return new Set(
    allSteps(steps).flatMap((parsed) => [
      ...['step', 'error', 'item', 'index'].map((kind) => `${kind}_${parsed.step.id}`),
      ...variablesOf(parsed).map(setVariable),
    ]),
  );
}
