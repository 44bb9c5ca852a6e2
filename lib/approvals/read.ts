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

/** The statuses of the filters that are applied to what is read. */
const statuses = {
  pending: ['pending'],
  closed: ['timed_out', 'closed'],
} as const satisfies Record<string, readonly Approval['status'][]>;

const place = z.strictObject({
  /** Of those that were decided, with the time before it. */
  after: z.string().refine((id) => APPROVAL_ID.test(id.replace(/^\d{13}-/, ''))),
  status: z.string().optional(),
});

/** Longer messages are cut in a list. */
const MAX_MESSAGE = 300;

/**
 * In the order of their ids, those that were decided by the time of that, the latest first. Pending approvals are searched
 * among the open ones alone, so that listing them stays fast however many were decided.
 * @throws ApiProblem invalid-request when the cursor is not from a list with the same filter
 */
export async function listApprovals(
  { limit, cursor, status }: ApprovalsQuery,
  { store = approvalStore(), now = () => new Date() }: Dependencies = {},
): Promise<{ readonly items: readonly Omit<Approval, 'details'>[]; readonly nextCursor: string | null }> {
  const from = cursor === undefined ? undefined : decodeCursor(cursor, place);
  if (from && from.status !== status) throw invalidCursor();
  const page = await idsOf(status, { limit, after: from?.after }, store);
  const records = await Promise.all(page.items.map(({ id }) => store.read(id)));
  const items = records
    .flatMap((stored) => (stored ? [approvalView(stored.id, stored.document, now())] : []))
    .filter((approval, at) => isListed(approval, status, page.items[at]?.decidedAt))
    .map(({ details: _, ...approval }) => ({ ...approval, message: shortened(approval.message) }));
  return {
    items,
    nextCursor: page.next === undefined ? null : encodeCursor({ after: page.next, status }),
  };
}

interface ListedId {
  readonly id: string;
  readonly decidedAt?: string;
}

async function idsOf(
  status: ApprovalsQuery['status'],
  page: { readonly limit: number; readonly after: string | undefined },
  store: ApprovalStore,
): Promise<{ readonly items: readonly ListedId[]; readonly next: string | undefined }> {
  if (status === 'decided') return store.decided(page);
  const { ids, next } = await (status === 'pending' ? store.openIds : store.ids)(page);
  return { items: ids.map((id) => ({ id })), next };
}

/** @param decidedAt the time that it is listed for: of two decisions at once, one counts */
function isListed(
  approval: Approval,
  status: ApprovalsQuery['status'],
  decidedAt: string | undefined,
): boolean {
  if (status === undefined) return true;
  if (status === 'decided') return approval.decided_at === decidedAt;
  return statuses[status].some((one) => one === approval.status);
}

function shortened(message: string): string {
  const characters = [...message];
  return characters.length > MAX_MESSAGE ? `${characters.slice(0, MAX_MESSAGE).join('')}…` : message;
}

export function approvalNotFound(id: string): ApiProblem {
  return new ApiProblem('not-found', `There is no approval ${id}; GET /approvals lists those there are`);
}
