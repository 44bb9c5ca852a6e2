// Redrive: which executions can be gone on with after they have failed, and where their lines of states begin again.
import type { Checkpoint, EnteredState, Progress } from '../model/checkpoint.ts';
import { ErrorName } from '../model/errors.ts';
import type { ExecutionRow } from '../store/rows.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Developer guide, "Redrive eligibility for unsuccessful executions". */
const PERIOD_MS = 14 * DAY_MS;
const MAX_OPEN_MS = 365 * DAY_MS;
const MAX_EVENTS_BEFORE = 24_999;
/** Developer guide, "Redrive eligibility for child workflows in a Map Run". */
export const MAX_MAP_RUN_REDRIVES = 1000;

export type RedriveStatus =
  | { readonly redriveStatus: 'REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN' }
  | { readonly redriveStatus: 'NOT_REDRIVABLE'; readonly redriveStatusReason: string };

interface Circumstances {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly lastEventId: number;
  /** Whether its state machine is there, and not being deleted. */
  readonly machineActive: boolean;
}

const notRedrivable = (redriveStatusReason: string): RedriveStatus => ({
  redriveStatus: 'NOT_REDRIVABLE',
  redriveStatusReason,
});

/** By its status alone. */
export function statusRedrivable(status: ExecutionRow['status']): RedriveStatus {
  return status === 'RUNNING' || status === 'SUCCEEDED'
    ? notRedrivable(`Execution is ${status} and cannot be redriven`)
    : { redriveStatus: 'REDRIVABLE' };
}

/** In the words of the API reference, DescribeExecution. */
export function redrivability(
  row: Pick<ExecutionRow, 'status' | 'startedAt' | 'stoppedAt' | 'mapRun'>,
  { now, lastEventId, machineActive }: Circumstances,
): RedriveStatus {
  const byStatus = statusRedrivable(row.status);
  if (byStatus.redriveStatus === 'NOT_REDRIVABLE') return byStatus;
  if (!machineActive) return notRedrivable('State machine is in DELETING status');
  if (lastEventId >= MAX_EVENTS_BEFORE) return notRedrivable('Execution history event limit exceeded');
  if (now - row.startedAt >= MAX_OPEN_MS) {
    return notRedrivable('Execution has exceeded the max execution time');
  }
  if (now - (row.stoppedAt ?? now) >= PERIOD_MS) return notRedrivable('Execution redrivable period exceeded');
  return { redriveStatus: row.mapRun === undefined ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN' };
}

/**
 * Where each line begins again: those that gave an output keep it, all others enter their last state anew, with none
 * of its retries made (developer guide, "Redrive behavior of individual states").
 */
export function rewind(threads: ReadonlyMap<string, Checkpoint>): Map<string, Checkpoint> {
  const rewound = new Map<string, Checkpoint>();
  const dropped: string[] = [];
  // A place comes before those below it.
  for (const [place, checkpoint] of [...threads].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (dropped.some((outer) => place.startsWith(`${outer}/`))) continue;
    const { previousEventId, variables, entered, end } = checkpoint;
    if (end && 'output' in end) {
      rewound.set(place, checkpoint);
      continue;
    }
    const again = entered && enterAgain(entered, runsWhole(checkpoint, innerOf(place, threads)));
    if (again?.progress.kind === 'entered') dropped.push(place);
    rewound.set(place, {
      previousEventId: again ? lastEventBefore(again) : previousEventId,
      ...(variables && { variables }),
      ...(again && { entered: again }),
    });
  }
  return rewound;
}

/** A Parallel or a Map that failed by itself, over the size of its result, is run again whole. */
function runsWhole({ entered, end }: Checkpoint, inner: readonly Checkpoint[]): boolean {
  if (entered?.progress.kind === 'mapping') return isTooLarge(end);
  return inner.every((line) => line.end && 'output' in line.end) && isTooLarge(end);
}

function isTooLarge(end: Checkpoint['end']): boolean {
  const error = end && 'failure' in end ? end.failure.error : undefined;
  return error === ErrorName.dataLimitExceeded || error === ErrorName.runtime;
}

function innerOf(place: string, threads: ReadonlyMap<string, Checkpoint>): Checkpoint[] {
  const depth = place.split('/').length + 1;
  return [...threads]
    .filter(([inner]) => inner.startsWith(`${place}/`) && inner.split('/').length === depth)
    .map(([, checkpoint]) => checkpoint);
}

function enterAgain(entered: EnteredState, whole: boolean): EnteredState {
  return { ...entered, progress: whole ? { kind: 'entered' } : again(entered.progress) };
}

function again(progress: Progress): Progress {
  switch (progress.kind) {
    case 'inside':
      return { ...progress, retries: [], retryCount: 0 };
    case 'mapping':
      return { ...progress, retries: [], retryCount: 0, redriven: true };
    default:
      return { kind: 'entered' };
  }
}

/** New events follow the one with which the state, or the lines inside of it, began. */
function lastEventBefore({ eventId, progress }: EnteredState): number {
  return progress.kind === 'inside' || progress.kind === 'mapping' ? progress.startedEventId : eventId;
}
