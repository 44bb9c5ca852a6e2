// A visit of a state, as the events of an execution's history describe it.
import type { RunError } from './run-error.ts';

/** Types of states, as events name them. */
export const VISIT_TYPES = ['Task', 'Pass', 'Choice', 'Wait', 'Map', 'Parallel', 'Succeed', 'Fail'] as const;
export type VisitType = (typeof VISIT_TYPES)[number] | 'other';

export interface FailedAttempt extends RunError {
  readonly at: string;
}

export interface RateLimitWait {
  readonly started_at: string;
  readonly ended_at: string | null;
}

/** Its fields are set as the events are read. */
export interface Visit {
  readonly state: string;
  readonly type: VisitType;
  enteredAt: string;
  /** The Map or Parallel state around it. */
  readonly within: Visit | undefined;
  /** The indexes of the iterations around it, the outermost loop's first. */
  readonly index: readonly number[];
  /** The state before it, in the same branch or iteration. */
  after: Visit | undefined;
  exitedAt?: string;
  /** It was stopped because another branch or iteration failed. */
  abortedAt?: string;
  /** It made its iteration fail. */
  failedAt?: string;
  /** The Map or Parallel state around it was retried from its beginning. */
  isAbandoned?: boolean;
  attempts: number;
  /** The id of the execution that it started; of several attempts the last one's. */
  executionId?: string;
  input?: unknown;
  output?: unknown;
  error?: RunError;
  /** What its attempts met that failed, in their order. */
  failedAttempts?: readonly FailedAttempt[];
  /** The waits that a provider's rate limit asked for. */
  rateLimitWaits?: readonly RateLimitWait[];
  /** Of a Map or Parallel state that failed: the state in it that made it fail. */
  culprit?: Visit | undefined;
  /** Something failed in it: for Map and Parallel states only. */
  failed: boolean;
  /** The Map Run of a distributed loop, whose own state may be within; of several attempts the last one's. */
  mapRun?: string;
  /** Of an inline loop, how many items it has. */
  items?: number;
  /** The JSON of the state's input and output, and of the variables that it assigned. */
  enteredWith?: string | undefined;
  exitedWith?: string | undefined;
  assigned?: Readonly<Record<string, string>> | undefined;
  /** The state that was entered next; after a `when` it shows whether the step ran. */
  next?: string;
}

/** The visit itself, and the Map and Parallel states around it, the innermost first. */
export function* withEnclosing(visit: Visit | undefined): Generator<Visit> {
  for (let at = visit; at; at = at.within) yield at;
}

export function isInside({ within }: Visit, outer: Visit | undefined): boolean {
  for (const at of withEnclosing(within)) if (at === outer) return true;
  return false;
}

/** Whether neither the state nor anything around it was left or retried without it. A redrive continues it. */
export function isOpen(visit: Visit): boolean {
  for (const at of withEnclosing(visit)) if (at.exitedAt !== undefined || at.isAbandoned) return false;
  return true;
}

/** Whether the run is still in the state: neither it nor anything around it has ended. */
export function isRunning(visit: Visit): boolean {
  for (const at of withEnclosing(visit)) {
    if (at.exitedAt !== undefined || at.abortedAt !== undefined || at.failedAt !== undefined) return false;
    if (at !== visit && at.failed) return false;
  }
  return true;
}
