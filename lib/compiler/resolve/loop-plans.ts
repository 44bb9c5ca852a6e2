import { INLINE_CONCURRENCY } from '../../workflow-format/steps.ts';
import type { ParsedStep } from '../tree/parsed.ts';

export interface LoopPlan {
  readonly distributed: boolean;
  /** Of a distributed loop: part of the ARN of each of its executions. */
  readonly label: string;
  /** The items, where they are written one by one in the workflow. */
  readonly count: number | undefined;
  /** An inline loop over a computed list runs within an iteration, in the same execution. */
  readonly nests: boolean;
}

/** For a loop without a plan: it has a mistake of its own, which is reported elsewhere. */
export const INLINE: LoopPlan = {
  distributed: false,
  label: '',
  count: undefined,
  nests: false,
};

/** The history events that a literal list may lead to before its iterations get executions of their own. */
const INLINE_EVENTS = 20_000;
/** A state at most: a Task's. */
const STATE_EVENTS = 5;
/** Around a distributed loop's Map and after it, where its tolerance is looked at. */
const TOLERANCE_STATES = 3;
/** Step Functions' limit for a Label, in characters. */
const MAX_LABEL = 40;

/** What the estimate has to know of a step, besides the steps in it. */
export interface StepFacts {
  /** See Kind. */
  readonly furtherEvents: number;
  readonly hasTryState: boolean;
  /** See Kind. */
  readonly isOneState: boolean;
}

interface Inside {
  readonly events: number;
  readonly hasCounted: boolean;
}

/**
 * By step id.
 * @param factsOf of a step, by its kind
 * @param allInline of Express workflows, which have no Distributed Maps, and no limit of events either
 */
export function loopPlans(
  steps: readonly ParsedStep[],
  factsOf: (parsed: ParsedStep) => StepFacts,
  allInline: boolean,
): ReadonlyMap<string, LoopPlan> {
  const plans = new Map<string, LoopPlan>();
  const labels = new Set<string>();
  const numbers = new Map<string, number>();
  total(steps);
  return plans;

  function total(list: readonly ParsedStep[]): Inside {
    const all = list.map(of);
    return {
      events: all.reduce((sum, { events }) => sum + events, 0),
      hasCounted: all.some(({ hasCounted }) => hasCounted),
    };
  }

  function of(parsed: ParsedStep): Inside {
    const { step, inner } = parsed;
    const { furtherEvents, hasTryState } = factsOf(parsed);
    // States of the compiler's own: for `when`, around the step, before it.
    const extra = [step.when !== undefined, hasTryState, 'timeout_seconds' in step];
    const own = STATE_EVENTS * (1 + extra.filter(Boolean).length) + furtherEvents;
    if (!('for_each' in step)) {
      const inside = total([...inner.values()].flat());
      return {
        events: own + inside.events,
        hasCounted: inside.hasCounted,
      };
    }
    const body = total(inner.get('steps') ?? []);
    const handler = total(inner.get('on_error') ?? []);
    const count = Array.isArray(step.for_each) ? step.for_each.length : undefined;
    const [first] = inner.get('steps') ?? [];
    // An iteration's start and end, one state around it that catches what fails in it, one that keeps its item.
    const further = [step.on_item_error === 'continue', first !== undefined && !factsOf(first).isOneState];
    const around = STATE_EVENTS * (1 + further.filter(Boolean).length);
    const iterations = (count ?? 1) * (around + body.events);
    const isLong = count !== undefined && iterations > INLINE_EVENTS;
    const isWide = (step.max_concurrency ?? 1) > INLINE_CONCURRENCY;
    const wanted = step.mode === undefined ? isLong || isWide : step.mode === 'distributed';
    const distributed = wanted && !allInline;
    plans.set(step.id, {
      distributed,
      label: distributed ? mapRunLabel(step.id, labels, numbers) : '',
      count,
      nests: !distributed && body.hasCounted,
    });
    const tolerance = distributed && step.tolerated_failures !== undefined ? TOLERANCE_STATES : 0;
    return {
      events: own + STATE_EVENTS * tolerance + handler.events + (distributed ? 0 : iterations),
      hasCounted: handler.hasCounted || (!distributed && (count === undefined || body.hasCounted)),
    };
  }
}

/**
 * @param taken the labels there are, to which it is added
 * @param numbers the next number to try for each beginning
 */
function mapRunLabel(id: string, taken: Set<string>, numbers: Map<string, number>): string {
  const start = id.slice(0, MAX_LABEL);
  let label = start;
  let number = numbers.get(start) ?? 2;
  for (; taken.has(label); number++) {
    const suffix = `_${number}`;
    label = `${id.slice(0, MAX_LABEL - suffix.length)}${suffix}`;
  }
  taken.add(label);
  numbers.set(start, number);
  return label;
}
