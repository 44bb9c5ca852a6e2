// The states of a loop's iterations, as the API gives them: runs of equal ones by index. Pure, for 10,000 as for three.
import type { AnswerBody } from '../../api/routes.ts';

export type StepSummary = AnswerBody<'GET /executions/{id}/steps'>['items'][number];
export type LoopStates = NonNullable<StepSummary['iterations']>;
export type IterationStatus = LoopStates['states'][number][0];

/** A stretch of equal iterations: from `start`, `length` of them. */
export interface Stretch {
  readonly status: IterationStatus;
  readonly start: number;
  readonly length: number;
}

export function stretches({ states }: Pick<LoopStates, 'states'>): readonly Stretch[] {
  let start = 0;
  return states.map(([status, length]) => {
    const stretch = { status, start, length };
    start += length;
    return stretch;
  });
}

export function statusAt(loop: Pick<LoopStates, 'states'>, index: number): IterationStatus {
  return stretches(loop).find(({ start, length }) => index < start + length)?.status ?? null;
}

/** The first iteration with the status after an index, going on at the beginning; undefined when there is none. */
export function nextWith(
  loop: Pick<LoopStates, 'states'>,
  status: IterationStatus,
  after: number,
): number | undefined {
  const found = stretches(loop).filter((stretch) => stretch.status === status);
  for (const { start, length } of found) {
    const candidate = Math.max(start, after + 1);
    if (candidate < start + length) return candidate;
  }
  return found[0]?.start;
}

/** Which iteration is shown when nobody has chosen one: the first that failed, else one that runs, else the first. */
export function firstToShow(loop: Pick<LoopStates, 'states'>): number {
  for (const status of ['failed', 'running', 'caught'] as const) {
    const found = nextWith(loop, status, -1);
    if (found !== undefined) return found;
  }
  return 0;
}

/**
 * How many iterations have each status. Of a large distributed loop the log knows some iterations by themselves, and of
 * all how many succeeded and failed.
 */
export function counts(
  loop: LoopStates,
): readonly (readonly [status: NonNullable<IterationStatus>, count: number])[] {
  const found = new Map<IterationStatus, number>();
  for (const [status, length] of loop.states) found.set(status, (found.get(status) ?? 0) + length);
  if (!found.has(null)) return [...found].flatMap(([status, count]) => (status ? [[status, count]] : []));
  const { total, succeeded, failed, running = 0, pending = 0 } = loop;
  const all = [
    ['succeeded', succeeded],
    ['failed', failed],
    ['running', running],
    ['aborted', total - succeeded - failed - running - pending],
    ['pending', pending],
  ] as const;
  return all.filter(([, count]) => count > 0);
}

const words: Readonly<Record<NonNullable<IterationStatus>, string>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  caught: 'with a caught error',
  aborted: 'stopped',
  running: 'running',
  pending: 'not begun',
};

/** `20 items, numbered from 0: 17 succeeded, 3 failed` */
export function countsText(loop: LoopStates): string {
  const number = (count: number) => count.toLocaleString('en');
  const told = counts(loop).map(([status, count]) => `${number(count)} ${words[status]}`);
  const items = `${number(loop.total)} ${loop.total === 1 ? 'item' : 'items'}`;
  return `${items}, numbered from 0: ${told.join(', ')}`;
}

/** More than these are not told apart on a screen: a single one of 10,000 would be a tenth of a pixel. */
const MOST_DRAWN = 400;

/** What matters most of several statuses in one place. */
const WEIGHT: readonly IterationStatus[] = [
  'failed',
  'running',
  'aborted',
  'caught',
  'pending',
  null,
  'succeeded',
];

/** The stretches to draw: of a large loop each place stands for some iterations, and shows what matters most of them. */
export function drawnStretches(loop: Pick<LoopStates, 'states' | 'total'>): readonly Stretch[] {
  const exact = stretches(loop);
  if (loop.total <= MOST_DRAWN) return exact;
  const places: Stretch[] = [];
  let at = 0;
  for (let place = 0; place < MOST_DRAWN; place += 1) {
    const start = Math.floor((place * loop.total) / MOST_DRAWN);
    const end = Math.floor(((place + 1) * loop.total) / MOST_DRAWN);
    while ((exact[at]?.start ?? 0) + (exact[at]?.length ?? 1) <= start) at += 1;
    let status: IterationStatus = 'succeeded';
    for (let each = at; (exact[each]?.start ?? end) < end; each += 1) {
      const here = exact[each]?.status ?? null;
      if (WEIGHT.indexOf(here) < WEIGHT.indexOf(status)) status = here;
    }
    const last = places.at(-1);
    if (last && last.status === status) places[places.length - 1] = { ...last, length: end - last.start };
    else places.push({ status, start, length: end - start });
  }
  return places;
}
