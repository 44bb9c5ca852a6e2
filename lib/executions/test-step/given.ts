// What a tested step is given in place of a run: the workflow's input, and the variables that its expressions read.
import { randomUUID } from 'node:crypto';
import { executionArn } from '../../arns.ts';
import {
  errorVariable,
  FAILURE,
  iterationVariable,
  setVariable,
  stepVariable,
} from '../../compiler/expressions/variables.ts';
import { isObject } from '../../json.ts';
import { ApiProblem } from '../../problem.ts';
import type { ExecutionLog } from '../../schemas/execution-log.ts';
import type { TestStepBody } from '../../schemas/test-step.ts';
import { inputProblems } from '../../workflow-format/check-input.ts';
import type { Workflow } from '../../workflow-format/workflow.ts';
import { EXECUTION } from './alone.ts';
import { missingValues, readsInput } from './reads.ts';

export interface Given {
  /** The state's input. */
  readonly input: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Tested {
  readonly workflow: Workflow;
  /** The ids of all its steps. */
  readonly steps: readonly string[];
  /** The id of the innermost loop around the step. */
  readonly loop: string | undefined;
  /** The expressions of the tested states. */
  readonly expressions: readonly string[];
}

type Values = Readonly<Record<string, unknown>>;

/**
 * @param log the run that gives what the body does not name
 * @throws ApiProblem invalid-body, invalid-input: with everything that the step reads and that is not given
 */
export function givenFor(
  body: TestStepBody,
  log: ExecutionLog | undefined,
  { workflow, steps, loop, expressions }: Tested,
  now: Date,
): Given {
  const { inputs = {}, id: workflowId } = workflow;
  const ofRun = log && valuesOf(log);
  const input = { ...ofRun?.input, ...body.input };
  const values = { outputs: { ...ofRun?.outputs, ...body.outputs }, vars: { ...ofRun?.vars, ...body.vars } };
  checkInputs(inputs, input, expressions);
  const { error, item } = body;
  const isIteration = loop !== undefined && item !== undefined;
  const missing = missingValues(expressions, { ...values, error, isIteration }, steps);
  if (missing.length > 0) throw refusal('invalid-body', missing);
  // All that a large run gave may be more than TestState takes.
  const outputs = namedIn(expressions, values.outputs);
  const vars = namedIn(expressions, values.vars);

  const name = `test-${randomUUID()}`;
  const execution = { id: executionArn({ workflowId, name }), name, started_at: now.toISOString() };
  const iteration = isIteration ? { item, index: body.index, runs: 1 } : {};
  // An iteration that is an execution of its own is given all that its steps read, by the names that these have in
  // expressions (lib/compiler/steps/for-each/child-scope.ts).
  const ofIteration = {
    ...iteration,
    inputs: { ...defaultsOf(inputs), ...input },
    steps: outputs,
    vars,
    execution: { ...execution, values_of: execution.id },
    error,
  };
  return {
    input: loop === undefined ? input : ofIteration,
    variables: {
      ...renamed(outputs, stepVariable),
      ...renamed(vars, setVariable),
      ...(error && {
        [FAILURE]: error,
        ...Object.fromEntries(steps.map((id) => [errorVariable(id), error])),
      }),
      ...(loop !== undefined && {
        [iterationVariable('input', loop)]: ofIteration,
        ...(isIteration && {
          [iterationVariable('item', loop)]: item,
          [iterationVariable('index', loop)]: body.index,
          [iterationVariable('runs', loop)]: 1,
        }),
      }),
      [EXECUTION]: {
        Id: execution.id,
        Name: name,
        StartTime: execution.started_at,
        Input: input,
        RedriveCount: 0,
      },
    },
  };
}

/** No expression reads steps or variables but by their names (lib/compiler/expressions/references.ts). */
function namedIn(expressions: readonly string[], values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => expressions.some((text) => text.includes(name))),
  );
}

function renamed(values: Values, variable: (name: string) => string): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [variable(name), value]));
}

function defaultsOf(inputs: NonNullable<Workflow['inputs']>): Values {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

/** What the run's steps outside of loops gave, and what its `set` steps have set. */
function valuesOf({ input, steps }: ExecutionLog) {
  const ended = steps.filter(({ index, ended_at }) => index === undefined && ended_at !== null);
  const sets = ended.flatMap(({ action, output }) => (action === 'set' && isObject(output) ? [output] : []));
  const vars: Values = Object.assign({}, ...sets);
  return {
    input: isObject(input) ? input : {},
    outputs: Object.fromEntries(ended.map(({ id, output }) => [id, output])),
    vars,
  };
}

/** Inputs that the step does not read may be left out. */
function checkInputs(
  declared: NonNullable<Workflow['inputs']>,
  input: Values,
  expressions: readonly string[],
): void {
  const problems = [...inputProblems(declared, input, '/input')].filter(
    ({ code, pointer }) =>
      code !== 'missing-input' || readsInput(expressions, pointer.slice('/input/'.length)),
  );
  if (problems.length > 0) throw refusal('invalid-input', problems);
}

function refusal(
  type: 'invalid-body' | 'invalid-input',
  problems: NonNullable<ApiProblem['problems']>,
): ApiProblem {
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new ApiProblem(type, `${problems[0]?.message}${more}`, { problems });
}
