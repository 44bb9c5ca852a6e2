// How many history events states write: pure counting over a definition.
import type { State, States, TaskState } from '../asl/definition.ts';

/**
 * The events that a visit writes, without what happens within it (API reference, HistoryEvent): entered and exited;
 * a Task is scheduled, started and succeeds in between, a Parallel or Map state starts and succeeds.
 */
const EVENTS = {
  Task: 5,
  Pass: 2,
  Choice: 2,
  Wait: 2,
  Succeed: 2,
  Fail: 1,
  Parallel: 4,
  Map: 4,
} as const satisfies Record<State['Type'], number>;
/** A Task that waits beyond the first response has an event for that response too. */
const SUBMITTED_EVENTS = 1;
/** The Map Run of a Distributed Map starts and succeeds. */
const MAP_RUN_EVENTS = 2;
/** So do an iteration of an inline Map and an execution. */
export const ITERATION_EVENTS = 2;
export const EXECUTION_EVENTS = 2;

/** The events of a flow that nothing fails in, without the iterations of loops over computed lists. */
export interface Events {
  readonly least: number;
  readonly most: number;
  /** The loops over computed lists on the way that has most of them. */
  readonly loops: number;
}

const NONE: Events = { least: 0, most: 0, loops: 0 };

export class EventCounter {
  readonly #iterations: ReadonlyMap<string, number | undefined>;
  readonly #further: ReadonlyMap<string, number>;
  readonly #events = new Map<States, Events>();

  /**
   * @param iterations of each inline loop by its id; undefined of one whose list is computed
   * @param further by the id of each step that goes on in turns, how many events those after the first write at most
   */
  constructor(iterations: ReadonlyMap<string, number | undefined>, further: ReadonlyMap<string, number>) {
    this.#iterations = iterations;
    this.#further = further;
  }

  /** The states of a flow stand in an order in which each leads to later ones, except back to retry. */
  flow(flow: States): Events {
    const known = this.#events.get(flow);
    if (known) return known;
    const from = new Map<string, Events>();
    for (const [name, state] of Object.entries(flow.States).reverse()) {
      const own = this.state(name, state);
      const after = (names: readonly string[]): Events[] => names.flatMap((next) => from.get(next) ?? []);
      const next = nextOf(state);
      const planned = after(next);
      // It only leads back, to a Task that is retried.
      if (next.length > 0 && planned.length === 0) continue;
      const any = [...planned, ...after(caughtBy(state))];
      from.set(name, {
        least: own.least + Math.min(...(planned.length > 0 ? planned : [NONE]).map(({ least }) => least)),
        most: own.most + Math.max(0, ...any.map(({ most }) => most)),
        loops: own.loops + Math.max(0, ...any.map(({ loops }) => loops)),
      });
    }
    const events = from.get(flow.StartAt) ?? NONE;
    this.#events.set(flow, events);
    return events;
  }

  state(name: string, state: State): Events {
    const own =
      EVENTS[state.Type] + (state.Type === 'Task' && waitsBeyondAnswer(state) ? SUBMITTED_EVENTS : 0);
    if (state.Type === 'Parallel') {
      const branches = state.Branches.map((branch) => this.flow(branch));
      return withRetries(sumOf(own, branches), state);
    }
    const further = this.#further.get(name);
    if (further !== undefined) return { least: own, most: own + further, loops: 0 };
    if (state.Type !== 'Map') return { least: own, most: own, loops: 0 };
    if (isDistributed(state)) {
      const all = own + MAP_RUN_EVENTS;
      return withRetries({ least: all, most: all, loops: 0 }, state);
    }
    const within = this.flow(state.ItemProcessor);
    const count = this.#iterations.get(name);
    if (count === undefined) return withRetries({ least: own, most: own, loops: 1 + within.loops }, state);
    const once = {
      least: own + count * (ITERATION_EVENTS + within.least),
      most: own + count * (ITERATION_EVENTS + within.most),
      loops: within.loops,
    };
    return withRetries(once, state);
  }
}

function sumOf(own: number, parts: readonly Events[]): Events {
  return parts.reduce(
    (sum, { least, most, loops }) => ({
      least: sum.least + least,
      most: sum.most + most,
      loops: sum.loops + loops,
    }),
    { least: own, most: own, loops: 0 },
  );
}

/** A step that is retried as a whole may write all of its events in each attempt. */
function withRetries(
  { least, most, loops }: Events,
  { Retry = [] }: Pick<State & { readonly Type: 'Map' }, 'Retry'>,
): Events {
  const tries = Retry.reduce((sum, { MaxAttempts = 0 }) => sum + MaxAttempts, 1);
  return { least, most: tries * most, loops: tries * loops };
}

export function isDistributed(state: State & { readonly Type: 'Map' }): boolean {
  return state.ItemProcessor.ProcessorConfig.Mode === 'DISTRIBUTED';
}

function nextOf(state: State): string[] {
  if (state.Type === 'Choice')
    return [
      ...state.Choices.map(({ Next }) => Next),
      ...(state.Default === undefined ? [] : [state.Default]),
    ];
  return 'Next' in state && state.Next !== undefined ? [state.Next] : [];
}

function caughtBy(state: State): string[] {
  return 'Catch' in state && state.Catch ? state.Catch.map(({ Next }) => Next) : [];
}

function waitsBeyondAnswer({ Resource }: TaskState): boolean {
  return /\.(?:sync(?::2)?|waitForTaskToken)$/.test(Resource);
}
