// Takes a person's decision: writes it first, so that only one of two people decides, then sends it to the waiting run.
import { SFNClient } from '@aws-sdk/client-sfn';
import { type Role, requireRole } from '../auth/roles.ts';
import { ApiProblem } from '../problem.ts';
import {
  type Approval,
  type ApprovalRecord,
  approvalView,
  type Decision,
  statusOf,
} from '../stores/approval-record.ts';
import { approvalStore } from '../stores/approvals.ts';
import { deliver } from './deliver.ts';
import { approvalNotFound } from './read.ts';
import type { ApprovalDependencies } from './request.ts';

export interface DecisionRequest {
  readonly decision: 'approve' | 'reject';
  readonly comment?: string | undefined;
  readonly user: string;
  readonly roles: readonly Role[];
}

/**
 * The same person may repeat a decision, with the same comment or none, which delivers it to the run if an earlier
 * attempt failed to. So does any other request for an approval with an undelivered decision, whatever its own answer.
 * @throws ApiProblem not-found, forbidden, already-decided, approval-closed
 */
export async function decideApproval(
  id: string,
  request: DecisionRequest,
  { store = approvalStore(), sfn = new SFNClient({}), now = () => new Date() }: ApprovalDependencies = {},
): Promise<Approval> {
  for (;;) {
    const stored = await store.read(id);
    if (!stored) throw approvalNotFound(id);
    const { document: before } = stored;
    requireRole(before.role, request.roles);
    if (before.closed_at !== null) throw closed(id, before, now());
    let { etag } = stored;
    let record = before;
    if (before.decision === null) {
      const decision = decisionOf(request, now());
      record = { ...before, decision };
      await store.markDecided(id, decision.decided_at);
      const written = await store.write(id, record, { etag });
      // Somebody else has decided, or the step asked again.
      if (written === undefined) continue;
      etag = written;
    }
    const after = await deliver(id, record, etag, { store, sfn, now });
    if (!after) continue;
    if (after.decision === null) throw closed(id, after, now());
    if (!isRepeated(after.decision, request)) throw alreadyDecided(after.decision, request);
    return approvalView(id, after, now());
  }
}

function decisionOf({ decision, comment = '', user }: DecisionRequest, now: Date): Decision {
  return {
    decision: decision === 'approve' ? 'approved' : 'rejected',
    comment: comment === '' ? null : comment,
    decided_by: user,
    decided_at: now.toISOString(),
  };
}

function isSame(made: Decision, { decision, user }: DecisionRequest): boolean {
  return made.decided_by === user && made.decision === (decision === 'approve' ? 'approved' : 'rejected');
}

/** Another comment is refused, since it would be lost: the run has got the first. */
function isRepeated(made: Decision, request: DecisionRequest): boolean {
  return isSame(made, request) && (request.comment === undefined || request.comment === (made.comment ?? ''));
}

function alreadyDecided(made: Decision, request: DecisionRequest): ApiProblem {
  const { decision, decided_by, decided_at } = made;
  const what = isSame(made, request) ? ', with another comment, which the run was given' : '';
  return new ApiProblem('already-decided', `It was ${decision} by ${decided_by} at ${decided_at}${what}`);
}

function closed(id: string, record: ApprovalRecord, now: Date): ApiProblem {
  const detail =
    statusOf(record, now) === 'timed_out'
      ? `Nobody decided ${id} before ${record.expires_at}, and the run does not wait any more`
      : `The run that asked for ${id} has ended or does not wait any more`;
  return new ApiProblem('approval-closed', detail);
}
