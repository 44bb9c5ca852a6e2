// Tells a deletion that is in progress from one that was interrupted.
import { ApiProblem } from '../problem.ts';
import type { Stored } from '../stores/document-store.ts';
import type { WorkflowDocument } from '../stores/workflows.ts';

/**
 * A deletion that has lasted longer was interrupted: API Gateway and Lambda end every request within 30 seconds. After
 * that, others may complete it or reuse the id.
 */
const LONGEST_DELETION_MS = 60_000;

/** @throws ApiProblem being-deleted while the deletion may still be in progress */
export function checkInterrupted({ id, document }: Stored<WorkflowDocument>, now: Date): void {
  const left = Date.parse(document.deletion_began_at ?? '') + LONGEST_DELETION_MS - now.getTime();
  if (!(left > 0)) return;
  throw new ApiProblem(
    'being-deleted',
    `The workflow ${id} is being deleted right now; try again in a moment`,
    { headers: { 'retry-after': '1' } },
  );
}
