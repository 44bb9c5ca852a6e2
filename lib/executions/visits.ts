// The visits of states in an execution's history, with the loops and branches that they are in.
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { isoTime } from '../aws-values.ts';
import { isStateName, stateName } from '../compiler/asl/state-names.ts';
import {
  isInside,
  isOpen,
  type RateLimitWait,
  VISIT_TYPES,
  type Visit,
  type VisitType,
  withEnclosing,
} from './visit.ts';
import { applyEvent } from './visit-events.ts';

/** The state that an event belongs to, and the Map or Parallel state and the iterations around it. */
interface Position {
  readonly visit: Visit | undefined;
  readonly within: Visit | undefined;
  readonly index: readonly number[];
}

const TOP: Position = { visit: undefined, within: undefined, index: [] };

/**
 * Each event belongs to the state of the event before it (`previousEventId`), back to the event that entered the state,
 * which keeps concurrent branches and iterations apart.
 */
export function visitsOf(history: readonly HistoryEvent[]): Visit[] {
  const positions = new Map<number, Position>();
  const visits: Visit[] = [];
  const started = new Set<Visit>();
  for (const event of history) {
    const before = positions.get(event.previousEventId ?? 0) ?? TOP;
    const position = positionOf(event, before);
    const { visit } = position;
    const abortedType = /^(\w+)StateAborted$/.exec(event.type ?? '')?.[1];
    if (event.stateEnteredEventDetails && visit) {
      visits.push(visit);
      // The Parallel state that retries it counts its attempts, a loop's excepted.
      if (isTry(visit) && visit.type !== 'Map') visit.within.attempts += 1;
      if (before.visit && before.visit !== visit.within) before.visit.next = visit.state;
    } else if (abortedType !== undefined) {
      abort(abortedType, before, visits, isoTime(event.timestamp));
    } else if (event.type === 'MapIterationFailed') {
      failIteration(before, event);
    } else if (event.type === 'ExecutionRedriven') {
      redrive(visits);
    } else if (visit) {
      if (/^(Map|Parallel)StateStarted$/.test(event.type ?? '')) {
        if (started.has(visit)) abandonInside(visit, visits, isoTime(event.timestamp));
        started.add(visit);
      }
      if (/^(Map|Parallel)StateFailed$/.test(event.type ?? '')) failWith(before.visit, visit);
      applyEvent(visit, event);
      if (isTry(visit) && visit.mapRun !== undefined) visit.within.mapRun = visit.mapRun;
      if (isTry(visit) && visit.items !== undefined) visit.within.items = visit.items;
    }
    if (event.id !== undefined) positions.set(event.id, position);
  }
  return mergeWaits(visits);
}

/**
 * A state whose provider said how long to wait is entered again after a Wait state, and so is one whose provider works in
 * the background. These visits become one, with all attempts, from the beginning of the first; a look at what is still
 * running is none.
 */
function mergeWaits(visits: readonly Visit[]): Visit[] {
  const merged = new Set<Visit>();
  for (const visit of visits) {
    const wait = visit.after;
    const before = wait?.after;
    if (!wait || !before || !isWaitOf(visit.state, wait)) continue;
    const isLook = isStateName(wait.state, 'poll');
    visit.enteredAt = before.enteredAt;
    visit.enteredWith = before.enteredWith;
    visit.attempts += before.attempts - (isLook ? 1 : 0);
    visit.failedAttempts = [
      ...(isLook ? withoutLook(before) : (before.failedAttempts ?? [])),
      ...(visit.failedAttempts ?? []),
    ];
    const waits = before.rateLimitWaits ?? [];
    if (!isLook || waits.length > 0) visit.rateLimitWaits = isLook ? waits : [...waits, rateLimitWait(wait)];
    visit.after = before.after;
    merged.add(before).add(wait);
  }
  return visits.filter((visit) => {
    if (merged.has(visit)) return false;
    const isLook = isStateName(visit.state, 'poll');
    if (!isLook && !isStateName(visit.state, 'retry_after')) return true;
    // It is still waiting, or was when the run ended.
    const { after: waiting } = visit;
    if (waiting) {
      delete waiting.exitedAt;
      delete waiting.exitedWith;
      delete waiting.assigned;
      delete waiting.error;
      if (isLook) waiting.failedAttempts = withoutLook(waiting);
      else waiting.rateLimitWaits = [...(waiting.rateLimitWaits ?? []), rateLimitWait(visit)];
    }
    return false;
  });
}

function isWaitOf(state: string, wait: Visit): boolean {
  return wait.state === stateName(state, 'retry_after') || wait.state === stateName(state, 'poll');
}

/** The failed attempts before it was found to be still running. */
function withoutLook({ failedAttempts = [] }: Visit): NonNullable<Visit['failedAttempts']> {
  return failedAttempts.slice(0, -1);
}

function rateLimitWait({ enteredAt, exitedAt }: Visit): RateLimitWait {
  return { started_at: enteredAt, ended_at: exitedAt ?? null };
}

function positionOf(event: HistoryEvent, before: Position): Position {
  const type = event.type ?? '';
  if (event.stateEnteredEventDetails) return entered(event, before);
  if (type === 'MapIterationStarted') {
    const loop = innermost(before, 'Map');
    const index = event.mapIterationStartedEventDetails?.index ?? 0;
    return { visit: undefined, within: loop, index: [...(loop?.index ?? []), index] };
  }
  // An event of a Map or Parallel state as a whole may follow the last event of one of its branches or iterations.
  const whole = /^(Map|Parallel)State(?!Aborted)/.exec(type)?.[1];
  if (whole) {
    const name = event.stateExitedEventDetails?.name;
    // The failure of a state within it precedes that of the state itself.
    const isOther = (visit: Visit) =>
      name === undefined ? type.endsWith('Failed') && visit.failed : visit.state !== name;
    const visit = innermost(before, whole, isOther);
    return visit ? { visit, within: visit.within, index: visit.index } : before;
  }
  // The end of an iteration does not belong to its last state, but its failure does.
  return type.startsWith('MapIteration') && type !== 'MapIterationFailed'
    ? { ...before, visit: undefined }
    : before;
}

function entered(event: HistoryEvent, before: Position): Position {
  // The first state of a branch follows the event that started the Parallel state.
  const { visit } = before;
  const isFirst = visit?.type === 'Parallel' && visit.exitedAt === undefined && visit !== before.within;
  const within = isFirst ? visit : before.within;
  return {
    visit: {
      state: event.stateEnteredEventDetails?.name ?? '',
      type: typeOf(event.type ?? ''),
      enteredAt: isoTime(event.timestamp),
      enteredWith: event.stateEnteredEventDetails?.input,
      within,
      index: before.index,
      after: isFirst ? undefined : visit,
      attempts: 0,
      failed: false,
    },
    within,
    index: before.index,
  };
}

/** The innermost state of the type around a position that was not left and is not excluded. */
function innermost(
  { visit, within }: Position,
  type: string,
  isExcluded: (visit: Visit) => boolean = () => false,
): Visit | undefined {
  for (const at of withEnclosing(visit ?? within)) {
    if (at.type === type && at.exitedAt === undefined && !isExcluded(at)) return at;
  }
  return undefined;
}

/**
 * A state is aborted with its branch or iteration: the event follows the last one of the branch that failed, and does
 * not name the state. The state that made a Parallel state fail is itself aborted, and is the first.
 */
function abort(type: string, { visit: failing }: Position, visits: readonly Visit[], at: string): void {
  const isCandidate = (visit: Visit) => visit.type === type && isOpen(visit) && visit.abortedAt === undefined;
  const isOwn = failing && isCandidate(failing) && !(failing.error && failing.within?.type === 'Map');
  const aborted = isOwn
    ? failing
    : visits.find((visit) => visit !== failing && isCandidate(visit) && isInside(visit, failing?.within));
  if (aborted) aborted.abortedAt = at;
}

/** The event follows the last one of the state that failed, and names the loop. */
function failIteration({ visit: failing }: Position, event: HistoryEvent): void {
  const loop = event.mapIterationFailedEventDetails?.name;
  for (const at of withEnclosing(failing)) {
    if (at.type === 'Map' && at.state === loop) return;
    at.failedAt ??= isoTime(event.timestamp);
  }
}

/** A Map or Parallel state is retried: the visits in it do not continue. */
function abandonInside(retried: Visit, visits: readonly Visit[], at: string): void {
  for (const visit of visits) {
    if (!isInside(visit, retried)) continue;
    visit.isAbandoned = true;
    if (visit.exitedAt === undefined) visit.failedAt ??= at;
  }
}

/** A redrive continues every state that was not left, also aborted ones; there is no event for each of them. */
function redrive(visits: readonly Visit[]): void {
  for (const visit of visits) {
    if (!isOpen(visit)) continue;
    visit.failed = false;
    delete visit.error;
    delete visit.culprit;
    delete visit.abortedAt;
    delete visit.failedAt;
  }
}

/** Whether it is the step's own state, `<id>.try`, within a Parallel state that is called as the step. */
function isTry(visit: Visit): visit is Visit & { readonly within: Visit } {
  return visit.within !== undefined && visit.state === stateName(visit.within.state, 'try');
}

function typeOf(eventType: string): VisitType {
  return VISIT_TYPES.find((type) => eventType === `${type}StateEntered`) ?? 'other';
}

/**
 * The failure of a Map or Parallel state follows the last event of the state in it that failed, whose error it has. That
 * of a Fail state is not told before a Catch or the run's end.
 */
function failWith(culprit: Visit | undefined, failed: Visit): void {
  if (!culprit || culprit === failed) return;
  failed.culprit = culprit;
  if (culprit.error) failed.error = culprit.error;
  else delete failed.error;
}
