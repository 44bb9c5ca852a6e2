// Actions on many runs in words.
import type { BulkAction, BulkState } from './bulk.ts';
import { runsText } from './run-text.ts';

interface Words {
  readonly button: string;
  /** `Stop 37 runs?` */
  question(runs: string): string;
  readonly does: string;
  /** What the runs are that it is not for. */
  readonly others: string;
  readonly doing: string;
  readonly done: string;
}

export const bulkWords: Readonly<Record<BulkAction, Words>> = {
  stop: {
    button: 'Stop runs',
    question: (runs) => `Stop ${runs}?`,
    does: 'They end where they are. What they have done stays done.',
    others: 'have ended already',
    doing: 'Stopping',
    done: 'Stopped',
  },
  redrive: {
    button: 'Go on with runs',
    question: (runs) => `Go on with ${runs}?`,
    does: 'Each goes on at the step that failed, with the version that it ran. What has succeeded is not done again.',
    others: 'run or have succeeded',
    doing: 'Going on with',
    done: 'Goes on',
  },
  rerun: {
    button: 'Run again',
    question: (runs) => `Run ${runs} again?`,
    does: 'Each is started anew from its first step, with the same input and the version that it ran. All that it does is done again.',
    others: 'run still',
    doing: 'Running again',
    done: 'Runs again',
  },
};

/** `Stopping 37 runs: 12 done, 1 refused` */
export function progressText({ action, total, hasMore, outcomes, phase }: BulkState): string {
  const refused = outcomes.filter(({ problem }) => problem !== undefined).length;
  const parts = [
    `${outcomes.length - refused} ${bulkWords[action].done.toLowerCase()}`,
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(phase === 'cancelled' ? [`${total - outcomes.length}${hasMore ? '+' : ''} left as they are`] : []),
  ];
  const what =
    phase === 'running' ? `${bulkWords[action].doing} ${runsText(total, hasMore)}` : runsText(total, hasMore);
  return `${what}: ${parts.join(', ')}`;
}
