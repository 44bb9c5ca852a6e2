// Where the iterations of each loop run: in the run's own execution (an inline Map) or each in one of its own
// (a Distributed Map).
import { INLINE_CONCURRENCY } from '../workflow/workflow.ts';
import type { ParsedStep } from './parse-steps.ts';
import { isWrapped } from './wrapped.ts';

export interface LoopPlan {
  readonly distributed: boolean;
  /** The items, where they are written one by one in the workflow. */
  readonly count: number | undefined;
  /** An inline loop over a computed list runs within an iteration, in the same execution. */
  readonly nests: boolean;
}

/** Of a loop in the middle of nothing; what is not in the plans has a mistake of its own. */
export const INLINE: LoopPlan = { distributed: false, count: undefined, nests: false };

/** The history events that a literal list may lead to before its iterations get executions of their own. */
const INLINE_EVENTS = 20_000;
/** A state at most: a Task's. */
const STATE_EVENTS = 5;

interface Inside {
  readonly events: number;
  readonly hasCounted: boolean;
}

/** By step id. */
export function loopPlans(steps: readonly ParsedStep[]): ReadonlyMap<string, LoopPlan> {
  const plans = new Map<string, LoopPlan>();
  total(steps);
  return plans;

  function total(list: readonly ParsedStep[]): Inside {
    const all = list.map(of);
    return {
      events: all.reduce((sum, { events }) => sum + events, 0),
      hasCounted: all.some(({ hasCounted }) => hasCounted),
    };
  }

  function of({ step, inner, kind }: ParsedStep): Inside {
    // States of the compiler's own: for `when`, around the step, before it.
    const extra = [step.when !== undefined, isWrapped(step, kind), 'timeout_seconds' in step];
    const own = STATE_EVENTS * (1 + extra.filter(Boolean).length);
    if (!('for_each' in step)) {
      const inside = total([...inner.values()].flat());
      return { events: own + inside.events, hasCounted: inside.hasCounted };
    }
    const body = total(inner.get('steps') ?? []);
    const handler = total(inner.get('on_error') ?? []);
    const count = Array.isArray(step.for_each) ? step.for_each.length : undefined;
    // An iteration's start and end, the state that it may end with, one around it that catches what fails in it.
    const around = STATE_EVENTS * (step.on_item_error === 'continue' ? 2 : 1);
    const iterations = (count ?? 1) * (around + body.events);
    const isLong = count !== undefined && iterations > INLINE_EVENTS;
    const isWide = (step.max_concurrency ?? 1) > INLINE_CONCURRENCY;
    const distributed = step.mode === undefined ? isLong || isWide : step.mode === 'distributed';
    plans.set(step.id, { distributed, count, nests: !distributed && body.hasCounted });
    return {
      events: own + handler.events + (distributed ? 0 : iterations),
      hasCounted: handler.hasCounted || (!distributed && (count === undefined || body.hasCounted)),
    };
  }
}
