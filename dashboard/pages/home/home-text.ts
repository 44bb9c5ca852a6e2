// Home's sentences.
import { mayDecide } from '../../frame/deciders.ts';
import type { Approval, Schedule, Summary } from './home-data.ts';

/** `1,204`, `1,000+` */
export const counted = (count: number, more: boolean): string =>
  `${new Intl.NumberFormat('en-GB').format(count)}${more ? '+' : ''}`;

/** `3 runs failed since yesterday`: those that nobody has mended. */
export function failedSentence({ count, more, mended }: Summary['failed']): string {
  if (count === 0)
    return mended > 0 ? 'Nothing is left to mend since yesterday' : 'Nothing failed since yesterday';
  return `${counted(count, more)} ${count === 1 && !more ? 'run' : 'runs'} failed since yesterday`;
}

/** Why the list of failed runs has more of them; undefined when it has not. */
export function mendedSentence({ count, mended }: Summary['failed']): string | undefined {
  if (mended === 0) return undefined;
  const runs = `${counted(mended, false)} ${count === 0 ? '' : 'more '}${mended === 1 ? 'run' : 'runs'}`;
  return `${runs} failed and ${mended === 1 ? 'was' : 'were'} mended: a rerun of ${mended === 1 ? 'it' : 'each'} has succeeded.`;
}

/** @param asking the runs that ask somebody; each of them is among those that run */
export function runningSentence(
  { count, more }: Pick<Summary['running'], 'count' | 'more'>,
  asking: { readonly count: number; readonly more: boolean },
): string {
  if (count === 0) return 'Nothing runs';
  const isOne = count === 1 && !more;
  // Both were read at about the same time: a run may have begun to ask, or have ended, between the two.
  const asked = Math.min(asking.count, count);
  if (asked === 0) return isOne ? '1 run is going on' : `${counted(count, more)} runs are going on`;
  if (isOne) return '1 run is going on, and waits for an answer';
  const waits = asked === 1 && !asking.more ? 'waits' : 'wait';
  return `${counted(count, more)} runs are going on, ${counted(asked, asking.more)} of them ${waits} for an answer`;
}

/** Those that the role may decide, the ones that expire first before the others. */
export function forRole(approvals: readonly Approval[], role: string): readonly Approval[] {
  return approvals
    .filter((approval) => mayDecide(role, approval.role))
    .sort((a, b) => (a.expires_at < b.expires_at ? -1 : 1));
}

export function waitingSentence(mine: number, all: number, more: boolean): string {
  if (all === 0) return 'Nothing waits for an answer';
  const others = all - mine;
  if (mine === 0)
    return `${counted(others, more)} ${others === 1 && !more ? 'waits' : 'wait'} for somebody else`;
  const waits = `${counted(mine, more)} ${mine === 1 && !more ? 'approval waits' : 'approvals wait'} for you`;
  return others === 0 ? waits : `${waits}, ${counted(others, more)} for somebody else`;
}

/** Those that are due, the next first. */
export function dueNext(
  schedules: readonly Schedule[],
): readonly (Schedule & { readonly next_time: string })[] {
  return schedules
    .flatMap((schedule) =>
      schedule.next_time === null ? [] : [{ ...schedule, next_time: schedule.next_time }],
    )
    .sort((a, b) => (a.next_time < b.next_time ? -1 : 1));
}

export function dueSentence(due: number, paused: number): string {
  const rest = paused === 0 ? '' : `, ${paused} ${paused === 1 ? 'is' : 'are'} paused`;
  if (due === 0) return `Nothing is due${rest}`;
  return `${due} ${due === 1 ? 'schedule comes' : 'schedules come'} due${rest}`;
}

/** The runs of a group of failures, as the list shows them. */
export function groupAddress({
  error_name: error,
  step_id: step,
}: Summary['failed']['groups'][number]): string {
  const search = new URLSearchParams({ error, ...(step !== null && { step }), time: 'day' });
  return `/runs?${search}`;
}
