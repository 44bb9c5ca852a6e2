// Redrive: which executions can go on after they have failed, and where their threads begin again.
import type { Checkpoint, EnteredState, Progress } from '../model/checkpoint.ts';
import { ErrorName } from '../model/errors.ts';
import type { ExecutionRow } from '../store/rows.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Developer guide, "Redrive eligibility for unsuccessful executions". */
const PERIOD_MS = 14 * DAY_MS;
const MAX_OPEN_MS = 365 * DAY_MS;
const MAX_PREVIOUS_EVENTS = 24_999;
/** Developer guide, "Redrive eligibility for child workflows in a Map Run". */
export const MAX_MAP_RUN_REDRIVES = 1000;

export type RedriveStatus =
  | { readonly redriveStatus: 'REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN' }
  | { readonly redriveStatus: 'NOT_REDRIVABLE'; readonly redriveStatusReason: string };

interface Circumstances {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly lastEventId: number;
  /** Whether its state machine exists and is not being deleted. */
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

/** The reasons are worded as in the API reference, DescribeExecution. */
export function redrivability(
  row: Pick<ExecutionRow, 'status' | 'startedAt' | 'stoppedAt' | 'mapRun'>,
  { now, lastEventId, machineActive }: Circumstances,
): RedriveStatus {
  const byStatus = statusRedrivable(row.status);
  if (byStatus.redriveStatus === 'NOT_REDRIVABLE') return byStatus;
  if (!machineActive) return notRedrivable('State machine is in DELETING status');
  if (lastEventId >= MAX_PREVIOUS_EVENTS) return notRedrivable('Execution history event limit exceeded');
  if (now - row.startedAt >= MAX_OPEN_MS) {
    return notRedrivable('Execution has exceeded the max execution time');
  }
  if (now - (row.stoppedAt ?? now) >= PERIOD_MS) return notRedrivable('Execution redrivable period exceeded');
  return { redriveStatus: row.mapRun === undefined ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN' };
}

/**
 * Where each thread begins again: one that gave an output keeps it, any other enters its last state anew, with all
 * retries left (developer guide, "Redrive behavior of individual states").
 */
export function rewind(threads: ReadonlyMap<string, Checkpoint>): Map<string, Checkpoint> {
  const rewound = new Map<string, Checkpoint>();
  const dropped: string[] = [];
  // The path of a thread sorts before those of the threads inside it.
  for (const [path, checkpoint] of [...threads].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (dropped.some((outer) => path.startsWith(`${outer}/`))) continue;
    const { previousEventId, variables, entered, end } = checkpoint;
    if (end && 'output' in end) {
      rewound.set(path, checkpoint);
      continue;
    }
    const reentered = entered && reenter(entered, isRunWhole(checkpoint, innerOf(path, threads)));
    if (reentered?.progress.kind === 'entered') dropped.push(path);
    rewound.set(path, {
      previousEventId: reentered ? eventToFollow(reentered) : previousEventId,
      ...(variables && { variables }),
      ...(reentered && { entered: reentered }),
    });
  }
  return rewound;
}

/** Whether a Parallel or a Map failed by itself, over the size of its result: it is run again from its start. */
function isRunWhole({ entered, end }: Checkpoint, inner: readonly Checkpoint[]): boolean {
  if (entered?.progress.kind === 'mapping') return isTooLarge(end);
  return inner.every(({ end: innerEnd }) => innerEnd && 'output' in innerEnd) && isTooLarge(end);
}

function isTooLarge(end: Checkpoint['end']): boolean {
  const error = end && 'failure' in end ? end.failure.error : undefined;
  return error === ErrorName.dataLimitExceeded || error === ErrorName.runtime;
}

function innerOf(path: string, threads: ReadonlyMap<string, Checkpoint>): Checkpoint[] {
  const depth = path.split('/').length + 1;
  return [...threads]
    .filter(([inner]) => inner.startsWith(`${path}/`) && inner.split('/').length === depth)
    .map(([, checkpoint]) => checkpoint);
}

function reenter(entered: EnteredState, whole: boolean): EnteredState {
  return { ...entered, progress: whole ? { kind: 'entered' } : withoutRetries(entered.progress) };
}

function withoutRetries(progress: Progress): Progress {
  switch (progress.kind) {
    case 'inside':
      return { ...progress, retries: [], retryCount: 0 };
    case 'mapping':
      return { ...progress, retries: [], retryCount: 0, redriven: true };
    default:
      return { kind: 'entered' };
  }
}

/** The event with which the state, or the threads inside it, began. */
function eventToFollow({ eventId, progress }: EnteredState): number {
  return progress.kind === 'inside' || progress.kind === 'mapping' ? progress.startedEventId : eventId;
}
