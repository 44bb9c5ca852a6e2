// An approval as it is stored, with the task token, and as the API shows it, without.
import * as z from 'zod';
import { approvalOfId } from '../approval-id.ts';
import type { approval } from '../schemas/approvals.ts';
import { type ApprovalOutput, DECIDING_ROLES } from '../workflow-format/approval.ts';

/** The question, as the step sends it. */
export const approvalQuestion = z.object({
  message: z.string(),
  details: z.unknown().optional(),
  role: z.enum(DECIDING_ROLES),
  on_timeout: z.enum(['fail', 'approve', 'reject']),
});

const decision = z.object({
  decision: z.enum(['approved', 'rejected']),
  comment: z.string().nullable(),
  decided_by: z.string(),
  decided_at: z.iso.datetime(),
});

export const approvalRecord = approvalQuestion.extend({
  /** SHA-256, in hexadecimal, of the loop items that it is about: a loop that starts over may have others at that index. */
  about: z.string().optional(),
  execution_arn: z.string(),
  /** Of the attempt that waits, or waited last; null once nothing waits any more. It never leaves the server. */
  task_token: z.string().nullable(),
  requested_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
  /** Written before it is sent to the run, so that only one of two people decides. */
  decision: decision.nullable(),
  /** When the run was found to have ended or continued without a decision: by a late decision, or at the end of the run. */
  closed_at: z.iso.datetime().nullable(),
});
export type ApprovalRecord = z.infer<typeof approvalRecord>;
export type Approval = z.output<typeof approval>;

/** Whether a run waits for the decision, or for its delivery. */
export function isOpen({ closed_at, decision, task_token }: ApprovalRecord): boolean {
  return closed_at === null && (decision === null || task_token !== null);
}

export function statusOf(record: ApprovalRecord, now: Date): Approval['status'] {
  if (record.decision) return record.decision.decision;
  // Nothing is called when a task times out, so that the status follows from the time.
  const end = record.closed_at ?? now.toISOString();
  if (end >= record.expires_at) return 'timed_out';
  return record.closed_at === null ? 'pending' : 'closed';
}

/** Field by field, so that no other field of the record is shown by accident. */
export function approvalView(id: string, record: ApprovalRecord, now: Date): Approval {
  const { execution, stepId, index } = approvalOfId(id);
  return {
    id,
    workflow_id: execution.workflowId,
    execution_id: execution.id,
    step_id: stepId,
    ...(index.length > 0 ? { index: [...index] } : {}),
    status: statusOf(record, now),
    message: record.message,
    details: record.details ?? null,
    role: record.role,
    on_timeout: record.on_timeout,
    requested_at: record.requested_at,
    expires_at: record.expires_at,
    comment: record.decision?.comment ?? null,
    decided_by: record.decision?.decided_by ?? null,
    decided_at: record.decision?.decided_at ?? null,
  };
}

/** The output of the step. */
export function outputOf({ decision, comment, decided_by, decided_at }: Decision): ApprovalOutput {
  return { decision, approved: decision === 'approved', comment, decided_by, decided_at, timed_out: false };
}
export type Decision = z.infer<typeof decision>;
