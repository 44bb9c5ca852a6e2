// A deletion that is under way, and when one has broken off.
import { ApiProblem } from '../problem.ts';
import type { Stored } from '../stores/document-store.ts';
import type { WorkflowDocument } from '../stores/workflows.ts';

/**
 * A deletion that has lasted so long has broken off: API Gateway and Lambda end every request before
 * 30 seconds. Whoever comes then may finish it or use the id.
 */
const LONGEST_DELETION_MS = 60_000;

/** @throws ApiProblem being-deleted while the deletion may still be at work */
export function checkBrokenOff({ id, document }: Stored<WorkflowDocument>, now: Date): void {
  const left = Date.parse(document.deletion_began_at ?? '') + LONGEST_DELETION_MS - now.getTime();
  if (!(left > 0)) return;
  throw new ApiProblem(
    'being-deleted',
    `The workflow ${id} is being deleted right now; try again in a moment`,
    { headers: { 'retry-after': '1' } },
  );
}
