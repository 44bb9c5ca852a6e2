// The visits of branches and iterations: where they belong, and whether they have ended.
import { jsonOrText } from '../../aws-values.ts';
import { innerFlows, type State, type States } from '../../compiler/asl/definition.ts';
import { isRerunState, stepOfState } from '../../compiler/asl/state-names.ts';
import { caughtIn } from '../map-runs.ts';
import type { Visit } from '../visit.ts';
import type { RecordedRun } from './recorded-run.ts';

/** Where visits belong to: a run or an iteration that is an execution of its own, with the indexes around it. */
export interface Scope {
  readonly run: RecordedRun;
  readonly prefix: readonly number[];
  readonly targets: ReadonlySet<Visit>;
}

export interface IterationVisits {
  readonly index: number;
  readonly visits: readonly Visit[];
  readonly scope: Scope;
  /** Of an iteration that is an execution of its own, when it succeeded. */
  readonly ended?: { readonly output: unknown };
}

export function outputOf(
  flow: States,
  { visits, ended }: IterationVisits,
): { readonly output: unknown } | undefined {
  if (ended) return ended;
  const last = visits.at(-1);
  if (last?.exitedAt === undefined) return undefined;
  const state = flow.States[last.state];
  const isEnd = state ? endsFlow(state) : isRerunState(last.state) && last.type === 'Pass';
  return isEnd ? { output: jsonOrText(last.exitedWith) } : undefined;
}

/** It has ended, and not with a failure as its result. */
export function isFinished(flow: States, iteration: IterationVisits): boolean {
  const ended = outputOf(flow, iteration);
  return ended !== undefined && caughtIn(ended.output, iteration.index) === null;
}

export function endsFlow(state: State): boolean {
  return state.Type === 'Succeed' || ('End' in state && state.End === true);
}

/** The flow of the iterations of a loop, wherever in the flow it stands. */
export function findMap(flow: States, name: string): States | undefined {
  for (const [state, inner] of Object.entries(flow.States)) {
    for (const within of innerFlows(inner)) {
      const found = state === name ? within : findMap(within, name);
      if (found) return found;
    }
  }
  return undefined;
}

export function stepsIn(flow: States): ReadonlySet<string> {
  return new Set(
    Object.entries(flow.States).flatMap(([name, state]) => [
      stepOfState(name).id,
      ...innerFlows(state).flatMap((inner) => [...stepsIn(inner)]),
    ]),
  );
}
