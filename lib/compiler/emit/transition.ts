// What the states of every kind of step are made with, and how a state leads on: Catch, Assign, Output, Next.

import { caughtError } from '../asl/caught-error.ts';
import { inTime, lateCatcher, overIn } from '../asl/deadline.ts';
import type { Assign, Catcher, Template } from '../asl/definition.ts';
import { catchAll } from '../asl/retry.ts';
import { stateName } from '../asl/state-names.ts';
import { errorVariable, stepVariable } from '../expressions/variables.ts';
import { type Block, deadlineOf, failingOf, ownResult, type ResolvedStep } from '../tree/resolved.ts';
import type { Context, Exit, Flow } from './flow.ts';

/** What a step gives that has nothing to give: null, written so that every validator of definitions takes it. */
export const NOTHING = '{% null %}';

/** The states of a step that are its own, with what belongs around them. */
export interface Making {
  readonly step: ResolvedStep;
  readonly id: string;
  readonly exit: Exit;
  readonly flow: Flow;
  readonly context: Context;
  readonly comment: { readonly Comment?: string };
  /** The variables that get what the step gives. */
  readonly results: readonly string[];
  /** What the states of the steps within it are made with. */
  readonly inner: Context;
}

/** The state that a block begins with. */
export function entryOf({ steps }: Block): string {
  const [first] = steps;
  if (!first) throw new Error('A block has at least one step');
  return entry(first);
}

export function entry(step: ResolvedStep): string {
  return step.condition === undefined ? entryBehindWhen(step) : stateName(step.parsed.step.id, 'when');
}

export function entryBehindWhen(step: ResolvedStep): string {
  const { id } = step.parsed.step;
  if (step.approval?.notify) return stateName(id, 'notify');
  return deadlineOf(step) ? stateName(id, 'timer') : id;
}

/**
 * How a state leaves that can fail: Catch, Assign, Output, Next.
 * @param others what else it assigns
 */
export function leaving(
  making: Making,
  others: readonly (readonly [string, Template])[] = [],
): {
  Catch?: Catcher[];
  Assign?: Assign;
  Output: Template;
  Next?: string;
  End?: true;
} {
  const { step, id, flow, results } = making;
  const catchers = catchersOf(making);
  const deadline = deadlineOf(step);
  const own = `{% ${deadline ? inTime(ownResult(step), deadline) : ownResult(step)} %}`;
  // The state's Output is the workflow's; of a Task the log has what was answered.
  const isTask = step.parsed.kind === 'action' || step.parsed.kind === 'workflow';
  const forLog = isLast(making) && !isTask && !results.includes(stepVariable(id));
  const names = forLog ? [...results, stepVariable(id)] : results;
  return {
    ...(catchers.length === 0 ? {} : { Catch: catchers }),
    ...assign([...names.map((name): [string, Template] => [name, own]), ...others]),
    Output: isLast(making) ? flow.lastOutput : own,
    ...ending(making),
  };
}

export function catchersOf({ step, id, exit, flow, context, results }: Making): Catcher[] {
  const deadline = deadlineOf(step);
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
    return [catchAll({ ...assign(results.map((name) => [name, failed])), ...flow.way(exit, failed) })];
  }
  if (flow.guard) return [flow.guard(flow)];
  return deadline ? [lateCatcher(deadline)] : [];
}

/** Whether nothing else catches what fails in the step, so that its own Catch gives running out of time its name. */
export function endsLate({ step, flow }: Making): boolean {
  const given = step.parsed.step;
  return !('on_error' in given && given.on_error !== undefined) && !flow.guard;
}

/** The last step gives the flow's own output. */
export function isLast({ exit, flow }: Making): boolean {
  return exit.next === undefined && flow.lastOutput !== undefined;
}

export function ending({ exit: { next } }: Making): { Next: string } | { End: true } {
  return next === undefined ? { End: true } : { Next: next };
}

export function assign(variables: readonly (readonly [string, Template])[]): { Assign?: Assign } {
  return variables.length === 0 ? {} : { Assign: Object.fromEntries(variables) };
}
