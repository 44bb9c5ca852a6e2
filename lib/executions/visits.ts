// The states that an execution visited, as its history tells them, with the loops and branches that they are in.
import type {
  HistoryEvent,
  StateExitedEventDetails,
  TaskSubmittedEventDetails,
  TaskSucceededEventDetails,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { executionIdOfArn } from '../arns.ts';
import { isoTime, jsonOrText } from '../aws-values.ts';
import { isStateName, stateName } from '../compiler/asl/state-names.ts';
import { SET_PREFIX, stepVariable } from '../compiler/expressions/variables.ts';
import { approvalOutput } from '../workflow-format/approval.ts';
import { type RunError, runError } from './run-error.ts';

/** Types of states, as events name them. */
const TYPES = ['Task', 'Pass', 'Choice', 'Wait', 'Map', 'Parallel', 'Succeed', 'Fail'] as const;
export type VisitType = (typeof TYPES)[number] | 'other';

/** A state as the history tells it, while its events are read. */
export interface Visit {
  readonly state: string;
  readonly type: VisitType;
  enteredAt: string;
  /** The Map or Parallel state that it is in. */
  readonly within: Visit | undefined;
  /** The iterations that it is in, of the outermost loop first. */
  readonly index: readonly number[];
  /** The state before it, in the same line. */
  after: Visit | undefined;
  exitedAt?: string;
  /** It was stopped, since another branch or iteration failed. */
  abortedAt?: string;
  /** Its iteration failed by it. */
  failedAt?: string;
  /** What it is in was tried again from its beginning, without it. */
  isOver?: boolean;
  attempts: number;
  /** The id of the execution that it started, of several tries the last one. */
  executionId?: string;
  input?: unknown;
  output?: unknown;
  error?: RunError;
  /** A Map or Parallel state in which something failed. */
  failed: boolean;
  /** The Map Run of a distributed loop; of one that was tried again the last. */
  mapRun?: string;
  /** The next state entered, which tells whether a `when` let its step run. */
  next?: string;
}

/** Where an event stands: the state it belongs to, and the line of states that the state is in. */
interface Place {
  readonly visit: Visit | undefined;
  readonly within: Visit | undefined;
  readonly index: readonly number[];
}

/**
 * Each event belongs to the state of the event before it (`previousEventId`), back to the event that entered the
 * state; so branches and iterations that run side by side keep apart.
 */
export function visitsOf(history: readonly HistoryEvent[]): Visit[] {
  const placeOfEvent = new Map<number, Place>();
  const visits: Visit[] = [];
  const begun = new Set<Visit>();
  for (const event of history) {
    const before = placeOfEvent.get(event.previousEventId ?? 0) ?? {
      visit: undefined,
      within: undefined,
      index: [],
    };
    const place = placeOf(event, before);
    const { visit } = place;
    const aborted = /^(\w+)StateAborted$/.exec(event.type ?? '')?.[1];
    if (event.stateEnteredEventDetails && visit) {
      visits.push(visit);
      // The tries of a step that a Parallel state of its name stands around.
      if (visit.within && visit.state === stateName(visit.within.state, 'try')) visit.within.attempts += 1;
      if (before.visit && before.visit !== visit.within) before.visit.next = visit.state;
    } else if (aborted !== undefined) {
      abort(aborted, before, visits, isoTime(event.timestamp));
    } else if (event.type === 'MapIterationFailed') {
      failIteration(before, event);
    } else if (event.type === 'ExecutionRedriven') {
      goOn(visits);
    } else if (visit) {
      if (/^(Map|Parallel)StateStarted$/.test(event.type ?? '')) {
        if (begun.has(visit)) leaveBehind(visit, visits, isoTime(event.timestamp));
        begun.add(visit);
      }
      follow(visit, event);
    }
    if (event.id !== undefined) placeOfEvent.set(event.id, place);
  }
  tellFailures(visits);
  return withoutWaits(visits);
}

/**
 * A state whose provider said how long to wait is entered again after that: its visits are told as one, with all
 * attempts, from the first one's beginning.
 */
function withoutWaits(visits: readonly Visit[]): Visit[] {
  const joined = new Set<Visit>();
  for (const visit of visits) {
    const wait = visit.after;
    const before = wait?.after;
    if (!wait || !before || wait.state !== stateName(visit.state, 'retry_after')) continue;
    visit.enteredAt = before.enteredAt;
    visit.attempts += before.attempts;
    visit.after = before.after;
    joined.add(before).add(wait);
  }
  return visits.filter((visit) => {
    if (joined.has(visit)) return false;
    // It still waits, or did when the run was ended.
    if (visit.next === stateName(visit.state, 'retry_after')) {
      delete visit.exitedAt;
      delete visit.error;
    }
    return !isStateName(visit.state, 'retry_after');
  });
}

function placeOf(event: HistoryEvent, before: Place): Place {
  const type = event.type ?? '';
  const entered = event.stateEnteredEventDetails;
  if (entered) {
    // The first state of a branch follows the event that started the Parallel state.
    const { visit } = before;
    const first = visit?.type === 'Parallel' && visit.exitedAt === undefined && visit !== before.within;
    const within = first ? visit : before.within;
    return {
      visit: {
        state: entered.name ?? '',
        type: typeOf(type),
        enteredAt: isoTime(event.timestamp),
        within,
        index: before.index,
        after: first ? undefined : visit,
        attempts: 0,
        failed: false,
      },
      within,
      index: before.index,
    };
  }
  if (type === 'MapIterationStarted') {
    const loop = enclosing(before, 'Map');
    const index = event.mapIterationStartedEventDetails?.index ?? 0;
    return { visit: undefined, within: loop, index: [...(loop?.index ?? []), index] };
  }
  // What a Map or Parallel state as a whole does may follow the last event of one of its lines.
  const whole = /^(Map|Parallel)State(?!Aborted)/.exec(type)?.[1];
  if (whole) {
    const name = event.stateExitedEventDetails?.name;
    // One that has failed makes the one around it fail.
    const ended = (visit: Visit) =>
      name === undefined ? type.endsWith('Failed') && visit.failed : visit.state !== name;
    const visit = enclosing(before, whole, ended);
    return visit ? { visit, within: visit.within, index: visit.index } : before;
  }
  // The end of an iteration is nothing that its last state does.
  return type.startsWith('MapIteration') ? { ...before, visit: undefined } : before;
}

/** The innermost state of the type around a place that has not been left, and has not ended otherwise. */
function enclosing(
  { visit, within }: Place,
  type: string,
  ended: (visit: Visit) => boolean = () => false,
): Visit | undefined {
  for (let at = visit ?? within; at; at = at.within) {
    if (at.type === type && at.exitedAt === undefined && !ended(at)) return at;
  }
  return undefined;
}

/**
 * A state is aborted with its branch or iteration: the event follows the last one of the line that failed, and does
 * not name the state. What makes a Parallel fail is aborted itself, and first.
 */
function abort(type: string, { visit: failing }: Place, visits: readonly Visit[], at: string): void {
  const canBe = (visit: Visit) => visit.type === type && isOpen(visit) && visit.abortedAt === undefined;
  const own = failing && canBe(failing) && !(failing.error && failing.within?.type === 'Map');
  const aborted = own
    ? failing
    : visits.find((visit) => visit !== failing && canBe(visit) && isInside(visit, failing?.within));
  if (aborted) aborted.abortedAt = at;
}

/** The event follows the last one of what failed, and names the loop. */
function failIteration({ visit: failing }: Place, event: HistoryEvent): void {
  const loop = event.mapIterationFailedEventDetails?.name;
  for (let at = failing; at && !(at.type === 'Map' && at.state === loop); at = at.within)
    at.failedAt ??= isoTime(event.timestamp);
}

/** A Map or Parallel state is tried again: what was in it is not gone on with. */
function leaveBehind(whole: Visit, visits: readonly Visit[], at: string): void {
  for (const visit of visits) {
    if (!isInside(visit, whole)) continue;
    visit.isOver = true;
    if (visit.exitedAt === undefined) visit.failedAt ??= at;
  }
}

/** A redrive goes on with every state that was not left, also those that were aborted; no event says so of each. */
function goOn(visits: readonly Visit[]): void {
  for (const visit of visits) {
    if (!isOpen(visit)) continue;
    visit.failed = false;
    delete visit.error;
    delete visit.abortedAt;
    delete visit.failedAt;
  }
}

function isOpen(visit: Visit): boolean {
  for (let at: Visit | undefined = visit; at; at = at.within)
    if (at.exitedAt !== undefined || at.isOver) return false;
  return true;
}

function isInside({ within }: Visit, outer: Visit | undefined): boolean {
  for (let at = within; at; at = at.within) if (at === outer) return true;
  return false;
}

function typeOf(eventType: string): VisitType {
  return TYPES.find((type) => eventType === `${type}StateEntered`) ?? 'other';
}

/** What the Task gets that a step is: an action's Lambda, or another workflow. */
const taskParameters = z.union([
  z.object({ Payload: z.object({ input: z.unknown() }) }).transform(({ Payload }) => Payload.input),
  z.object({ StateMachineArn: z.string(), Input: z.unknown() }).transform(({ Input }) => Input),
]);
const taskOutput = z.object({ Payload: z.unknown() });
/** The answer of StartExecution, and later the description of an execution that has succeeded. */
const startedRun = z.object({ ExecutionArn: z.string() });
const endedRun = z.object({ Output: z.unknown() });

function follow(visit: Visit, event: HistoryEvent): void {
  if (event.taskScheduledEventDetails) {
    const parameters = taskParameters.safeParse(jsonOrText(event.taskScheduledEventDetails.parameters));
    visit.attempts += 1;
    if (parameters.success) visit.input = parameters.data;
  } else if (event.taskSubmittedEventDetails) {
    followRun(visit, event.taskSubmittedEventDetails);
  } else if (event.taskSucceededEventDetails) {
    visit.output = taskOutputOf(visit, event.taskSucceededEventDetails);
    delete visit.error;
  } else if (event.stateExitedEventDetails) {
    visit.exitedAt = isoTime(event.timestamp);
    visit.output = exitOutput(visit, event.stateExitedEventDetails);
  } else if (event.mapRunStartedEventDetails?.mapRunArn !== undefined) {
    visit.mapRun = event.mapRunStartedEventDetails.mapRunArn;
  } else if (/^(Map|Parallel)StateFailed$/.test(event.type ?? '')) {
    visit.failed = true;
  } else if (/^(Map|Parallel)State(Started|Succeeded)$/.test(event.type ?? '')) {
    // Tried again: what failed before does not count.
    visit.failed = false;
    if (event.type?.endsWith('Succeeded')) delete visit.error;
  } else {
    const failure =
      event.taskFailedEventDetails ??
      event.taskTimedOutEventDetails ??
      event.taskStartFailedEventDetails ??
      event.taskSubmitFailedEventDetails ??
      event.mapRunFailedEventDetails ??
      event.evaluationFailedEventDetails;
    if (failure) visit.error = runError(failure.error, failure.cause);
  }
}

function taskOutputOf(visit: Visit, details: TaskSucceededEventDetails): unknown {
  const value = jsonOrText(details.output);
  if (details.resourceType === 'states') {
    followRun(visit, details);
    const ended = details.resource?.includes('.sync') === true && endedRun.safeParse(value);
    return ended ? ended.data?.Output : { execution_id: visit.executionId };
  }
  if (details.resource?.endsWith('.waitForTaskToken')) return value;
  // What a function answered, without the SDK's metadata around it.
  return taskOutput.safeParse(value).data?.Payload ?? null;
}

function followRun(visit: Visit, { output }: TaskSubmittedEventDetails): void {
  const run = startedRun.safeParse(jsonOrText(output));
  if (run.success) visit.executionId = executionIdOfArn(run.data.ExecutionArn);
}

/**
 * What a step gave. Its variable tells it first: the Output of a state is the workflow's at the end of a run, and that
 * of a Pass state null where another evaluation would show another value (`$uuid()`).
 */
function exitOutput(visit: Visit, { output, assignedVariables = {} }: StateExitedEventDetails): unknown {
  const own = assignedVariables[stepVariable(visit.state)];
  if (visit.type === 'Task' && !visit.error) return visit.output;
  if (visit.type === 'Choice') return null;
  if (visit.type === 'Task') return decidedByTimeout(visit, output) ?? insteadOf(own, output);
  if (visit.failed || visit.error) return insteadOf(own, output);
  if (own !== undefined) return jsonOrText(own);
  if (visit.type !== 'Pass') return jsonOrText(output);
  const set = Object.entries(assignedVariables).filter(([name]) => name.startsWith(SET_PREFIX));
  if (set.length === 0) return jsonOrText(output);
  return Object.fromEntries(set.map(([name, value]) => [name.slice(SET_PREFIX.length), jsonOrText(value)]));
}

/** A timeout that an approval takes for a decision is no failure. */
function decidedByTimeout(visit: Visit, output: string | undefined): unknown {
  const decided = approvalOutput.safeParse(jsonOrText(output));
  if (!decided.success) return undefined;
  delete visit.error;
  return decided.data;
}

const continued = z.object({ error: z.looseObject({ name: z.string(), message: z.string() }) });

/** What a step gives that failed, where the run continues; null where other steps run instead. */
function insteadOf(own: string | undefined, output: string | undefined): unknown {
  if (own !== undefined) return jsonOrText(own);
  return continued.safeParse(jsonOrText(output)).data ?? null;
}

/** Whether the run is still in the state: neither it nor what it is in has ended. */
export function isRunning(visit: Visit): boolean {
  for (let at: Visit | undefined = visit; at; at = at.within) {
    if (at.exitedAt !== undefined || at.abortedAt !== undefined || at.failedAt !== undefined) return false;
    if (at !== visit && at.failed) return false;
  }
  return true;
}

/** A loop or parallel step failed by the first error within it. */
function tellFailures(visits: readonly Visit[]): void {
  for (const visit of visits.toReversed()) {
    if (!visit.error || visit.exitedAt !== undefined || !visit.within?.failed) continue;
    visit.within.error = visit.error;
  }
}
