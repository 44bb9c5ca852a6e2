// The kinds of steps. Passes look a step's kind up here, and name none.
import type { StepKind } from '../workflow-format/steps.ts';
import { BRANCH_RESULT } from './emit/transition.ts';
import { action } from './steps/action.ts';
import { agent } from './steps/agent/agent.ts';
import { approval } from './steps/approval/approval.ts';
import { fail } from './steps/fail.ts';
import { forEach } from './steps/for-each/for-each.ts';
import type { Kind } from './steps/kind.ts';
import { parallel } from './steps/parallel.ts';
import { returnStep } from './steps/return.ts';
import { set } from './steps/set.ts';
import { switchStep } from './steps/switch.ts';
import { transform } from './steps/transform.ts';
import { wait } from './steps/wait.ts';
import { workflow } from './steps/workflow/workflow.ts';
import type { ParsedStep } from './tree/parsed.ts';
import type { ResolvedStep } from './tree/resolved.ts';

/** By the key that makes a step that kind. A kind without an entry does not compile. */
export const KINDS: { readonly [K in StepKind]: Kind<K> } = {
  action,
  agent,
  approval,
  fail,
  for_each: forEach,
  parallel,
  return: returnStep,
  set,
  switch: switchStep,
  transform,
  wait,
  workflow,
};

export function kindOf<K extends StepKind>({ kind }: ParsedStep<K>): Kind<K> {
  return KINDS[kind];
}

/** The names of the workflow's variables that the step sets. */
export function variablesOf(parsed: ParsedStep): readonly string[] {
  return kindOf(parsed).variables?.(parsed.step) ?? [];
}

/**
 * Whether the step needs a Parallel state around its own, `<id>.try`: a kind whose state has no Retry and no Catch is
 * to be tried again, caught or ended in time.
 */
export function hasTryState(parsed: ParsedStep): boolean {
  if (kindOf(parsed).canCatch) return false;
  return ['retry', 'on_error', 'timeout_seconds'].some((key) => Object.hasOwn(parsed.step, key));
}

/** Whether all that is read of its expressions is read by one state. */
export function isOneState(parsed: ParsedStep): boolean {
  const { step } = parsed;
  const isHandled = 'on_error' in step && Array.isArray(step.on_error);
  return kindOf(parsed).isOneState === true && step.when === undefined && !isHandled && !hasTryState(parsed);
}

/** JSONata that gives, in a step's own state, what the step gives. */
export function resultCode(step: ResolvedStep): string {
  return step.hasTryState ? BRANCH_RESULT : (kindOf(step.parsed).resultCode?.(step) ?? 'null');
}
