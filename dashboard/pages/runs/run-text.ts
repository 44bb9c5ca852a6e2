// A run of the list in words.
import type { Run } from './run-list.ts';

const triggerWords = {
  api: 'A person',
  rerun: 'A rerun',
  schedule: 'A schedule',
  webhook: 'A webhook',
  workflow: 'A workflow',
} as const satisfies Record<NonNullable<Run['trigger']>['type'], string>;

/** What started it, for the filter: `A schedule` */
export const triggerWord = (type: keyof typeof triggerWords): string => triggerWords[type];

/** The part of a run's id after its workflow's. */
export function runName({ id, workflow_id }: Pick<Run, 'id' | 'workflow_id'>): string {
  return id.slice(workflow_id.length + 1);
}

/** `1,204` */
export const count = new Intl.NumberFormat('en-GB').format;

/** `1 run`, `37 runs`, `1,000+ runs` */
export function runsText(number: number, hasMore = false): string {
  return `${count(number)}${hasMore ? '+' : ''} ${number === 1 && !hasMore ? 'run' : 'runs'}`;
}
