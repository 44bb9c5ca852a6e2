// Reads one approval, or lists them.
import * as z from 'zod';
import { APPROVAL_ID } from '../approval-id.ts';
import { ApiProblem } from '../problem.ts';
import { type Approval, approvalView } from '../stores/approval-record.ts';
import { type ApprovalStore, approvalStore } from '../stores/approvals.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '../stores/cursor.ts';

interface Dependencies {
  readonly store?: ApprovalStore;
  readonly now?: () => Date;
}

/** @throws ApiProblem not-found */
export async function readApproval(
  id: string,
  { store = approvalStore(), now = () => new Date() }: Dependencies = {},
): Promise<Approval> {
  const stored = await store.read(id);
  if (!stored) throw approvalNotFound(id);
  return approvalView(id, stored.document, now());
}

export interface ApprovalsQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly status?: 'pending' | 'decided' | 'closed' | undefined;
}

/** The statuses of each filter. */
const statuses = {
  pending: ['pending'],
  decided: ['approved', 'rejected'],
  closed: ['timed_out', 'closed'],
} as const satisfies Record<string, readonly Approval['status'][]>;

const place = z.strictObject({ after: z.string().regex(APPROVAL_ID), status: z.string().optional() });

/** Longer messages are cut in a list. */
const MAX_MESSAGE = 300;

/**
 * In the order of their ids. Pending approvals are searched among the open ones alone, so that listing them stays fast
 * however many were decided.
 * @throws ApiProblem invalid-request when the cursor is not from a list with the same filter
 */
export async function listApprovals(
  { limit, cursor, status }: ApprovalsQuery,
  { store = approvalStore(), now = () => new Date() }: Dependencies = {},
): Promise<{ readonly items: readonly Omit<Approval, 'details'>[]; readonly nextCursor: string | null }> {
  const from = cursor === undefined ? undefined : decodeCursor(cursor, place);
  if (from && from.status !== status) throw invalidCursor();
  const ids = status === 'pending' ? store.openIds : store.ids;
  const page = await ids({ limit, after: from?.after });
  const records = await Promise.all(page.ids.map((id) => store.read(id)));
  const included: readonly string[] | undefined = status && statuses[status];
  const items = records
    .flatMap((stored) => (stored ? [approvalView(stored.id, stored.document, now())] : []))
    .filter((approval) => !included || included.includes(approval.status))
    .map(({ details: _, ...approval }) => ({ ...approval, message: shortened(approval.message) }));
  return {
    items,
    nextCursor: page.next === undefined ? null : encodeCursor({ after: page.next, status }),
  };
}

function shortened(message: string): string {
  const characters = [...message];
  return characters.length > MAX_MESSAGE ? `${characters.slice(0, MAX_MESSAGE).join('')}…` : message;
}

export function approvalNotFound(id: string): ApiProblem {
  return new ApiProblem('not-found', `There is no approval ${id}; GET /approvals lists those there are`);
}
