// The states that steps begin with.
import { stateName } from '../asl/state-names.ts';
import type { Block, ResolvedStep } from '../tree/resolved.ts';

/** The state that a block begins with. */
export function entryOf({ steps }: Block): string {
  const [first] = steps;
  if (!first) throw new Error('A block has at least one step');
  return stepEntry(first);
}

export function stepEntry(step: ResolvedStep): string {
  return step.condition === undefined ? entryWhenTrue(step) : stateName(step.parsed.step.id, 'when');
}

/** The state that follows the step's `when`, or comes first without one. */
export function entryWhenTrue({ parsed, firstState }: ResolvedStep): string {
  return firstState ?? parsed.step.id;
}
