// Where a run goes on that is not begun from its start: the states to enter, and what the states before have left.

/** A place in a flow of states, and in the flows within its state. */
export interface ResumePoint {
  /** The state that is entered. */
  readonly state: string;
  readonly input: unknown;
  /** What the states before have assigned. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** How far the iterations or branches of a Map or Parallel state had come, which is entered now or soon. */
  readonly within?: Within;
}

export interface Within {
  readonly state: string;
  /** By index; one that is left out begins anew. */
  readonly progress: ReadonlyMap<number, Progress>;
}

/** How far a branch or an iteration had come: it has ended, or goes on. */
export type Progress = { readonly output: unknown } | ResumePoint;

export function isDone(progress: Progress): progress is { readonly output: unknown } {
  return !('state' in progress);
}
