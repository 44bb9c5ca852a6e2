// How an approval stands, as an icon beside the words that say it.
import { StatusIcon } from '../../design-system/status-badge.tsx';
import type { WaitingApproval } from './inbox.ts';

const icons = {
  pending: { status: 'waiting', word: 'Waits' },
  approved: { status: 'succeeded', word: 'Approved' },
  rejected: { status: 'failed', word: 'Rejected' },
  timed_out: { status: 'timed_out', word: 'Not decided in time' },
  closed: { status: 'aborted', word: 'Closed' },
} as const;

export function OutcomeIcon({ status }: Pick<WaitingApproval, 'status'>) {
  return <StatusIcon {...icons[status]} />;
}
