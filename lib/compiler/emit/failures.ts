// What can fail in steps, as far as the states around them have to know.
import type { Failing } from '../asl/caught-error.ts';
import { type Block, blocksOf, type ResolvedStep } from '../tree/resolved.ts';

/** Whether Step Functions can catch whatever fails in the block, without a state around it. */
export function canCatchAll({ steps }: Block): boolean {
  return steps.every(
    ({ canCatch, deadline, condition, handler }) =>
      canCatch && deadline === undefined && condition === undefined && (!handler || canCatchAll(handler)),
  );
}

/** What a Catch of the step may have to tell of. */
export function failingOf(step: ResolvedStep): Failing {
  return step.runs === undefined ? failingIn(blocksOf(step)) : { workflow: step.runs };
}

/** What a Catch around the blocks may have to tell of. */
export function failingIn(blocks: readonly Block[]): 'actions' | 'workflows' {
  const runsWorkflows = (step: ResolvedStep): boolean => failingOf(step) !== 'actions';
  return blocks.some(({ steps }) => steps.some(runsWorkflows)) ? 'workflows' : 'actions';
}
