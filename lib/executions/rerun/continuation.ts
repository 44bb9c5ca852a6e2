// Where a rerun goes on: found in the visits of the run before it, for each flow of states within each other.
import { jsonOrText } from '../../aws-values.ts';
import type { States } from '../../compiler/asl/definition.ts';
import {
  isRerunState,
  isStateName,
  STEPS_STATE,
  type StateSuffix,
  stateName,
  stepOfState,
} from '../../compiler/asl/state-names.ts';
import { isDone, type Progress, type ResumePoint } from '../../compiler/rerun/resume-point.ts';
import { caughtIn } from '../map-runs.ts';
import { stepKey } from '../rerun-record.ts';
import type { Visit } from '../visit.ts';
import { isInside } from '../visit.ts';
import { CarriedEvents, checkSize } from './carried-limits.ts';
import {
  endsFlow,
  findMap,
  type IterationVisits,
  isFinished,
  outputOf,
  type Scope,
  stepsIn,
} from './inner-visits.ts';
import { notRerunnable } from './not-rerunnable.ts';
import type { RecordedRun } from './recorded-run.ts';

export interface Continuation {
  readonly point: ResumePoint | undefined;
  /** Whether the step is not run again, in the iteration of these indexes. */
  isKept(id: string, index: readonly number[] | undefined): boolean;
  /** Whether the named step was found. */
  readonly isNamed: boolean;
}

/** The states of one flow: as the run before had them, and as the rerun has them. */
export interface FlowPair {
  readonly ran: States;
  readonly next: States;
}

export interface ContinuationRules {
  /** The step to go on at; undefined goes on where the run has ended. */
  readonly from: string | undefined;
  /** Each state that is entered begins its step anew, since its definition may be another. */
  readonly beginsSteps: boolean;
  /**
   * What the states before have assigned, for the flow that goes on at the state.
   * @throws ApiProblem not-rerunnable where that does not fit
   */
  variables(flow: FlowPair, before: readonly Visit[], state: string): Readonly<Record<string, unknown>>;
  /** @throws ApiProblem not-rerunnable where the branches or iterations of a state cannot stay */
  checkWithin?(state: string, flow: FlowPair, progress: ReadonlyMap<number, Progress>): void;
}

/** @throws ApiProblem not-rerunnable */
export function continuationOf(run: RecordedRun, flow: FlowPair, rules: ContinuationRules): Continuation {
  const finder = new Finder(rules);
  const point = finder.root(run, flow);
  const { kept, keptIterations, isNamed } = finder;
  const isWithin = (index: readonly number[], outer: readonly number[]): boolean =>
    outer.every((one, depth) => index[depth] === one);
  return {
    point,
    isKept: (id, index = []) =>
      kept.has(stepKey(id, index)) ||
      keptIterations.some((iteration) => iteration.steps.has(id) && isWithin(index, iteration.index)),
    isNamed,
  };
}

/** Where a step's visit begins. */
const FIRST_STATES: readonly StateSuffix[] = ['when', 'timer', 'notify'];

class Finder {
  readonly kept = new Set<string>();
  /** Iterations that were executions of their own, whose histories are not read, or all of a loop in an iteration. */
  readonly keptIterations: { readonly steps: ReadonlySet<string>; readonly index: readonly number[] }[] = [];
  isNamed = false;
  readonly #rules: ContinuationRules;
  /** By the execution that writes them. */
  readonly #events = new Map<RecordedRun, CarriedEvents>();

  constructor(rules: ContinuationRules) {
    this.#rules = rules;
  }

  root(run: RecordedRun, { ran, next }: FlowPair): ResumePoint | undefined {
    const inSteps = next.States[STEPS_STATE];
    const [first] = run.inside(undefined);
    const scope: Scope = { run, prefix: [], targets: this.#targets(run) };
    // With on_failure all other steps stand in one state; what it ran after them is run again when they fail again.
    const steps = run.inside(undefined).find(({ state }) => state === STEPS_STATE);
    const ranSteps = steps && ran.States[STEPS_STATE];
    const inner = ranSteps?.Type === 'Parallel' ? ranSteps.Branches[0] : undefined;
    const [visits, ranFlow] = steps && inner ? [run.inside(steps), inner] : [run.inside(undefined), ran];
    const nextFlow = inSteps?.Type === 'Parallel' ? inSteps.Branches[0] : next;
    if (!nextFlow || !first) return undefined;
    const progress = this.#flow({ ran: ranFlow, next: nextFlow }, visits, scope);
    if (progress && isDone(progress)) return undefined;
    if (!progress || nextFlow === next) return progress;
    return {
      state: STEPS_STATE,
      input: jsonOrText(first.enteredWith),
      variables: {},
      within: { state: STEPS_STATE, progress: new Map([[0, progress]]) },
    };
  }

  /** The visits that the named step begins with, but those of on_failure. */
  #targets(run: RecordedRun): ReadonlySet<Visit> {
    const { from } = this.#rules;
    if (from === undefined) return new Set();
    const own = [from, ...FIRST_STATES.map((suffix) => stateName(from, suffix))];
    const afterFailure = new Set<Visit>();
    for (const [index, { state }] of run.inside(undefined).entries())
      if (state === STEPS_STATE)
        for (const visit of run.inside(undefined).slice(index + 1)) afterFailure.add(visit);
    return new Set(
      run.visits.filter(
        (visit) =>
          own.includes(visit.state) &&
          !afterFailure.has(visit) &&
          ![...afterFailure].some((outer) => isInside(visit, outer)),
      ),
    );
  }

  /** @returns undefined where the flow begins anew */
  #flow(flow: FlowPair, visits: readonly Visit[], scope: Scope): Progress | undefined {
    const at = visits.findIndex((visit) => scope.targets.has(visit) || this.#holdsTarget(visit, scope));
    if (at >= 0) return this.#enter(flow, visits, at, scope);
    const last = visits.at(-1);
    if (!last || (isRerunState(last.state) && last.type !== 'Pass')) return undefined;
    if (last.exitedAt !== undefined) return this.#afterExit(flow, visits, last);
    // The first only names the error of the state before; the other compares what its items gave.
    const isAfter = isStateName(last.state, 'late') || isStateName(last.state, 'tolerance');
    const named = isAfter && last.after ? last.after : last;
    return this.#enter(flow, visits, visits.indexOf(named), scope);
  }

  /** Every state that was entered was left too: the flow has ended, or the run was stopped between two states. */
  #afterExit(flow: FlowPair, visits: readonly Visit[], last: Visit): Progress | undefined {
    const state = flow.ran.States[last.state];
    const output = jsonOrText(last.exitedWith);
    if (!state || endsFlow(state)) return { output };
    const next = 'Next' in state && !last.error && !last.failed ? state.Next : undefined;
    if (next === undefined || !flow.next.States[next]) return undefined;
    return { state: next, input: output, variables: this.#rules.variables(flow, visits, next) };
  }

  #enter(flow: FlowPair, visits: readonly Visit[], at: number, scope: Scope): ResumePoint | undefined {
    const visit = visits[at];
    if (!visit) return undefined;
    const before = visits.slice(0, at);
    const isNamed = scope.targets.has(visit);
    this.isNamed ||= isNamed;
    const state = this.#stateOf(flow, visit, isNamed);
    const own = visits.slice(at).find((one) => one.state === stepOfState(visit.state).id) ?? visit;
    const around = isNamed ? own : visit;
    const progress = this.#within(flow, around, isNamed, scope);
    for (const earlier of before) this.#keep(flow.ran, earlier, scope);
    if (!progress && before.length === 0 && state === flow.next.StartAt) return undefined;
    return {
      state,
      input: jsonOrText(visit.enteredWith),
      variables: this.#rules.variables(flow, before, state),
      ...(progress && { within: { state: around.state, progress } }),
    };
  }

  #stateOf({ next }: FlowPair, { state }: Visit, isNamed: boolean): string {
    const { id, suffix } = stepOfState(state);
    const isOwn = suffix === undefined || FIRST_STATES.includes(suffix);
    const own = [...FIRST_STATES.map((first) => stateName(id, first)), id];
    const begins = isOwn && (isNamed || this.#rules.beginsSteps);
    const found = (begins ? own : [state]).find((name) => next.States[name]);
    if (found !== undefined) return found;
    throw notRerunnable({
      code: 'step-gone',
      pointer: '/from',
      message: `The run goes on at the step ${id}, which the definition does not have, or has elsewhere`,
      hint: `Put it back, or choose another step in "from", or "workflow": "recorded".`,
    });
  }

  #holdsTarget(visit: Visit, { run, targets }: Scope): boolean {
    for (const target of targets) if (isInside(target, visit)) return true;
    const iterations = visit.mapRun === undefined ? [] : (run.iterations.get(visit.mapRun) ?? []);
    return iterations.some((iteration) => {
      const inner = { run: iteration.run, prefix: [], targets: this.#targets(iteration.run) };
      return inner.targets.size > 0;
    });
  }

  /** How far the branches or iterations of a state had come; undefined where all begin anew. */
  #within(
    { ran, next }: FlowPair,
    visit: Visit,
    isNamed: boolean,
    scope: Scope,
  ): ReadonlyMap<number, Progress> | undefined {
    const before = ran.States[visit.state];
    const after = next.States[visit.state];
    const found = new Map<number, Progress>();
    if (before?.Type === 'Parallel' && after?.Type === 'Parallel') {
      if (isNamed && visit.exitedAt !== undefined && !visit.failed) return undefined;
      const inside = scope.run.inside(visit);
      for (const [index, branch] of before.Branches.entries()) {
        const nextBranch = after.Branches[index];
        const visits = inside.filter(({ state }) => Object.hasOwn(branch.States, state));
        const progress = nextBranch && this.#flow({ ran: branch, next: nextBranch }, visits, scope);
        if (progress) found.set(index, progress);
        if (progress && isDone(progress)) for (const one of visits) this.#keep(branch, one, scope);
      }
    } else if (before?.Type === 'Map' && after?.Type === 'Map') {
      const flow = { ran: before.ItemProcessor, next: after.ItemProcessor };
      const iterations = this.#iterations(visit, scope);
      const pending = iterations.filter((one) => !isFinished(flow.ran, one));
      const hasEnded = visit.exitedAt !== undefined && !visit.failed && !visit.error;
      if (hasEnded && pending.length === 0) {
        if (isNamed) return undefined;
        throw allIterationsEnded(visit.state);
      }
      for (const one of iterations) {
        const progress = this.#iteration(flow, one, !pending.includes(one));
        if (progress) found.set(one.index, progress);
      }
    }
    if (found.size === 0) return undefined;
    this.#rules.checkWithin?.(visit.state, { ran, next }, found);
    checkSize(visit.state, found);
    if (after?.Type === 'Map' && visit.mapRun === undefined) {
      const events = this.#events.get(scope.run) ?? new CarriedEvents();
      this.#events.set(scope.run, events);
      const { state, items = found.size } = visit;
      events.add({ state, items, flow: after.ItemProcessor }, found);
    }
    return found;
  }

  #iterations(visit: Visit, scope: Scope): readonly IterationVisits[] {
    if (visit.mapRun !== undefined) {
      return (scope.run.iterations.get(visit.mapRun) ?? []).map(({ index, ended, run }) => ({
        index,
        visits: run.inside(undefined),
        scope: { run, prefix: [...scope.prefix, ...visit.index, index], targets: this.#targets(run) },
        ...(ended && { ended }),
      }));
    }
    const byIndex = Map.groupBy(scope.run.inside(visit), ({ index }) => index.at(-1) ?? 0);
    return [...byIndex].map(([index, visits]) => ({ index, visits, scope }));
  }

  #iteration(flow: FlowPair, iteration: IterationVisits, isKept: boolean): Progress | undefined {
    const { visits, scope, index } = iteration;
    const output = outputOf(flow.ran, iteration);
    if (isKept && output) {
      this.#keepIteration(flow.ran, iteration);
      return output;
    }
    // Its failure was given as its result: it goes on where that was.
    if (output && caughtIn(output.output, index)) {
      const failed = visits.findLastIndex(({ error, failed: within }) => error !== undefined || within);
      const named = visits.findIndex((visit) => scope.targets.has(visit) || this.#holdsTarget(visit, scope));
      const at = named >= 0 ? named : failed;
      return at < 0 ? undefined : this.#enter(flow, visits, at, scope);
    }
    return this.#flow(flow, visits, scope);
  }

  #keep(flow: States, visit: Visit, scope: Scope): void {
    const { id } = stepOfState(visit.state);
    this.kept.add(stepKey(id, [...scope.prefix, ...visit.index]));
    for (const inner of scope.run.inside(visit)) this.#keep(flow, inner, scope);
    const map = visit.mapRun === undefined ? undefined : findMap(flow, visit.state);
    if (!map) return;
    const isRead = visit.mapRun !== undefined && scope.run.iterations.has(visit.mapRun);
    if (isRead) for (const iteration of this.#iterations(visit, scope)) this.#keepIteration(map, iteration);
    else this.keptIterations.push({ steps: stepsIn(map), index: [...scope.prefix, ...visit.index] });
  }

  #keepIteration(flow: States, { visits, scope }: IterationVisits): void {
    for (const visit of visits) this.#keep(flow, visit, scope);
    if (visits.length === 0) this.keptIterations.push({ steps: stepsIn(flow), index: scope.prefix });
  }
}

function allIterationsEnded(loop: string) {
  return notRerunnable({
    code: 'loop-ended',
    pointer: '/from',
    message: `All iterations of the loop ${loop} have ended, so that none can go on at a step in it`,
    hint: `"from": "${loop}" runs all of its items again.`,
  });
}
