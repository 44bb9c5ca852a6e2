// What a person's decision is, and who may decide.
import * as z from 'zod';

/** The roles that an `approval` can ask for. */
export const DECIDING_ROLES = ['editor', 'admin'] as const;

/** How long there is to decide when a step does not say. */
export const DEFAULT_TIMEOUT_SECONDS = 604_800;

/** What a step of the kind `approval` gives. Nobody decided what a timeout did. */
export const approvalOutput = z.strictObject({
  decision: z.enum(['approved', 'rejected']),
  approved: z.boolean(),
  comment: z.string().nullable(),
  decided_by: z.string().nullable(),
  decided_at: z.string().nullable(),
  timed_out: z.boolean(),
});
export type ApprovalOutput = z.infer<typeof approvalOutput>;

export function timedOutOutput(approved: boolean): ApprovalOutput {
  return {
    decision: approved ? 'approved' : 'rejected',
    approved,
    comment: null,
    decided_by: null,
    decided_at: null,
    timed_out: true,
  };
}
