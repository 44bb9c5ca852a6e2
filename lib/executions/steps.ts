// The steps of an execution: a page of them in short, or one as it was sent and answered.

import * as z from 'zod';
import { ApiProblem } from '../problem.ts';
import type { ExecutionLog, StepLog } from '../schemas/execution-log.ts';
import type { StepSummary } from '../schemas/execution-steps.ts';
import { decodeCursor, encodeCursor } from '../stores/cursor.ts';
import { indexOf, type StepFilter, stepSummaries } from './step-summaries.ts';

export interface StepsPage {
  readonly items: readonly StepSummary[];
  readonly total: number;
  readonly nextCursor: string | null;
}

const stepsCursor = z.strictObject({ after: z.int().min(0) });

/**
 * In the order in which they began, which is the same while the execution runs: new ones come last.
 * @throws ApiProblem invalid-request for a cursor of something else
 */
export function stepsPage(
  steps: readonly StepLog[],
  filter: StepFilter,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): StepsPage {
  const after = cursor === undefined ? 0 : decodeCursor(cursor, stepsCursor).after;
  const found = stepSummaries(steps, filter);
  const end = after + limit;
  return {
    items: found.slice(after, end),
    total: found.length,
    nextCursor: end < found.length ? encodeCursor({ after: end }) : null,
  };
}

/** @throws ApiProblem not-found when the step did not begin there */
export function findStep(
  { execution_id }: Pick<ExecutionLog, 'execution_id'>,
  steps: readonly StepLog[],
  id: string,
  index: string | undefined,
): StepLog {
  const path = indexOf(index).join();
  // One that a retry of what is around it began anew is there more than once.
  const found = steps.findLast((step) => step.id === id && (step.index ?? []).join() === path);
  if (found) return found;
  const where = index === undefined ? '' : ` in the iteration ${index}`;
  throw new ApiProblem('not-found', `The execution ${execution_id} did not begin the step ${id}${where}`);
}
