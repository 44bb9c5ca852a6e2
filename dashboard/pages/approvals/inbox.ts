// The inbox's logic: whose turn it is, in which order, until when, and what became of an approval.
import type { AnswerBody } from '../../api/routes.ts';
import { mayDecide } from '../../frame/deciders.ts';

export type Approval = AnswerBody<'GET /approvals/{id}'>;
export type WaitingApproval = Omit<Approval, 'details'>;
type WaitingPage = AnswerBody<'GET /approvals'>;

/** What the user may decide first; of both, what ends soonest. */
export function inOrder(approvals: readonly WaitingApproval[], role: string): readonly WaitingApproval[] {
  const rank = ({ role: needed }: WaitingApproval) => (mayDecide(role, needed) ? 0 : 1);
  return approvals.toSorted(
    (a, b) =>
      rank(a) - rank(b) || Date.parse(a.expires_at) - Date.parse(b.expires_at) || (a.id < b.id ? -1 : 1),
  );
}

/** How many wait that the list does not show yet. */
export function countNew(shown: readonly WaitingApproval[], page: WaitingPage): number {
  const ids = new Set(shown.map(({ id }) => id));
  return page.items.filter(({ id }) => !ids.has(id)).length;
}

/** Whether an approval that is shown waits no more. A page tells of the ids up to its last one. */
export function isGone(id: string, { items, next_cursor }: WaitingPage): boolean {
  const last = items.at(-1)?.id ?? '';
  return !items.some((item) => item.id === id) && (next_cursor === null || id <= last);
}

/** The one to go on with: the next in the list that can be decided, or from its beginning. */
export function nextOf(shown: readonly string[], current: string, canDecide: (id: string) => boolean) {
  const at = shown.indexOf(current);
  return [...shown.slice(at + 1), ...shown.slice(0, Math.max(at, 0))].find(canDecide);
}

export const neededWords = { editor: 'an editor', admin: 'an admin' } as const;

const thenWords = {
  fail: 'then the step fails',
  approve: 'then it counts as approved',
  reject: 'then it counts as rejected',
} as const;

/** `Waits for an editor until Tuesday 09:00, then the step fails` */
export function waitsText(
  { role, expires_at, on_timeout }: WaitingApproval,
  now: number,
  zone?: string,
): string {
  const until = untilText(Date.parse(expires_at), now, zone);
  return `Waits for ${neededWords[role]} until ${until}, ${thenWords[on_timeout]}`;
}

/** `17:30` today, `Tuesday 09:00` within a week, `12 Jan 2027, 09:00` after that. */
export function untilText(time: number, now: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const text = (options: Intl.DateTimeFormatOptions, of = time) =>
    new Intl.DateTimeFormat('en-GB', { ...zone, ...options }).format(of);
  const clock = text({ hour: '2-digit', minute: '2-digit' });
  const date = { day: 'numeric', month: 'short', year: 'numeric' } as const;
  if (text(date) === text(date, now)) return clock;
  // From six days on the weekday could be taken for today's.
  if (time - now < 6 * 86_400_000) return `${text({ weekday: 'long' })} ${clock}`;
  return `${text(date)}, ${clock}`;
}

/** What became of it, as a sentence without its time: `Approved by ada`. */
export function outcomeText({ status, decided_by, on_timeout }: WaitingApproval): string {
  if (status === 'approved') return `Approved by ${decided_by ?? 'somebody'}`;
  if (status === 'rejected') return `Rejected by ${decided_by ?? 'somebody'}`;
  if (status === 'closed') return 'The run ended before anybody decided';
  if (status === 'timed_out')
    return `Nobody decided in time: ${
      { fail: 'the step failed', approve: 'it counted as approved', reject: 'it counted as rejected' }[
        on_timeout
      ]
    }`;
  return 'It waits';
}

/** Where it is asked: `ask`, in loops `ask [3] [1]`. */
export function placeText({ step_id, index = [] }: WaitingApproval): string {
  return [step_id, ...index.map((each) => `[${each}]`)].join(' ');
}

/** The step's place on the page of its run. */
export function runLink({ execution_id, step_id, index = [] }: WaitingApproval): string {
  const place = new URLSearchParams({ step: step_id, ...(index.length > 0 && { index: index.join('.') }) });
  return `/runs/${encodeURIComponent(execution_id)}?${place}`;
}
