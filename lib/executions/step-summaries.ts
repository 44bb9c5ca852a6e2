// The steps of a log in short, and the states of its loops' iterations.

import type { StepLog } from '../schemas/execution-log.ts';
import {
  type IterationStatus,
  type LoopStates,
  MAX_MESSAGE_IN_LIST,
  type StepSummary,
} from '../schemas/execution-steps.ts';

/** Which steps are asked for. */
export interface StepFilter {
  readonly step?: string | undefined;
  readonly loop?: string | undefined;
  /** How many loops they are in. */
  readonly depth?: number | undefined;
  /** `2.17`: in that iteration, or in loops within it. */
  readonly index?: string | undefined;
  readonly status?: StepLog['status'] | undefined;
}

/** @param steps all those of the log: the states of a loop follow from the steps in it */
export function stepSummaries(steps: readonly StepLog[], filter: StepFilter): StepSummary[] {
  const loops = new LoopIndex(steps);
  const { step, loop, depth, status } = filter;
  const path = indexOf(filter.index);
  return steps
    .filter(
      ({ id, index = [], loop: around, status: its }) =>
        (step === undefined || id === step) &&
        (loop === undefined || around === loop) &&
        (depth === undefined || index.length === depth) &&
        (status === undefined || its === status) &&
        path.every((position, level) => index[level] === position),
    )
    .map((one) => summaryOf(one, loops));
}

/** The indexes of the iterations around a step, the outermost first. */
export function indexOf(path: string | undefined): readonly number[] {
  return path === undefined ? [] : path.split('.').map(Number);
}

function summaryOf(step: StepLog, loops: LoopIndex): StepSummary {
  const { input: _, output: __, turns, failed_attempts, iterations, ...rest } = step;
  const states = step.action === 'for_each' ? loops.statesOf(step) : undefined;
  return {
    ...rest,
    error: shortened(step.error),
    ...(turns && { turns: turns.length }),
    ...(states && { iterations: states }),
  };
}

export function shortened(error: StepLog['error']): StepLog['error'] {
  if (!error || error.message.length <= MAX_MESSAGE_IN_LIST) return error;
  // Not within a pair of surrogates.
  return {
    name: error.name,
    message: `${error.message.slice(0, MAX_MESSAGE_IN_LIST).replace(/[\uD800-\uDBFF]$/, '')}…`,
  };
}

/** How much a status says about its iteration: the first of these that a step in it has. */
const ORDER = ['failed', 'running', 'aborted', 'caught', 'succeeded', 'skipped'] as const;

/** The steps in each loop by the index of their iteration. */
export class LoopIndex {
  readonly #loops = new Map<string, Map<number, StepLog[]>>();

  constructor(steps: readonly StepLog[]) {
    for (const step of steps) {
      if (step.loop === undefined || step.index === undefined) continue;
      const key = keyOf(step.loop, step.index.slice(0, -1));
      const position = step.index.at(-1) ?? 0;
      const iterations = this.#loops.get(key) ?? new Map<number, StepLog[]>();
      const inIteration = iterations.get(position);
      if (inIteration) inIteration.push(step);
      else iterations.set(position, [step]);
      this.#loops.set(key, iterations);
    }
  }

  /** The steps of a loop's iterations that the log has, without those of loops within. */
  iterationsOf({ id, index = [] }: Pick<StepLog, 'id' | 'index'>): ReadonlyMap<number, readonly StepLog[]> {
    return this.#loops.get(keyOf(id, index)) ?? new Map();
  }

  statesOf(loop: StepLog): LoopStates {
    const known = new Map<number, IterationStatus>();
    for (const [index, steps] of this.iterationsOf(loop)) known.set(index, iterationStatus(steps));
    const { iterations } = loop;
    for (const index of failuresOf(loop)) {
      if (known.get(index) !== 'failed') known.set(index, loop.status === 'failed' ? 'failed' : 'caught');
    }
    // A rerun's own loop may have fewer than there were before it.
    const total =
      iterations?.total ??
      Math.max(
        loop.items ?? 0,
        [...known.keys()].reduce((a, b) => Math.max(a, b + 1), 0),
      );
    const others = unlisted(loop);
    const count = (status: IterationStatus) => [...known.values()].filter((one) => one === status).length;
    return {
      total,
      succeeded: iterations?.succeeded ?? count('succeeded') + count('caught'),
      failed: iterations?.failed ?? count('failed'),
      ...(iterations?.running !== undefined && { running: iterations.running }),
      ...(iterations?.pending !== undefined && { pending: iterations.pending }),
      states: runsOf(total, (index) => known.get(index) ?? others),
    };
  }
}

/** The indexes of the iterations of a distributed loop that are known to have failed. */
function* failuresOf({ iterations }: StepLog): Generator<number> {
  for (const { index } of iterations?.failures ?? []) yield index;
  for (const [first, count] of iterations?.further_failures ?? [])
    for (let index = first; index < first + count; index += 1) yield index;
}

/**
 * Of a loop that runs within the execution the log has every iteration that was begun. Of a distributed one every
 * iteration has succeeded when it has, but for the failures that the log has.
 */
function unlisted(loop: StepLog): IterationStatus | null {
  const { status, iterations } = loop;
  if (!iterations) return status === 'succeeded' ? 'succeeded' : 'pending';
  if (status !== 'succeeded') return null;
  return iterations.failed <= [...failuresOf(loop)].length ? 'succeeded' : null;
}

/** That of an iteration, from the steps in it. */
export function iterationStatus(steps: readonly StepLog[]): IterationStatus {
  const found = ORDER.find((status) => steps.some((step) => step.status === status)) ?? 'succeeded';
  return found === 'skipped' ? 'succeeded' : found;
}

/** A large loop has few changes of state: runs of equal ones instead of each. */
function runsOf(total: number, stateOf: (index: number) => IterationStatus | null): LoopStates['states'] {
  const runs: [IterationStatus | null, number][] = [];
  for (let index = 0; index < total; index += 1) {
    const state = stateOf(index);
    const last = runs.at(-1);
    if (last?.[0] === state) last[1] += 1;
    else runs.push([state, 1]);
  }
  return runs;
}

function keyOf(loop: string, index: readonly number[]): string {
  return [loop, ...index].join(' ');
}
