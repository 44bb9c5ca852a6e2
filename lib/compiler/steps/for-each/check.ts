// The options of a loop that depend on one another.
import { pointerTo } from '../../../json-pointer.ts';
import { INLINE_CONCURRENCY } from '../../../workflow-format/steps.ts';
import type { CheckContext } from '../../check/context.ts';
import { STANDARD } from '../../tree/express.ts';
import type { ParsedStep } from '../../tree/parsed.ts';
import type { ResolvedStep } from '../../tree/resolved.ts';
import type { Found } from '../kind.ts';

export function checkLoop(
  { parsed: { step, pointer } }: ResolvedStep<'for_each'>,
  { report }: CheckContext,
): void {
  if (step.tolerated_failures !== undefined && step.on_item_error !== 'continue') {
    report({
      code: 'tolerance-without-continue',
      pointer: pointerTo(pointer, 'tolerated_failures'),
      message: 'Without "on_item_error": "continue" the first failure ends the loop',
      hint: 'Add "on_item_error": "continue", or leave tolerated_failures out.',
      fix: { adds: pointerTo(pointer, 'on_item_error'), value: 'continue' },
    });
  }
  if (step.mode === 'inline' && (step.max_concurrency ?? 1) > INLINE_CONCURRENCY) {
    report({
      code: 'invalid-value',
      pointer: pointerTo(pointer, 'max_concurrency'),
      message: `An inline loop runs at most ${INLINE_CONCURRENCY} iterations at the same time, not ${step.max_concurrency}`,
      hint: 'Give it "mode": "distributed", or leave mode out.',
      fix: { replaces: 'value', pointer: pointerTo(pointer, 'mode'), with: 'distributed' },
    });
  }
}

/** Express state machines have no Distributed Maps. */
export function loopNotInExpress({ step, pointer }: ParsedStep<'for_each'>): Found | undefined {
  if (step.mode === 'distributed') {
    const message = 'An Express workflow has no distributed loops';
    return { pointer: pointerTo(pointer, 'mode'), message, hint: `Leave mode out, or ${STANDARD}` };
  }
  if (step.mode === 'inline' || (step.max_concurrency ?? 1) <= INLINE_CONCURRENCY) return undefined;
  return {
    pointer: pointerTo(pointer, 'max_concurrency'),
    message: `A loop of an Express workflow runs at most ${INLINE_CONCURRENCY} iterations at the same time, not ${step.max_concurrency}`,
    hint: 'More make a loop a distributed one, which Express workflows do not have.',
  };
}
