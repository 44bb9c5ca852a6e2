// A status as an icon and a word: told apart without colour.
import type { LucideIcon } from 'lucide-react';
import Succeeded from 'lucide-react/icons/circle-check';
import NotReached from 'lucide-react/icons/circle-dashed';
import Skipped from 'lucide-react/icons/circle-slash';
import Aborted from 'lucide-react/icons/circle-stop';
import Failed from 'lucide-react/icons/circle-x';
import TimedOut from 'lucide-react/icons/clock-alert';
import Waiting from 'lucide-react/icons/hourglass';
import Running from 'lucide-react/icons/loader-circle';
import Caught from 'lucide-react/icons/shield-alert';
import { type Status, statusWords } from './status.ts';
import css from './status-badge.module.css';

const icons: Readonly<Record<Status, LucideIcon>> = {
  succeeded: Succeeded,
  failed: Failed,
  timed_out: TimedOut,
  running: Running,
  waiting: Waiting,
  caught: Caught,
  aborted: Aborted,
  skipped: Skipped,
  not_reached: NotReached,
};

interface StatusProps {
  readonly status: Status;
  /** Other words for it: `Failed 3 min ago`. */
  readonly word?: string;
}

export function StatusBadge({ status, word = statusWords[status] }: StatusProps) {
  const Icon = icons[status];
  return (
    <span className={css['badge']} data-status={status}>
      <Icon size={14} aria-hidden="true" />
      {word}
    </span>
  );
}

/** The icon alone, with its word for those who do not see it: where many stand side by side. */
export function StatusIcon({ status, word = statusWords[status] }: StatusProps) {
  const Icon = icons[status];
  return (
    <span className={css['icon']} data-status={status} title={word}>
      <Icon size={16} aria-hidden="true" />
      <span className="visually-hidden">{word}</span>
    </span>
  );
}
