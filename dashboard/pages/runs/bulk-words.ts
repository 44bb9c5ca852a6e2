// Actions on many runs in words.
import type { BulkAction, BulkState } from './bulk.ts';
import { count, runsText } from './run-text.ts';

interface Words {
  readonly button: string;
  /** `Stop 37 runs?` */
  question(runs: string): string;
  readonly does: string;
  /** What the runs are that it is not for: one, and some. */
  readonly others: readonly [one: string, some: string];
  doing(runs: string): string;
  /** Of one run, and of several. */
  readonly done: string;
  readonly allDone: string;
}

export const bulkWords: Readonly<Record<BulkAction, Words>> = {
  stop: {
    button: 'Stop runs',
    question: (runs) => `Stop ${runs}?`,
    does: 'They end where they are. What they have done stays done.',
    others: ['has ended already', 'have ended already'],
    doing: (runs) => `Stopping ${runs}`,
    done: 'Stopped',
    allDone: 'stopped',
  },
  redrive: {
    button: 'Go on with runs',
    question: (runs) => `Go on with ${runs}?`,
    does: 'Each goes on at the step that failed, with the version that it ran. What has succeeded is not done again.',
    others: ['runs or has succeeded', 'run or have succeeded'],
    doing: (runs) => `Going on with ${runs}`,
    done: 'Goes on',
    allDone: 'go on',
  },
  rerun: {
    button: 'Run again',
    question: (runs) => `Run ${runs} again?`,
    does: 'Each is started anew from its first step, with the same input and the version that it ran. All that it does is done again.',
    others: ['runs still', 'run still'],
    doing: (runs) => `Running ${runs} again`,
    done: 'Runs again',
    allDone: 'run again',
  },
};

/** `2 of the selected have ended already and stay as they are.` */
export function othersText(action: BulkAction, others: number): string {
  const [one, some] = bulkWords[action].others;
  return others === 1
    ? `1 of the selected ${one} and stays as it is.`
    : `${count(others)} of the selected ${some} and stay as they are.`;
}

/** `Stopping 37 runs: 12 done, 1 refused` */
export function progressText({ action, total, hasMore, outcomes, phase }: BulkState): string {
  const refused = outcomes.filter(({ problem }) => problem !== undefined).length;
  const { done, allDone, doing } = bulkWords[action];
  const succeeded = outcomes.length - refused;
  const parts = [
    `${count(succeeded)} ${succeeded === 1 ? done.toLowerCase() : allDone}`,
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(phase === 'cancelled' ? [`${total - outcomes.length}${hasMore ? '+' : ''} left as they are`] : []),
  ];
  const runs = runsText(total, hasMore);
  const what = phase === 'running' ? doing(runs) : runs;
  return `${what}: ${parts.join(', ')}`;
}
