// The state of a step as the page shows it: the log's, and what it says about waiting and about what was not reached.
import type { Status } from '../../design-system/status.ts';
import type { StepNode } from '../../workflow/outline.ts';
import type { StepSummary } from './loop-states.ts';

export type Visits = ReadonlyMap<string, StepSummary>;

/** @param steps of one place: one visit of each step; the latest counts */
export function visitsOf(steps: readonly StepSummary[]): Visits {
  return new Map(steps.map((step) => [step.id, step]));
}

export function statusOf(visit: StepSummary | undefined): Status {
  if (!visit) return 'not_reached';
  if (visit.status === 'running' && isWaiting(visit)) return 'waiting';
  return visit.status;
}

/** For a person, a time, or a provider that has asked for a pause. */
export function isWaiting({
  action,
  rate_limit_waits,
}: Pick<StepSummary, 'action' | 'rate_limit_waits'>): boolean {
  if (action === 'approval' || action === 'wait') return true;
  const last = rate_limit_waits?.at(-1);
  return last !== undefined && last.ended_at === null;
}

/** What a reader is told beside the step's name. */
export function noteOf(visit: StepSummary | undefined, node: StepNode): string | undefined {
  if (!visit) return node.comment;
  const { error, attempts, usage, turns, carried_from } = visit;
  if (error) return `${error.name}: ${error.message}`;
  const notes = [
    carried_from !== undefined && 'kept from the run before',
    attempts > 1 && `${attempts} attempts`,
    turns !== undefined && `${turns} ${turns === 1 ? 'turn' : 'turns'}`,
    usage && `${usage.total_tokens.toLocaleString('en')} tokens`,
  ].filter((note) => typeof note === 'string');
  return notes.length > 0 ? notes.join(' · ') : node.comment;
}
