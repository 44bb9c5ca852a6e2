// A rerun by the mended workflow: whether its steps can read what the run before has given, as far as types tell.
import * as z from 'zod';
import { readCatalogue } from '../../actions/catalogue.ts';
import { type Definition, innerFlows, type States } from '../../compiler/asl/definition.ts';
import { stepOfState } from '../../compiler/asl/state-names.ts';
import { type CompileOptions, compile, type Problem } from '../../compiler/compile.ts';
import { quoted } from '../../compiler/expressions/literal.ts';
import { stepVariable } from '../../compiler/expressions/variables.ts';
import { parseExactly, rounded } from '../../exact-json.ts';
import { isObject } from '../../json.ts';
import { valueAt } from '../../json-pointer.ts';
import { ApiProblem, type RequestProblem } from '../../problem.ts';
import { inputProblems } from '../../workflow-format/check-input.ts';
import { stepPointer } from '../../workflow-format/step-pointer.ts';
import type { Workflow } from '../../workflow-format/workflow.ts';
import { endsFlow } from './inner-visits.ts';

/** What a rerun carries over, by variable: of iterations several values. */
export class CarriedValues {
  readonly #values = new Map<string, unknown[]>();

  addVariables(variables: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(variables)) this.#add(name, value);
  }

  /** What a branch or an iteration gave that has ended, in place of its last step in the mended flow. */
  addOutput({ States }: States, output: unknown): void {
    const last = Object.entries(States).flatMap(([name, state]) =>
      endsFlow(state) ? [stepOfState(name).id] : [],
    );
    const [id] = last;
    if (id !== undefined && new Set(last).size === 1) this.#add(stepVariable(id), output);
  }

  get all(): ReadonlyMap<string, readonly unknown[]> {
    return this.#values;
  }

  #add(name: string, value: unknown): void {
    const values = this.#values.get(name) ?? [];
    values.push(rounded(value));
    this.#values.set(name, values);
  }
}

/**
 * @param definition that of the rerun, whose states alone run
 * @throws ApiProblem not-rerunnable with the places in the workflow that cannot read what they are given
 */
export async function checkTypes(
  workflow: Workflow,
  carried: CarriedValues,
  input: string,
  definition: Definition,
): Promise<void> {
  const running = stepsOf(definition);
  const found = [
    ...inputMistakes(workflow, input, definition),
    ...(await typeMistakes(workflow, carried)).filter(({ pointer }) => {
      const id = stepAt(workflow, pointer);
      return id === undefined || running.has(id);
    }),
  ];
  const [first] = found;
  if (!first) return;
  const more = found.length > 1 ? ` (and ${found.length - 1} more)` : '';
  const message = `What the run has given does not fit the workflow as it is now. ${first.message}${more}`;
  throw new ApiProblem('not-rerunnable', message, { problems: found });
}

/** Problems that the workflow has with these values and otherwise has not. */
async function typeMistakes(workflow: Workflow, { all: given }: CarriedValues): Promise<RequestProblem[]> {
  const options: CompileOptions = {
    catalogue: await readCatalogue(),
    functionArn: (name) => name,
    stateMachineArn: (id) => id,
    version: 1,
    apiUrl: 'https://api.invalid',
  };
  const problemsOf = (more: Partial<CompileOptions>): readonly Problem[] => {
    const result = compile(workflow, { ...options, ...more });
    return result.ok ? [] : result.problems;
  };
  const problems = problemsOf({ given });
  if (problems.length === 0) return [];
  const keyOf = ({ code, pointer, message }: Problem) => `${code} ${pointer} ${message}`;
  const always = new Set(problemsOf({}).map(keyOf));
  return problems
    .filter((problem) => !always.has(keyOf(problem)))
    .map(({ pointer, message }) => ({
      code: 'value-changed',
      pointer,
      message: `${pointer}: ${message}`,
      hint: 'Go on at the step that gives it, so that it gives it anew, or read what the run has given.',
    }));
}

/** Inputs that the run was not given, or otherwise, and that steps read which run. */
function inputMistakes({ inputs = {} }: Workflow, input: string, definition: Definition): RequestProblem[] {
  const given = parseExactly(input);
  const text = JSON.stringify(definition);
  const declared = Object.entries(inputs).filter(([name]) => {
    // As it stands in a JSON text; of a longer name it is only the beginning.
    const path = JSON.stringify(`Execution.Input.${quoted(name)}`).slice(1, -1);
    return text
      .split(path)
      .slice(1)
      .some((rest) => path.endsWith('`') || !/^\w/.test(rest));
  });
  const values = Object.entries(isObject(given) ? given : {}).filter(([name]) =>
    declared.some(([other]) => other === name),
  );
  return [...inputProblems(Object.fromEntries(declared), Object.fromEntries(values), '/inputs')].map(
    ({ pointer, message }) => ({
      code: 'input-changed',
      pointer,
      message: `${message}, which a rerun from a step keeps`,
      hint: 'Give the input a default, or send "from": "start".',
    }),
  );
}

function stepsOf(flow: States): ReadonlySet<string> {
  return new Set(
    Object.entries(flow.States).flatMap(([name, state]) => [
      stepOfState(name).id,
      ...innerFlows(state).flatMap((inner) => [...stepsOf(inner)]),
    ]),
  );
}

const named = z.object({ id: z.string() });

/** The innermost step that a pointer leads into. */
function stepAt(workflow: Workflow, pointer: string): string | undefined {
  const step = stepPointer(pointer);
  return step === undefined ? undefined : named.safeParse(valueAt(workflow, step)).data?.id;
}
