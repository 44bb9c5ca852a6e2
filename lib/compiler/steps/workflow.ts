// A `workflow` step: the Task that runs another workflow, and what is known of the other one when this is compiled.
import { isObject } from '../../json.ts';
import { pointerTo } from '../../json-pointer.ts';
import { fits, isRequired } from '../../workflow-format/check-input.ts';
import type { InputDeclaration, WorkflowStep } from '../../workflow-format/workflow.ts';
import { timeoutSeconds } from '../asl/deadline.ts';
import type { TaskState } from '../asl/definition.ts';
import { childRetrier } from '../asl/retry.ts';
import { emitValue } from '../asl/value.ts';
import type { Context } from '../emit/flow.ts';
import { jsonataLiteral } from '../expressions/literal.ts';
import { inputType } from '../expressions/scope.ts';
import { describe, type Known, mayFit, scalar, unknown } from '../expressions/types.ts';
import { typeOf, type Value } from '../expressions/value.ts';
import type { Report } from '../problems/problem.ts';
import { closest, shown, suggestion } from '../problems/suggestions.ts';
import type { ParsedStep } from '../tree/parsed.ts';
import type { ResolvedStep } from '../tree/resolved.ts';

/** A saved workflow, as far as those that run it have to know it. */
export interface SavedWorkflow {
  /** Undefined when nothing is known of them. */
  readonly inputs: Readonly<Record<string, InputDeclaration>> | undefined;
  /** The ids of the workflows that it runs. */
  readonly calls: readonly string[];
  /** Its runs are answered to who starts them over the API; Step Functions keeps nothing of them. */
  readonly isExpress: boolean;
}

/** By id those that a workflow runs, with those that these run, and so on. */
export type SavedWorkflows = ReadonlyMap<string, SavedWorkflow>;

/** The longest that Step Functions lets an execution run. */
const YEAR_SECONDS = 31_536_000;
/** Starting an execution is one call. */
const START_SECONDS = 60;

/** What a step gives that does not wait. */
const STARTED: Known = {
  type: {
    kind: 'object',
    open: false,
    fields: new Map([['execution_id', { type: scalar('string'), certain: true }]]),
  },
  certain: true,
};

/** Whether the step goes on only when the run has ended, which Express state machines cannot have (`.sync`). */
export function waitsForRun({ wait_for_result: waits = true }: WorkflowStep): boolean {
  return waits;
}

export function resultOfRun(step: WorkflowStep): Known {
  return waitsForRun(step) ? { type: unknown, certain: true } : STARTED;
}

/** JSONata that gives, in the step's own state, what the step gives. */
export function runResult(step: WorkflowStep): string {
  if (waitsForRun(step)) return '$states.result.Output';
  return `{"execution_id": ${jsonataLiteral(`${step.workflow}.`)} & $split($states.result.ExecutionArn, ":")[-1]}`;
}

/**
 * The run gets no name of ours. Step Functions names each attempt of a Task and starts it once however often it sends
 * the call; a name that we make would be taken at the next attempt of `retry`, in the next iteration of a loop and
 * when the execution is redriven, and the step then fail for ever.
 */
export function runTask(
  step: WorkflowStep,
  input: Value,
  { stateMachineArn, deadlines }: Context,
): Pick<TaskState, 'Resource' | 'Arguments' | 'TimeoutSeconds' | 'Retry'> {
  const waits = waitsForRun(step);
  return {
    Resource: `arn:aws:states:::states:startExecution${waits ? '.sync:2' : ''}`,
    Arguments: { StateMachineArn: stateMachineArn(step.workflow), Input: emitValue(input) },
    TimeoutSeconds: timeoutSeconds(step.timeout_seconds ?? (waits ? YEAR_SECONDS : START_SECONDS), deadlines),
    Retry: childRetrier(step.retry),
  };
}

/** @param saved undefined when nothing is known of other workflows */
export function workflowStepChecker(
  id: string,
  saved: SavedWorkflows | undefined,
  report: Report,
): (step: ResolvedStep) => void {
  const ways = new Map<string, readonly string[] | undefined>();
  const wayBack = (from: string) => {
    if (!ways.has(from)) ways.set(from, shortestWay(from, id, saved));
    return ways.get(from);
  };
  return ({ parsed, value }) => {
    const { step, pointer } = parsed;
    if (!('workflow' in step)) return;
    const at = pointerTo(pointer, 'workflow');
    const way = wayBack(step.workflow);
    if (way) {
      report({
        code: 'workflow-cycle',
        pointer: at,
        message: `The workflow would run itself: ${[id, ...way].join(' -> ')}`,
        hint: 'A loop is for_each; what goes on for ever is started by a schedule.',
      });
      return;
    }
    if (!saved) return;
    const called = saved.get(step.workflow);
    if (called?.isExpress) {
      report({
        code: 'not-in-express',
        pointer: at,
        message: `${step.workflow} is an Express workflow, whose run no step can wait for or find again`,
        hint: 'Make that one "type": "standard", or put its steps here.',
      });
      return;
    }
    if (called) return checkInput(step, called, value, parsed, report);
    const meant = closest(step.workflow, saved.keys());
    report({
      code: 'unknown-workflow',
      pointer: at,
      message: `There is no workflow ${step.workflow}`,
      hint: meant === undefined ? 'Save that one first.' : `Did you mean ${meant}?`,
    });
  };
}

/** The workflows from one to another, both named; undefined when the one never runs the other. */
function shortestWay(
  from: string,
  to: string,
  saved: SavedWorkflows | undefined,
): readonly string[] | undefined {
  const before = new Map<string, string | undefined>([[from, undefined]]);
  // A Map is gone through in the order of its keys, also those that are added on the way.
  for (const at of before.keys()) {
    if (at === to) {
      const way: string[] = [];
      for (let back: string | undefined = at; back !== undefined; back = before.get(back)) way.unshift(back);
      return way;
    }
    for (const next of saved?.get(at)?.calls ?? []) if (!before.has(next)) before.set(next, at);
  }
  return undefined;
}

function checkInput(
  { workflow }: WorkflowStep,
  { inputs }: SavedWorkflow,
  value: Value,
  { valuesPointer, pointer }: ParsedStep,
  report: Report,
): void {
  const given = new Map(entriesOf(value));
  if (!inputs) return;
  for (const [name, declaration] of Object.entries(inputs)) {
    const { type, description } = declaration;
    const child = given.get(name);
    if (!child && isRequired(declaration)) {
      report({
        code: 'workflow-input',
        pointer: valuesPointer,
        message: `The workflow ${workflow} needs the input ${name}`,
        hint: [`${name}:`, type, description].filter(Boolean).join(' ').replace(/:$/, ' has no default.'),
      });
    } else if (child && !mayBe(child, declaration)) {
      const what =
        child.kind === 'literal'
          ? `, not ${shown(child.value)}`
          : `; this gives ${describe(typeOf(child).type)}`;
      report({
        code: 'workflow-input',
        pointer: pointerTo(pointer, 'input', name),
        message: `${name} has to be ${describe(inputType(declaration))}${what}`,
      });
    }
  }
  for (const name of given.keys()) {
    if (Object.hasOwn(inputs, name)) continue;
    report({
      code: 'workflow-input',
      pointer: pointerTo(pointer, 'input', name),
      message: `The workflow ${workflow} has no input ${shown(name)}`,
      hint: suggestion(name, Object.keys(inputs), 'inputs'),
    });
  }
}

function entriesOf(value: Value): readonly (readonly [string, Value])[] {
  if (value.kind === 'object') return value.entries;
  if (value.kind !== 'literal' || !isObject(value.value)) return [];
  return Object.entries(value.value).map(([name, child]) => [name, { kind: 'literal', value: child }]);
}

function mayBe(value: Value, declaration: InputDeclaration): boolean {
  if (value.kind !== 'literal') return mayFit(typeOf(value).type, inputType(declaration));
  return fits(declaration.type, value.value) || (value.value === null && declaration.default === null);
}
