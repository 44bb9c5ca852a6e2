// What the states of every kind of step are emitted with, and how a state goes on: Catch, Assign, Output, Next.
import type { StepKind } from '../../workflow-format/steps.ts';
import { caughtError } from '../asl/caught-error.ts';
import { inTime, overIn, timeoutCatcher } from '../asl/deadline.ts';
import type { Assign, Catcher, Template } from '../asl/definition.ts';
import { catchAll } from '../asl/retry.ts';
import { errorVariable, stepVariable } from '../expressions/variables.ts';
import type { ResolvedStep } from '../tree/resolved.ts';
import { entryOf } from './entry.ts';
import { failingOf } from './failures.ts';
import type { EmitContext, Exit, Flow } from './flow.ts';

/** What a step gives that has nothing to give: null, written so that every validator of definitions takes it. */
export const NOTHING = '{% null %}';

/** A step that is being emitted. */
export interface StepEmission<Kind extends StepKind = StepKind> {
  readonly step: ResolvedStep<Kind>;
  /** The name of its own state. */
  readonly id: string;
  readonly exit: Exit;
  readonly flow: Flow;
  readonly context: EmitContext;
  readonly comment: { readonly Comment?: string };
  /** The variables that get what the step gives. */
  readonly results: readonly string[];
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
 * How a state that can fail goes on.
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
  return goOn(emission, result, isForLog ? [...results, stepVariable(id)] : results, others);
}

/** How a Task goes on whose answer, as the run's history has it, is what the log tells of the step. */
export function taskTransition(emission: StepEmission, result: string): Transition {
  return goOn(emission, result, emission.results, []);
}

function goOn(
  emission: StepEmission,
  result: string,
  names: readonly string[],
  others: readonly (readonly [string, Template])[],
): Transition {
  const { flow, step } = emission;
  const catchers = catchersOf(emission);
  const given = `{% ${step.deadline ? inTime(result, step.deadline) : result} %}`;
  return {
    ...(catchers.length === 0 ? {} : { Catch: catchers }),
    ...assign([...names.map((name): [string, Template] => [name, given]), ...others]),
    Output: isLast(emission) ? flow.lastOutput : given,
    ...ending(emission),
  };
}

export function catchersOf({ step, id, exit, flow, context, results }: StepEmission): Catcher[] {
  const { deadline } = step;
  const caught = (added: Readonly<Record<string, Template>>): Template =>
    caughtError(failingOf(step), added, deadline && overIn(deadline));
  if (step.handler) {
    const variable = errorVariable(id);
    const error: [string, Template][] = context.read.has(variable) ? [[variable, caught({ step: id })]] : [];
    return [catchAll({ ...assign(error), Next: entryOf(step.handler) })];
  }
  const given = step.parsed.step;
  if ('on_error' in given && given.on_error === 'continue') {
    const failed = { error: caught({}) };
    return [catchAll({ ...assign(results.map((name) => [name, failed])), ...flow.goTo(exit, failed) })];
  }
  if (flow.guard) return [flow.guard(flow)];
  return deadline ? [timeoutCatcher(deadline)] : [];
}

/** Whether nothing else catches what fails in a step with a deadline: it then fails in a state that names the timeout. */
export function needsTimeoutState({ step, flow }: StepEmission): boolean {
  const given = step.parsed.step;
  return !('on_error' in given && given.on_error !== undefined) && !flow.guard;
}

/** The last step gives the flow's own output. */
export function isLast({ exit, flow }: StepEmission): boolean {
  return exit.next === undefined && flow.lastOutput !== undefined;
}

export function ending({ exit: { next } }: StepEmission): { Next: string } | { End: true } {
  return next === undefined ? { End: true } : { Next: next };
}

export function assign(variables: readonly (readonly [string, Template])[]): { Assign?: Assign } {
  return variables.length === 0 ? {} : { Assign: Object.fromEntries(variables) };
}
