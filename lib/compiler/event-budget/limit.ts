// Keeps an execution within its share of history events: every inline loop over a computed list gets a check that ends
// it before its first iteration where the list is too long.
import type { MapState, State, States, Template } from '../asl/definition.ts';
import { jsonataLiteral } from '../expressions/literal.ts';
import { type EventCounter, EXECUTION_EVENTS, ITERATION_EVENTS, isDistributed } from './count.ts';

/** Step Functions' quota for one execution of a Standard state machine (developer guide, "Quotas"). */
export const MAX_EVENTS = 25_000;
/** What loops may use of it together with everything else when no action is retried; the rest is for retries. */
const PLANNED_EVENTS = 20_000;

export interface LoopFacts {
  readonly pointer: string;
  /** How many items there are, where that is known. */
  readonly count: number | undefined;
  /** JSONata that gives how many times the loop runs in the execution, where that is more than once. */
  readonly runs: string | undefined;
}

interface Budget {
  readonly counter: EventCounter;
  readonly loops: ReadonlyMap<string, LoopFacts>;
  /** An execution of the flow certainly writes too many. @param of the Map of the distributed loop whose iteration it is */
  readonly tooMany: (flow: States, least: number, of: string | undefined) => void;
  /** What is left does not suffice for one item of the loop. */
  readonly noRoom: (id: string, loop: LoopFacts) => void;
}

/** The flow of an execution: the run's, or that of each iteration of the distributed Map `of`. */
export function limitExecution(flow: States, of: string | undefined, budget: Budget): States {
  const { least, most, loops } = budget.counter.flow(flow);
  if (least + EXECUTION_EVENTS > MAX_EVENTS) budget.tooMany(flow, least + EXECUTION_EVENTS, of);
  const left = PLANNED_EVENTS - EXECUTION_EVENTS - most;
  return limitFlow(flow, loops === 0 ? 0 : left / loops, budget);
}

/** @param share the events that the iterations of each loop over a computed list may write in all */
function limitFlow(flow: States, share: number, budget: Budget): States {
  const states = Object.entries(flow.States).map(([name, state]): [string, State] => [
    name,
    limitState(name, state, share, budget),
  ]);
  return { StartAt: flow.StartAt, States: Object.fromEntries(states) };
}

function limitState(name: string, state: State, share: number, budget: Budget): State {
  if (state.Type === 'Parallel')
    return { ...state, Branches: state.Branches.map((branch) => limitFlow(branch, share, budget)) };
  if (state.Type !== 'Map') return state;
  const flow = state.ItemProcessor;
  if (isDistributed(state)) return withProcessor(state, limitExecution(flow, name, budget));
  const loop = budget.loops.get(name);
  if (loop?.count !== undefined)
    return withProcessor(state, limitFlow(flow, share / Math.max(1, loop.count), budget));
  const limited = withProcessor(state, limitFlow(flow, share, budget));
  if (!loop) return limited;
  const limit = Math.floor(share / (ITERATION_EVENTS + budget.counter.flow(flow).most));
  if (limit < 1) budget.noRoom(name, loop);
  return { ...limited, Items: atMost(state.Items, name, limit, loop.runs) };
}

function withProcessor(state: MapState, flow: States): MapState {
  return { ...state, ItemProcessor: { ProcessorConfig: state.ItemProcessor.ProcessorConfig, ...flow } };
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
