// What every kind of step is emitted with, and the transition of its state: Catch, Assign, Output, Next.
import type { StepKind } from '../../workflow-format/steps.ts';
import { caughtError } from '../asl/caught-error.ts';
import { resultInTime, timeoutCatcher, timeoutIn } from '../asl/deadline.ts';
import type { Assign, Catcher, Template } from '../asl/definition.ts';
import { catchAll } from '../asl/retry.ts';
import { errorVariable, stepVariable } from '../expressions/variables.ts';
import type { ResolvedStep } from '../tree/resolved.ts';
import { entryOf } from './entry.ts';
import { failingOf } from './failures.ts';
import type { EmitContext, Exit, Flow, FlowInput } from './flow.ts';

/** The result of a step that has none: null, written so that every validator of definitions accepts it. */
export const NOTHING = '{% null %}';

/** JSONata that gives, in a Parallel state around a single branch, what the branch gives. */
export const BRANCH_RESULT = '$states.result[0]';

/** A step that is being emitted. */
export interface StepEmission<Kind extends StepKind = StepKind> {
  readonly step: ResolvedStep<Kind>;
  /** The name of its own state. */
  readonly id: string;
  readonly exit: Exit;
  readonly flow: Flow;
  readonly context: EmitContext;
  readonly comment: { readonly Comment?: string };
  /** The variables that are assigned what the step gives. */
  readonly results: readonly string[];
  /** It reads the flow's input. */
  readonly input: FlowInput | undefined;
  /** What the states of the steps within it are emitted with. */
  readonly inner: EmitContext;
}

interface Transition {
  readonly Catch?: Catcher[];
  readonly Assign?: Assign;
  readonly Output: Template;
  readonly Next?: string;
  readonly End?: true;
}

/**
 * The transition of a state that can fail.
 * @param result JSONata that gives, in the state, what the step gives
 * @param others what else it assigns
 */
export function transition(
  emission: StepEmission,
  result: string,
  others: readonly (readonly [string, Template])[] = [],
): Transition {
  const { id, results } = emission;
  // The state's Output is the workflow's, so that the log finds what the step gave in its variable.
  const isForLog = isLast(emission) && !results.includes(stepVariable(id));
  return transitionOf(emission, result, isForLog ? [...results, stepVariable(id)] : results, others);
}

/** The transition of a Task whose answer the log reads in the run's history, as what the step gave. */
export function taskTransition(emission: StepEmission, result: string): Transition {
  return transitionOf(emission, result, emission.results, []);
}

function transitionOf(
  emission: StepEmission,
  result: string,
  names: readonly string[],
  others: readonly (readonly [string, Template])[],
): Transition {
  const { flow, step } = emission;
  const catchers = catchersOf(emission);
  const given = `{% ${step.deadline ? resultInTime(result, step.deadline) : result} %}`;
  return {
    ...(catchers.length === 0 ? {} : { Catch: catchers }),
    ...assign([...kept(emission), ...names.map((name): [string, Template] => [name, given]), ...others]),
    Output: isLast(emission) ? flow.lastOutput : given,
    ...ending(emission),
  };
}

export function catchersOf(emission: StepEmission): Catcher[] {
  const { step, id, exit, flow, context, results } = emission;
  const { deadline } = step;
  const caught = (added: Readonly<Record<string, Template>>): Template =>
    caughtError(failingOf(step, context.deadlines), added, deadline && timeoutIn(deadline));
  if (step.handler) {
    const variable = errorVariable(id);
    const error: [string, Template][] = context.read.has(variable) ? [[variable, caught({ step: id })]] : [];
    return [catchAll({ ...assign(error), Next: entryOf(step.handler) })];
  }
  const given = step.parsed.step;
  if ('on_error' in given && given.on_error === 'continue') {
    const failed = { error: caught({}) };
    const caughtResults = results.map((name): [string, Template] => [name, failed]);
    return [catchAll({ ...assign([...kept(emission), ...caughtResults]), ...flow.goTo(exit, failed) })];
  }
  if (flow.guard) return [flow.guard(flow, emission.input !== undefined)];
  return deadline ? [timeoutCatcher(deadline)] : [];
}

/** Whether nothing else catches what fails in a step with a deadline, so that a state of its own has to name the timeout. */
export function needsTimeoutState({ step, flow }: StepEmission): boolean {
  const given = step.parsed.step;
  return !('on_error' in given && given.on_error !== undefined) && !flow.guard;
}

/** Whether the step is the last one, whose Output is the flow's. */
export function isLast({ exit, flow }: StepEmission): boolean {
  return exit.next === undefined && flow.lastOutput !== undefined;
}

export function ending({ exit: { next } }: StepEmission): { Next: string } | { End: true } {
  return next === undefined ? { End: true } : { Next: next };
}

/** What the first state of an iteration assigns for the others. */
export function kept({ input }: StepEmission): FlowInput['kept'] {
  return input?.kept ?? [];
}

export function assign(variables: readonly (readonly [string, Template])[]): { Assign?: Assign } {
  return variables.length === 0 ? {} : { Assign: Object.fromEntries(variables) };
}
