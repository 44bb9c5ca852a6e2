// Schemas of approvals.
import * as z from 'zod';
import { APPROVAL_ID } from '../approval-id.ts';
import { DECIDING_ROLES } from '../workflow-format/approval.ts';
import { pageOf, pageQuery, workflowId } from './common.ts';
import { executionId } from './executions.ts';

export const approvalId = z
  .string()
  .max(400)
  .regex(
    APPROVAL_ID,
    'an approval id is the execution’s id, a dot and the step’s id, and in loops a dot and the index of each',
  )
  .meta({ examples: ['triage.5e1f7a3c-8f0e-4c8e-9d7a-0d6f0f5b1c2d.ask'] });

const summary = {
  id: approvalId,
  workflow_id: workflowId,
  execution_id: executionId,
  step_id: z.string(),
  index: z
    .array(z.int())
    .optional()
    .describe(
      'of a step in a for_each: the index of the iteration, from 0; in nested loops the outermost first',
    ),
  status: z
    .enum(['pending', 'approved', 'rejected', 'timed_out', 'closed'])
    .describe(
      '`timed_out`: nobody decided in time, and `on_timeout` was applied; `closed`: the run ended first',
    ),
  message: z.string().describe('The question'),
  role: z.enum(DECIDING_ROLES).describe('The least role that may decide'),
  on_timeout: z.enum(['fail', 'approve', 'reject']),
  requested_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
  comment: z.string().nullable(),
  decided_by: z.string().nullable().describe('The user who decided; null when nobody did'),
  decided_at: z.iso.datetime().nullable(),
};

export const approval = z
  .object({ ...summary, details: z.unknown().describe('Any JSON that helps to decide') })
  .meta({ id: 'Approval' });

export const approvalPage = pageOf(z.object(summary).meta({ id: 'ApprovalSummary' })).meta({
  id: 'ApprovalPage',
});

export const approvalsQuery = pageQuery.extend({
  status: z
    .enum(['pending', 'decided', 'closed'])
    .optional()
    .describe('`decided`: approved or rejected, the latest decision first; `closed`: timed out too'),
});

export const decisionBody = z
  .strictObject({
    decision: z.enum(['approve', 'reject']),
    comment: z.string().max(2000).optional().describe('Passed on to the following steps, and logged'),
  })
  .meta({ id: 'Decision', examples: [{ decision: 'approve', comment: 'Looks good' }] });
