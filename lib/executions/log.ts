// The execution log of a run, from its history.
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { executionOfId } from '../arns.ts';
import { isoTime, jsonOrText } from '../aws-values.ts';
import { isStateName, type StateSuffix, stateName, stepOfState } from '../compiler/asl/state-names.ts';
import {
  type ExecutionLog,
  MAX_FAILED_ATTEMPTS,
  type StepLog,
  type TurnLog,
} from '../schemas/execution-log.ts';
import { answerOf, endOf, turnsOf, usageOfTurns } from './agent-log.ts';
import type { ExecutedWorkflow } from './executed-workflow.ts';
import { iterationsOf } from './iterations-log.ts';
import { truncated, truncatedError, usageOf, usageOfParts } from './log-values.ts';
import type { MapRuns, StepsOf } from './map-runs.ts';
import { beginningOf, runOf } from './run.ts';
import type { RunError } from './run-error.ts';
import { givenInput, triggerOf } from './run-trigger.ts';
import { type FailedAttempt, isOpen, isRunning, type Visit, withEnclosing } from './visit.ts';
import { visitsOf } from './visits.ts';

/** What is known of a run besides its history. */
export interface RunFacts {
  readonly executionId: string;
  readonly workflowId: string;
  readonly workflow: Pick<ExecutedWorkflow, 'version' | 'kinds' | 'rerunOf'>;
  /** Those of its distributed loops. */
  readonly mapRuns: MapRuns;
}

/** What the steps' logs need besides the history. */
type StepFacts = Pick<ExecutedWorkflow, 'kinds'> & Pick<RunFacts, 'mapRuns'>;

/** The end of the execution or iteration that the steps belong to, if it has ended. */
interface End {
  readonly status: ExecutionLog['status'];
  readonly at: string | null;
  readonly error: RunError | null;
}

const NO_END: End = { status: 'running', at: null, error: null };

/**
 * The log of an execution that has ended.
 * @param history every event of the execution, oldest first, with its data
 * @throws TypeError when the execution is still running
 */
export function executionLogOf(facts: RunFacts, history: readonly HistoryEvent[]): ExecutionLog {
  const { status, startedAt, endedAt, redriveCount, input, output, error: failure } = runOf(history);
  const error = failure && { ...truncatedError(failure), step_id: failure.step_id };
  const stepFacts = { kinds: facts.workflow.kinds, mapRuns: facts.mapRuns };
  const steps = stepLogs(visitsOf(history), stepFacts, { status, at: endedAt, error });
  return {
    execution_id: facts.executionId,
    workflow_id: facts.workflowId,
    workflow_version: facts.workflow.version,
    status,
    started_at: startedAt,
    ended_at: endedAt,
    redrive_count: redriveCount,
    rerun_of: facts.workflow.rerunOf,
    ...startOf(facts.executionId, input),
    output: truncated(jsonOrText(output)),
    error,
    usage: usageOfParts(steps),
    steps,
  };
}

/**
 * The log of an execution so far, with the steps that it is in. Of distributed loops it has the counts of iterations,
 * as far as `mapRuns` has them.
 * @param history its events so far, oldest first, with their data
 */
export function runningLogOf(
  { executionId, workflowId, workflow, mapRuns }: RunFacts,
  history: readonly HistoryEvent[],
): ExecutionLog {
  const { startedAt, redriveCount, input } = beginningOf(history);
  const steps = runningSteps(history, { kinds: workflow.kinds, mapRuns });
  return {
    execution_id: executionId,
    workflow_id: workflowId,
    workflow_version: workflow.version,
    status: 'running',
    started_at: startedAt,
    ended_at: null,
    redrive_count: redriveCount,
    rerun_of: workflow.rerunOf,
    ...startOf(executionId, input),
    output: null,
    error: null,
    usage: usageOfParts(steps),
    steps,
  };
}

/** @param input JSON text */
function startOf(id: string, input: string | undefined): Pick<ExecutionLog, 'trigger' | 'input'> {
  return {
    trigger: triggerOf(executionOfId(id).name, input),
    input: truncated(jsonOrText(input && givenInput(input))),
  };
}

/**
 * The steps so far of a run, or of an iteration of a distributed loop.
 * @param history its events so far, oldest first, with their data
 */
export function runningSteps(history: readonly HistoryEvent[], facts: StepFacts): StepLog[] {
  // Whether a `when` let its step run is known once the next state was entered.
  const isIncluded = ({ state, exitedAt, next }: Visit): boolean =>
    !isStateName(state, 'when') || exitedAt === undefined || next !== undefined;
  return stepLogs(visitsOf(history), facts, NO_END, isIncluded);
}

/**
 * The steps of a run that have ended so far; the run may still be running.
 * @param history the events so far, oldest first, with their data
 * @param kinds by step id its action or kind (kindsOfSteps in lib/compiler)
 */
export function endedSteps(history: readonly HistoryEvent[], kinds: ExecutedWorkflow['kinds']): StepLog[] {
  // An agent has ended when its loop was left for another state.
  return stepLogs(visitsOf(history), { kinds, mapRuns: new Map() }, NO_END, (last) => {
    const isAgent = kinds.get(stepOfState(last.state).id) === 'agent';
    return last.exitedAt !== undefined && (!isAgent || last.next !== undefined);
  });
}

/**
 * A step whose `when` was not true has a Choice state (`<id>.when`) and no state of its own. Other states with a dot in
 * their names are not steps: they end a block, wrap a step, or belong to an agent.
 * @param isIncluded takes the last visit of each step
 */
function stepLogs(
  visits: readonly Visit[],
  facts: StepFacts,
  end: End,
  isIncluded: (last: Visit) => boolean = () => true,
): StepLog[] {
  const following = new Map(visits.flatMap((visit) => (visit.after ? [[visit.after, visit]] : [])));
  return visits.flatMap((visit): StepLog[] => {
    const { id, suffix } = stepOfState(visit.state);
    const action = facts.kinds.get(id) ?? null;
    if (visit.state === id) {
      if (visit.type === 'other' || (visit.after && isInLoop(visit.after, id))) return [];
      const loop = loopFrom(visit, id, following);
      const last = loop.at(-1) ?? visit;
      if (!isIncluded(last)) return [];
      const own = stepOf(id, visit, last, end);
      if (action !== 'agent') return withIterations({ ...own, action }, visit, facts);
      // It runs until its loop is left for another state.
      const isLooping = end.status === 'running' && own.status === 'succeeded' && last.next === undefined;
      const step = isLooping ? { ...own, status: 'running' as const, ended_at: null } : own;
      return [{ ...step, action, ...agentPart(step, loop, turnsOf(loop, visits, end)) }];
    }
    if (!standsForStep(visit, id, suffix) || !isIncluded(visit)) return [];
    const step = { ...stepOf(id, visit, visit, end), action };
    return [suffix === 'when' && step.status === 'succeeded' ? { ...step, status: 'skipped' } : step];
  });
}

/** Whether a state that precedes the step's own state stands for the step, because its own was not reached. */
function standsForStep(visit: Visit, id: string, suffix: StateSuffix | undefined): boolean {
  if (suffix === 'notify') return visit.exitedAt === undefined || visit.error !== undefined;
  const own = [id, stateName(id, 'timer'), stateName(id, 'notify')];
  return suffix === 'when' && !own.includes(visit.next ?? '');
}

/** The function that gives the steps of a distributed loop's iterations. */
export function iterationSteps(kinds: ExecutedWorkflow['kinds']): StepsOf {
  return (history, { error, aborted, endedAt }, mapRuns) => {
    const visits = visitsOf(history);
    if (aborted) for (const visit of visits) visit.abortedAt ??= isoTime(endedAt);
    return stepLogs(
      visits,
      { kinds, mapRuns },
      { status: error ? 'failed' : 'succeeded', at: isoTime(endedAt), error },
    );
  };
}

/** A distributed loop, followed by the steps of its iterations. */
function withIterations(step: StepLog, visit: Visit, facts: StepFacts): StepLog[] {
  const run = visit.mapRun === undefined ? undefined : facts.mapRuns.get(visit.mapRun);
  if (!run) return [step];
  const steps = run.iterations.flatMap((iteration) =>
    iteration.steps.map((within) => ({
      ...within,
      loop: within.loop ?? step.id,
      index: [...visit.index, iteration.index, ...(within.index ?? [])],
    })),
  );
  return [{ ...step, iterations: iterationsOf(run, visit) }, ...steps];
}

/** Whether the state is one of the step's own, which an agent repeats until its model has answered. */
function isInLoop({ state }: Visit, id: string): boolean {
  return state === id || state === stateName(id, 'turn') || state === stateName(id, 'calls');
}

/** The visits of one step's own states, from the first on. */
function loopFrom(first: Visit, id: string, following: ReadonlyMap<Visit, Visit>): Visit[] {
  const loop = [first];
  for (let next = following.get(first); next && isInLoop(next, id); next = following.get(next))
    loop.push(next);
  return loop;
}

/** The fields of an agent's log that follow from its turns. */
function agentPart(
  { status }: Pick<StepLog, 'status'>,
  loop: readonly Visit[],
  turns: readonly TurnLog[],
): Pick<StepLog, 'attempts' | 'output' | 'usage'> & { turns: TurnLog[] } {
  const lastTurn = loop.findLast(({ type }) => type === 'Task');
  return {
    // A further turn is no further attempt.
    attempts: turns.reduce(
      (sum, turn) => sum + Math.max(0, turn.attempts - 1),
      Math.min(1, turns[0]?.attempts ?? 0),
    ),
    output: status === 'succeeded' ? truncated(answerOf(lastTurn?.output)) : null,
    usage: usageOfTurns(turns),
    turns: [...turns],
  };
}

function stepOf(id: string, first: Visit, last: Visit, end: End): Omit<StepLog, 'action'> {
  const status = statusOf(last, end.status);
  // What a Catch took, or what was tried again, did not end the run.
  const error = last.error ?? (isOpen(last) ? end.error : null);
  return {
    id,
    ...(first.index.length > 0 ? { index: [...first.index] } : {}),
    ...loopAround(first),
    status,
    attempts: first.attempts,
    started_at: first.enteredAt,
    ended_at: endOf(last, end.at),
    input: truncated(first.input),
    output: truncated(first.output),
    error: (status === 'failed' || status === 'caught') && error ? truncatedError(error) : null,
    ...(first.failedAttempts && first.attempts > 1
      ? { failed_attempts: first.failedAttempts.slice(-MAX_FAILED_ATTEMPTS).map(failedAttempt) }
      : {}),
    ...(first.rateLimitWaits ? { rate_limit_waits: [...first.rateLimitWaits] } : {}),
    ...(first.items === undefined || first.mapRun !== undefined ? {} : { items: first.items }),
    ...(last.executionId === undefined ? {} : { execution_id: last.executionId }),
    // The output of a loop, a branch or another workflow comes from a step in it, which counts the tokens.
    usage: first.type === 'Task' && first.executionId === undefined ? usageOf(first.output) : null,
  };
}

/** Of the Map states around it those of a for_each are named after their step; `<agent>.calls` is none. */
function loopAround({ within }: Visit): Pick<StepLog, 'loop'> {
  for (const at of withEnclosing(within)) {
    const { id, suffix } = stepOfState(at.state);
    if (at.type === 'Map' && suffix !== 'calls') return { loop: id };
  }
  return {};
}

function failedAttempt({ at, ...error }: FailedAttempt) {
  return { at, ...truncatedError(error) };
}

/**
 * Whether another branch or iteration made the Map or Parallel state around it fail. Step Functions has an event for
 * each Task, Wait, Map and Parallel state that it stops then, and none for other states.
 */
function isBeside({ within, failedAt, ...visit }: Visit): boolean {
  if (!within?.failed || visit.error || visit.failed) return false;
  return within.type === 'Map' ? failedAt === undefined : within.culprit?.state !== visit.state;
}

function statusOf(visit: Visit, runStatus: End['status']): StepLog['status'] {
  // Its Catch only renamed the error.
  if (visit.next === stateName(visit.state, 'late')) return 'failed';
  if (visit.exitedAt !== undefined) return visit.error || visit.failed ? 'caught' : 'succeeded';
  // A state that failed and was not left is being retried.
  if (runStatus === 'running' && isRunning(visit)) return 'running';
  if (visit.error || visit.failed) return 'failed';
  const isStopped =
    visit.abortedAt !== undefined || (runStatus === 'aborted' && isRunning(visit)) || isBeside(visit);
  return isStopped ? 'aborted' : 'failed';
}
