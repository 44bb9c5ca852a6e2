// Fifth pass: Step Functions ends an execution at 25,000 history events. What surely writes more is a problem; an
// inline loop over a computed list gets a check that ends it before its first iteration where the list is too long.
import { pointerTo } from '../json-pointer.ts';
import { DEFAULT_MAX_TURNS, isExpress } from '../workflow-format/workflow.ts';
import type { Definition, State, States, TaskState, Template } from './asl/definition.ts';
import { jsonataLiteral } from './expressions/literal.ts';
import type { Report } from './problems/problem.ts';
import { everyStep, type ResolvedWorkflow } from './tree/resolved.ts';

/** Step Functions' quota for one execution of a Standard state machine (developer guide, "Quotas"). */
const MAX_EVENTS = 25_000;
/** What loops may use of it together with everything else when no action is tried again; the rest is for retries. */
const PLANNED_EVENTS = 20_000;

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
/** A Task that waits for more than the first answer tells of that answer too. */
const SUBMITTED_EVENTS = 1;
/** The Map Run of a Distributed Map starts and succeeds. */
const MAP_RUN_EVENTS = 2;
/** So do an iteration of an inline Map and an execution. */
const ITERATION_EVENTS = 2;
const EXECUTION_EVENTS = 2;
/** Of an agent's turn: the model's Task, the Choice after it, and the Map with one call, chosen and made. */
const TURN_EVENTS = 5 + 2 + 4 + 2 + 2 + 5;

interface LoopFacts {
  readonly pointer: string;
  readonly count: number | undefined;
  readonly runs: string | undefined;
}

/** The events of a flow that nothing fails in, without the iterations of loops over computed lists. */
interface Events {
  readonly least: number;
  readonly most: number;
  /** The loops over computed lists on the way that has most of them. */
  readonly loops: number;
}

const NONE: Events = { least: 0, most: 0, loops: 0 };

export function withinEventBudget(
  definition: Definition,
  { workflow, block, onFailure }: Pick<ResolvedWorkflow, 'workflow' | 'block' | 'onFailure'>,
  report: Report,
): Definition {
  // The quota is for Standard state machines alone.
  if (isExpress(workflow)) return definition;
  const steps = [block, ...(onFailure ? [onFailure] : [])].flatMap(everyStep);
  const loops = new Map<string, LoopFacts>(
    steps.flatMap(({ parsed, loop }) =>
      loop ? [[parsed.step.id, { pointer: parsed.pointer, count: loop.count, runs: loop.runs }]] : [],
    ),
  );
  const turns = new Map(
    steps.flatMap(({ parsed: { step } }): [string, number][] =>
      'agent' in step ? [[step.id, step.agent.max_turns ?? DEFAULT_MAX_TURNS]] : [],
    ),
  );
  return { ...definition, ...new Budget(loops, turns, report).execution(definition, undefined) };
}

class Budget {
  readonly #loops: ReadonlyMap<string, LoopFacts>;
  /** By the id of each agent how often its model is asked at most. */
  readonly #turns: ReadonlyMap<string, number>;
  readonly #report: Report;
  readonly #events = new Map<States, Events>();

  constructor(loops: ReadonlyMap<string, LoopFacts>, turns: ReadonlyMap<string, number>, report: Report) {
    this.#loops = loops;
    this.#turns = turns;
    this.#report = report;
  }

  /** The flow of an execution: the run's, or that of each iteration of the distributed loop `of`. */
  execution(flow: States, of: string | undefined): States {
    const { least, most, loops } = this.#flow(flow);
    if (least + EXECUTION_EVENTS > MAX_EVENTS) this.#tooMany(flow, least + EXECUTION_EVENTS, of);
    const left = PLANNED_EVENTS - EXECUTION_EVENTS - most;
    return this.#limited(flow, loops === 0 ? 0 : left / loops);
  }

  /** The states of a flow stand in an order in which each leads to later ones, except back to try again. */
  #flow(flow: States): Events {
    const known = this.#events.get(flow);
    if (known) return known;
    const from = new Map<string, Events>();
    for (const [name, state] of Object.entries(flow.States).reverse()) {
      const own = this.#state(name, state);
      const after = (names: readonly string[]): Events[] => names.flatMap((next) => from.get(next) ?? []);
      const next = nextOf(state);
      const planned = after(next);
      // It only leads back, to a Task that is tried again.
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

  #state(name: string, state: State): Events {
    const own =
      EVENTS[state.Type] + (state.Type === 'Task' && waitsBeyondAnswer(state) ? SUBMITTED_EVENTS : 0);
    if (state.Type === 'Parallel') {
      const branches = state.Branches.map((branch) => this.#flow(branch));
      return triedAgain(this.#sum(own, branches), state);
    }
    const turns = this.#turns.get(name);
    if (turns !== undefined) return { least: own, most: own + (turns - 1) * TURN_EVENTS, loops: 0 };
    if (state.Type !== 'Map') return { least: own, most: own, loops: 0 };
    if (isDistributed(state)) {
      const all = own + MAP_RUN_EVENTS;
      return triedAgain({ least: all, most: all, loops: 0 }, state);
    }
    const within = this.#flow(state.ItemProcessor);
    const count = this.#loops.get(name)?.count;
    if (count === undefined) return triedAgain({ least: own, most: own, loops: 1 + within.loops }, state);
    const once = {
      least: own + count * (ITERATION_EVENTS + within.least),
      most: own + count * (ITERATION_EVENTS + within.most),
      loops: within.loops,
    };
    return triedAgain(once, state);
  }

  #sum(own: number, parts: readonly Events[]): Events {
    return parts.reduce(
      (sum, { least, most, loops }) => ({
        least: sum.least + least,
        most: sum.most + most,
        loops: sum.loops + loops,
      }),
      { least: own, most: own, loops: 0 },
    );
  }

  /** @param share the events that the iterations of each loop over a computed list may write in all */
  #limited(flow: States, share: number): States {
    const states = Object.entries(flow.States).map(([name, state]): [string, State] => [
      name,
      this.#limitedState(name, state, share),
    ]);
    return { StartAt: flow.StartAt, States: Object.fromEntries(states) };
  }

  #limitedState(name: string, state: State, share: number): State {
    if (state.Type === 'Parallel')
      return { ...state, Branches: state.Branches.map((branch) => this.#limited(branch, share)) };
    if (state.Type !== 'Map') return state;
    const flow = state.ItemProcessor;
    const processor = (made: States) => ({
      ItemProcessor: { ProcessorConfig: flow.ProcessorConfig, ...made },
    });
    if (isDistributed(state)) return { ...state, ...processor(this.execution(flow, name)) };
    const loop = this.#loops.get(name);
    if (loop?.count !== undefined)
      return { ...state, ...processor(this.#limited(flow, share / Math.max(1, loop.count))) };
    const limited = { ...state, ...processor(this.#limited(flow, share)) };
    if (!loop) return limited;
    const limit = Math.floor(share / (ITERATION_EVENTS + this.#flow(flow).most));
    if (limit < 1) this.#noRoom(name, loop);
    return { ...limited, Items: atMost(state.Items, name, limit, loop.runs) };
  }

  #tooMany(flow: States, least: number, of: string | undefined): void {
    const what = of === undefined ? 'A run' : `An iteration of ${of}`;
    const longest = this.#longest(flow);
    this.#report({
      code: 'event-budget',
      pointer: longest === undefined ? '' : pointerTo(this.#loops.get(longest)?.pointer ?? '', 'for_each'),
      message: `${what} writes at least ${least} history events; Step Functions ends an execution at ${MAX_EVENTS}`,
      hint:
        longest === undefined
          ? 'Make it several workflows.'
          : `Give the loop ${longest} "mode": "distributed": its iterations then have histories of their own.`,
    });
  }

  #noRoom(id: string, { pointer }: LoopFacts): void {
    this.#report({
      code: 'event-budget',
      pointer: pointerTo(pointer, 'for_each'),
      message: `Everything else writes so many history events that no item is left for the loop ${id}: Step Functions ends an execution at ${MAX_EVENTS}`,
      hint: `Give the loop ${id}, or a longer one, "mode": "distributed": its iterations then have histories of their own.`,
    });
  }

  /** The inline loop whose iterations write most. */
  #longest(flow: States): string | undefined {
    let longest: string | undefined;
    let most = 0;
    for (const [name, state] of this.#maps(flow)) {
      const { least } = this.#state(name, state);
      if (least > most) [longest, most] = [name, least];
    }
    return longest;
  }

  *#maps(flow: States): Generator<[string, State]> {
    for (const [name, state] of Object.entries(flow.States)) {
      if (state.Type === 'Map' && !isDistributed(state) && this.#loops.has(name)) yield [name, state];
      if (state.Type === 'Parallel') for (const branch of state.Branches) yield* this.#maps(branch);
    }
  }
}

/** A step that is tried again as a whole may write all of its events in each try. */
function triedAgain(
  { least, most, loops }: Events,
  { Retry = [] }: Pick<State & { readonly Type: 'Map' }, 'Retry'>,
): Events {
  const tries = Retry.reduce((sum, { MaxAttempts = 0 }) => sum + MaxAttempts, 1);
  return { least, most: tries * most, loops: tries * loops };
}

function isDistributed(state: State & { readonly Type: 'Map' }): boolean {
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

/** The list, or an error that says what to do. `runs` gives how many times the loop runs in the execution. */
function atMost(items: Template, id: string, limit: number, runs: string | undefined): string {
  const list = String(items)
    .replace(/^\{%|%\}$/g, '')
    .trim();
  const most = runs === undefined ? String(limit) : '$most';
  const message = [
    jsonataLiteral(`The loop ${id} has `),
    '$count($items)',
    runs === undefined
      ? jsonataLiteral(` items; inline it can have ${limit}: give it "mode": "distributed"`)
      : `" items; inline it can have " & $most & ${jsonataLiteral(': give it "mode": "distributed"')}`,
  ].join(' & ');
  const computed = runs === undefined ? '' : `$most := $floor(${limit} / ${runs}); `;
  return `{% ($items := ${list}; ${computed}$count($items) > ${most} ? $error(${message}) : $items) %}`;
}

function waitsBeyondAnswer({ Resource }: TaskState): boolean {
  return /\.(?:sync(?::2)?|waitForTaskToken)$/.test(Resource);
}
