// Ids of calls: they tell the calls that a step makes in a loop apart.
import { quoted } from '../expressions/literal.ts';
import type { Scope } from '../expressions/scope.ts';

/** The items of the loops around, as a template. */
export function itemsOf({ loops }: Scope): string[] {
  return loops.map(({ id }, depth) => (depth === 0 ? '{{ item }}' : `{{ steps.${quoted(id)}.item }}`));
}

/**
 * What tells the calls of a step in a loop apart, as a template: the number of the iteration, of loops in loops the
 * outermost first (`2.0`). Undefined outside of loops, where a step makes one call.
 */
export function callIdOf({ loops: [innermost, ...outer] }: Scope): string | undefined {
  if (!innermost) return undefined;
  if (outer.length === 0) return '{{ $string(index) }}';
  return [...outer.toReversed().map(({ id }) => `{{ steps.${quoted(id)}.index }}`), '{{ index }}'].join('.');
}
