// Two runs of a workflow side by side: which steps differ, and in what.
import type { AnswerBody } from '../../api/routes.ts';
import { indexText } from './selection.ts';

export type RunLog = AnswerBody<'GET /executions/{id}/log'>;
type StepLog = RunLog['steps'][number];

export interface Difference {
  readonly id: string;
  /** `2.17`; empty in no loop. */
  readonly index: string;
  readonly mine: StepLog | undefined;
  readonly other: StepLog | undefined;
  readonly differs: readonly ('status' | 'input' | 'output' | 'error')[];
}

/** The steps that differ, in the order in which they began in the first run. What only times say is no difference. */
export function differences(mine: RunLog, other: RunLog): readonly Difference[] {
  const others = new Map(other.steps.map((step) => [keyOf(step), step]));
  const found: Difference[] = [];
  for (const step of mine.steps) {
    const its = others.get(keyOf(step));
    others.delete(keyOf(step));
    const differs = its ? differing(step, its) : (['status'] as const);
    if (differs.length > 0) found.push(difference(step, step, its, differs));
  }
  for (const step of others.values()) found.push(difference(step, undefined, step, ['status']));
  return found;
}

function difference(
  { id, index = [] }: StepLog,
  mine: StepLog | undefined,
  other: StepLog | undefined,
  differs: Difference['differs'],
): Difference {
  return { id, index: indexText(index), mine, other, differs };
}

function keyOf({ id, index = [] }: StepLog): string {
  return `${id} ${indexText(index)}`;
}

const PARTS = ['status', 'input', 'output', 'error'] as const;

function differing(a: StepLog, b: StepLog): Difference['differs'] {
  return PARTS.filter((part) => JSON.stringify(a[part]) !== JSON.stringify(b[part]));
}
