// What the states around steps have to know of failures in them.
import type { Failing } from '../asl/caught-error.ts';
import type { Deadline } from '../asl/deadline.ts';
import { canFail, holdsFailing } from '../expressions/can-fail.ts';
import { type Block, blocksOf, type ResolvedStep } from '../tree/resolved.ts';

/** Whether Step Functions can catch whatever fails in the block, without a state around it. */
export function canCatchAll({ steps }: Block): boolean {
  return steps.every(
    ({ canCatch, deadline, condition, handler }) =>
      canCatch && deadline === undefined && condition === undefined && (!handler || canCatchAll(handler)),
  );
}

/**
 * Whose failures a Catch of the step may have to describe.
 * @param deadlines of the steps around: whatever takes time in them fails to evaluate its own limit when they are over
 */
export function failingOf(step: ResolvedStep, deadlines: readonly Deadline[]): Failing {
  if (step.runs !== undefined) return { workflow: step.runs };
  const inner = failingIn(blocksOf(step), deadlines);
  return inner === 'actions' && evaluates(step) ? 'expressions' : inner;
}

/** Whose failures a Catch around the blocks may have to describe. */
export function failingIn(
  blocks: readonly Block[],
  deadlines: readonly Deadline[],
): 'actions' | 'expressions' | 'workflows' {
  let found: 'actions' | 'expressions' = deadlines.length === 0 ? 'actions' : 'expressions';
  for (const { steps } of blocks) {
    for (const step of steps) {
      const failing = failingOf(step, deadlines);
      if (failing === 'expressions') found = failing;
      else if (failing !== 'actions') return 'workflows';
    }
  }
  return found;
}

/** Whether the step evaluates an expression that can fail. */
function evaluates({ checksValue, value, evaluated = [], callId, condition, cases }: ResolvedStep): boolean {
  if (checksValue === true) return true;
  const codes = [condition, ...cases.map((one) => one.condition)];
  const values = [value, callId, ...evaluated];
  return (
    codes.some((code) => code !== undefined && canFail(code)) ||
    values.some((part) => part !== undefined && holdsFailing(part))
  );
}
