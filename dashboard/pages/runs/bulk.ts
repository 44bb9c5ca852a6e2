// One action on many runs, run by run and at most four at a time; each outcome is kept, and the rest can be called off.
import type { Run } from './run-list.ts';

export type BulkAction = 'stop' | 'redrive' | 'rerun';

/** The statuses that an action is for. */
export const statusesOf: Readonly<Record<BulkAction, readonly Run['status'][]>> = {
  stop: ['running'],
  redrive: ['failed', 'timed_out', 'aborted'],
  rerun: ['succeeded', 'failed', 'timed_out', 'aborted'],
};

export interface Outcome {
  readonly run: Run;
  /** Why it was refused; undefined when it was done. */
  readonly problem: string | undefined;
  /** The run that came of it, where it is another one. */
  readonly made?: string;
}

export interface BulkState {
  readonly action: BulkAction;
  /** How many there are; a lower limit while `hasMore`. */
  readonly total: number;
  readonly hasMore: boolean;
  readonly outcomes: readonly Outcome[];
  readonly phase: 'running' | 'done' | 'cancelled';
  /** Why further runs could not be read. */
  readonly problem: string | undefined;
}

export interface BulkPlan {
  readonly action: BulkAction;
  readonly runs: readonly Run[];
  /** The further runs that match, read when the ones before are done. */
  readonly more?: AsyncIterator<Run>;
  /** @returns the id of the run that came of it, where it is another one */
  act(run: Run, key: string): Promise<string | undefined>;
  /** What an error says, in a line. */
  titleOf(error: unknown): string;
  onChange(state: BulkState): void;
}

const AT_ONCE = 4;

/**
 * Begins at once.
 * @param batch names it: a request that is sent twice has the same key
 */
export function startBulk(plan: BulkPlan, batch: string): { cancel(): void; readonly done: Promise<void> } {
  let state: BulkState = {
    action: plan.action,
    total: plan.runs.length,
    hasMore: plan.more !== undefined,
    outcomes: [],
    phase: 'running',
    problem: undefined,
  };
  const change = (changes: Partial<BulkState>) => {
    state = { ...state, ...changes };
    plan.onChange(state);
  };
  const queue = takeFrom(plan, (changes) => change({ ...changes, total: changes.total ?? state.total }));
  const work = async () => {
    while (state.phase === 'running') {
      const run = await queue();
      if (!run) return;
      // It may have been called off while the next one was read.
      if (state.phase !== 'running') return;
      const outcome = await plan.act(run, `${batch}-${run.id}`).then(
        (made) => ({ run, problem: undefined, ...(made !== undefined && { made }) }),
        (error: unknown) => ({ run, problem: plan.titleOf(error) }),
      );
      change({ outcomes: [...state.outcomes, outcome] });
    }
  };
  plan.onChange(state);
  const done = Promise.all(Array.from({ length: AT_ONCE }, work)).then(() => {
    if (state.phase === 'running') change({ phase: 'done', hasMore: false });
  });
  return { cancel: () => state.phase === 'running' && change({ phase: 'cancelled' }), done };
}

/** Gives one run after another, those that are known first; never two reads of the others at once. */
function takeFrom(
  { runs, more, titleOf }: BulkPlan,
  change: (changes: { total?: number; hasMore?: boolean; problem?: string }) => void,
): () => Promise<Run | undefined> {
  let at = 0;
  let isOver = more === undefined;
  let last: Promise<unknown> = Promise.resolve();
  const readOne = async (): Promise<Run | undefined> => {
    if (isOver || !more) return undefined;
    try {
      const { value, done } = await more.next();
      if (!done) {
        at += 1;
        change({ total: at });
        return value;
      }
    } catch (error) {
      change({ problem: titleOf(error) });
    }
    isOver = true;
    change({ hasMore: false });
    return undefined;
  };
  return () => {
    const known = runs[at];
    if (known) {
      at += 1;
      return Promise.resolve(known);
    }
    const next = last.then(readOne);
    last = next;
    return next;
  };
}
