// A status as an icon and a word: told apart without colour.

import Succeeded from './icons/circle-check.ts';
import NotReached from './icons/circle-dashed.ts';
import Skipped from './icons/circle-slash.ts';
import Aborted from './icons/circle-stop.ts';
import Failed from './icons/circle-x.ts';
import TimedOut from './icons/clock-alert.ts';
import Waiting from './icons/hourglass.ts';
import type { IconComponent } from './icons/icon.ts';
import Running from './icons/loader-circle.ts';
import Caught from './icons/shield-alert.ts';
import { type Status, statusWords } from './status.ts';
import css from './status-badge.module.css';

const icons: Readonly<Record<Status, IconComponent>> = {
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
