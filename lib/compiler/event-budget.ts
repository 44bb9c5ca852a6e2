// Fifth pass: Step Functions ends an execution at 25,000 history events. What certainly writes more is an error;
// an inline loop over a computed list gets a limit that holds when it runs.
import { pointerTo } from '../json-pointer.ts';
import { isExpress } from '../workflow-format/workflow.ts';
import type { Definition, State, States } from './asl/definition.ts';
import { stepOfState } from './asl/state-names.ts';
import { EventCounter, isDistributed } from './event-budget/count.ts';
import { type LoopFacts, limitExecution, MAX_EVENTS } from './event-budget/limit.ts';
import { kindOf } from './kinds.ts';
import type { Problem, Report } from './problems/problem.ts';
import { everyStep, type ResolvedStep, type ResolvedWorkflow } from './tree/resolved.ts';

export function withinEventBudget(
  definition: Definition,
  { workflow, block, onFailure }: Pick<ResolvedWorkflow, 'workflow' | 'block' | 'onFailure'>,
  report: Report,
): Definition {
  // The quota is for Standard state machines alone.
  if (isExpress(workflow)) return definition;
  const steps = [block, ...(onFailure ? [onFailure] : [])].flatMap(everyStep);
  const loops = loopsOf(steps);
  const iterations = new Map([...loops].map(([id, { count }]) => [id, count]));
  const counter = new EventCounter(iterations, furtherEventsOf(steps));
  const limited = limitExecution(definition, undefined, {
    counter,
    loops,
    tooMany: (flow, least, of) => report(tooMany(least, of, longestLoop(flow, counter, loops))),
    noRoom: (id, loop) => report(noRoom(id, loop)),
  });
  return { ...definition, ...limited };
}

function loopsOf(steps: readonly ResolvedStep[]): ReadonlyMap<string, LoopFacts> {
  return new Map(
    steps.flatMap(({ parsed, loop }): [string, LoopFacts][] =>
      loop ? [[parsed.step.id, { pointer: parsed.pointer, count: loop.count, runs: loop.runs }]] : [],
    ),
  );
}

function furtherEventsOf(steps: readonly ResolvedStep[]): ReadonlyMap<string, number> {
  return new Map(
    steps.flatMap(({ parsed }): [string, number][] => {
      const events = kindOf(parsed).furtherEvents?.(parsed.step);
      return events === undefined ? [] : [[parsed.step.id, events]];
    }),
  );
}

/** The inline loop whose iterations write most. */
function longestLoop(
  flow: States,
  counter: EventCounter,
  loops: ReadonlyMap<string, LoopFacts>,
): { readonly id: string; readonly pointer: string } | undefined {
  let longest: { readonly id: string; readonly pointer: string } | undefined;
  let most = 0;
  for (const [id, state] of inlineMaps(flow)) {
    const loop = loops.get(id);
    if (!loop) continue;
    const { least } = counter.state(id, state);
    if (least > most) [longest, most] = [{ id, pointer: loop.pointer }, least];
  }
  return longest;
}

function* inlineMaps(flow: States): Generator<[string, State]> {
  for (const [name, state] of Object.entries(flow.States)) {
    if (state.Type === 'Map' && !isDistributed(state)) yield [name, state];
    if (state.Type === 'Parallel') for (const branch of state.Branches) yield* inlineMaps(branch);
  }
}

function tooMany(
  least: number,
  of: string | undefined,
  longest: { readonly id: string; readonly pointer: string } | undefined,
): Problem {
  const what = of === undefined ? 'A run' : `An iteration of ${stepOfState(of).id}`;
  return {
    code: 'event-budget',
    pointer: longest ? pointerTo(longest.pointer, 'for_each') : '',
    message: `${what} writes at least ${least} history events; Step Functions ends an execution at ${MAX_EVENTS}`,
    hint: longest
      ? `Give the loop ${longest.id} "mode": "distributed": its iterations then have histories of their own.`
      : 'Split it into several workflows.',
    ...(longest && { fix: { adds: pointerTo(longest.pointer, 'mode'), value: 'distributed' } }),
  };
}

function noRoom(id: string, { pointer }: LoopFacts): Problem {
  return {
    code: 'event-budget',
    pointer: pointerTo(pointer, 'for_each'),
    message: `Everything else writes so many history events that none are left for the loop ${id}: Step Functions ends an execution at ${MAX_EVENTS}`,
    hint: `Give the loop ${id}, or a longer one, "mode": "distributed": its iterations then have histories of their own.`,
  };
}
