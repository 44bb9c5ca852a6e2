// What the states around steps have to know of failures in them.
import type { Failing } from '../asl/caught-error.ts';
import { type Block, blocksOf, type ResolvedStep } from '../tree/resolved.ts';

/** Whether Step Functions can catch whatever fails in the block, without a state around it. */
export function canCatchAll({ steps }: Block): boolean {
  return steps.every(
    ({ canCatch, deadline, condition, handler }) =>
      canCatch && deadline === undefined && condition === undefined && (!handler || canCatchAll(handler)),
  );
}

/** Whose failures a Catch of the step may have to describe. */
export function failingOf(step: ResolvedStep): Failing {
  return step.runs === undefined ? failingIn(blocksOf(step)) : { workflow: step.runs };
}

/** Whose failures a Catch around the blocks may have to describe. */
export function failingIn(blocks: readonly Block[]): 'actions' | 'workflows' {
  const runsWorkflows = (step: ResolvedStep): boolean => failingOf(step) !== 'actions';
  return blocks.some(({ steps }) => steps.some(runsWorkflows)) ? 'workflows' : 'actions';
}
