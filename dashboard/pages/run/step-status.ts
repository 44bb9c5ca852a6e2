// The state of a step as the page shows it: the log's, and what it says about waiting and about what was not reached.
import type { Status } from '../../design-system/status.ts';
import { usageText } from '../../design-system/usage-text.ts';
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

/** Their own steps are in the log too. */
const AROUND_STEPS: readonly (string | null)[] = ['for_each', 'parallel', 'switch'];

/** Whether a step is a loop whose iterations have their steps in the log. */
export const isInlineLoop = ({ action, iterations }: StepSummary): boolean =>
  action === 'for_each' && iterations?.running === undefined;

/**
 * What a run waits for when nothing in it works: `Waiting for an approval`.
 * @param steps those of it that run, within loops too
 */
export function waitingWord(steps: readonly StepSummary[]): string | undefined {
  const inner = steps.filter(
    (step) => step.status === 'running' && !(AROUND_STEPS.includes(step.action) && !isDistributed(step)),
  );
  if (inner.length === 0 || !inner.every(isWaiting)) return undefined;
  return inner.some(({ action }) => action === 'approval') ? 'Waiting for an approval' : 'Waiting';
}

/** What a person is asked in a run: the id of the approval; the first of several. */
export function askedIn(run: string, steps: readonly StepSummary[]): string | undefined {
  const asking = steps.find(({ action, status }) => action === 'approval' && status === 'running');
  return asking && approvalId(run, asking);
}

export const approvalId = (run: string, { id, index = [] }: Pick<StepSummary, 'id' | 'index'>): string =>
  [run, id, ...index].join('.');

const isDistributed = (step: StepSummary): boolean => step.action === 'for_each' && !isInlineLoop(step);

/** What a reader is told beside the step's name. */
export function noteOf(visit: StepSummary | undefined, node: StepNode): string | undefined {
  if (!visit) return node.comment;
  const { error, attempts, usage, turns, carried_from } = visit;
  if (error) return `${error.name}: ${error.message}`;
  const notes = [
    carried_from !== undefined && 'kept from the run before',
    attempts > 1 && `${attempts} attempts`,
    turns !== undefined && `${turns} ${turns === 1 ? 'turn' : 'turns'}`,
    usage && usageText(usage),
  ].filter((note) => typeof note === 'string');
  return notes.length > 0 ? notes.join(' · ') : node.comment;
}
