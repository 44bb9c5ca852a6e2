// The execution log: one JSON document a run, made from the run's history.
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { isStateName, type StateSuffix, stateName, stepOfState } from '../compiler/asl/state-names.ts';
import { answerOf, endOf, type TurnLog, turnLog, turnsOf, usageOfTurns } from './agent-log.ts';
import { iterationsOf, loopIterations } from './iterations-log.ts';
import { cut, cutMessage, loggedError, summedUsage, tokenUsage, usageOf } from './log-values.ts';
import type { MapRuns, StepsOf } from './map-runs.ts';
import { beginningOf, runOf } from './run.ts';
import { json, type RunError } from './run-error.ts';
import type { WorkflowThatRan } from './version.ts';
import { goesOn, type Visit, visitsOf } from './visits.ts';

export const stepLog = z.object({
  id: z.string().describe('the step’s id in the workflow'),
  index: z
    .array(z.int())
    .optional()
    .describe('of a step in a for_each: which iteration, from 0; in loops within loops the outermost first'),
  action: z
    .string()
    .nullable()
    .describe(
      'the action’s id, or the kind of the step (`set`, `for_each` …); null when the workflow was deleted meanwhile',
    ),
  status: z
    .enum(['succeeded', 'failed', 'skipped', 'caught', 'aborted', 'running'])
    .describe(
      '`skipped`: its `when` was not true; `caught`: it failed and the workflow went on; `aborted`: it was stopped with the run, or because another branch or iteration failed; `running`: it has not ended',
    ),
  attempts: z
    .int()
    .describe(
      'how often the action’s Lambda was called, or the other workflow started; of an agent how often its model was asked, in all turns; of a `set`, `transform`, `wait` or `switch` with `retry` or `on_error` how often it was tried; 0 of other steps',
    ),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable().describe('null while it runs'),
  input: z.unknown().describe('what the action or the other workflow got; null for other steps'),
  output: z.unknown(),
  error: loggedError.nullable(),
  execution_id: z
    .string()
    .optional()
    .describe(
      'the execution that a `workflow` step started, which has a log of its own; of several the last',
    ),
  usage: tokenUsage.nullable().describe('tokens used by a model, as the provider counted them'),
  turns: z.array(turnLog).optional().describe('of an agent: what its model said and called'),
  iterations: loopIterations
    .optional()
    .describe('of a distributed loop: its iterations, which are executions of their own'),
});
export type StepLog = z.infer<typeof stepLog>;

export const executionLog = z.object({
  execution_id: z.string(),
  workflow_id: z.string(),
  workflow_version: z.int().nullable(),
  status: z.enum(['running', 'succeeded', 'failed', 'timed_out', 'aborted']),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable().describe('null while it runs'),
  redrive_count: z.int().default(0).describe('how often it had been redriven when it ended'),
  input: z.unknown(),
  output: z.unknown(),
  error: loggedError.nullable(),
  usage: tokenUsage
    .nullable()
    .describe('the sum over the steps in this log, so far; null for an Express workflow'),
  steps: z
    .array(stepLog)
    .describe('empty for an Express workflow, of whose runs Step Functions keeps no history'),
});
export type ExecutionLog = z.infer<typeof executionLog>;

/** What is known of a run besides its history. */
export interface RunFacts {
  readonly executionId: string;
  readonly workflowId: string;
  readonly workflow: Pick<WorkflowThatRan, 'version' | 'kinds'>;
  /** Those of its distributed loops. */
  readonly mapRuns: MapRuns;
}

/** What the log knows besides the history. */
type Knowledge = Pick<WorkflowThatRan, 'kinds'> & Pick<RunFacts, 'mapRuns'>;

/** How what the steps belong to has ended, if it has. */
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
  const error = failure && cutMessage(failure);
  const known = { kinds: facts.workflow.kinds, mapRuns: facts.mapRuns };
  const steps = stepLogs(visitsOf(history), known, { status, at: endedAt, error });
  return {
    execution_id: facts.executionId,
    workflow_id: facts.workflowId,
    workflow_version: facts.workflow.version,
    status,
    started_at: startedAt,
    ended_at: endedAt,
    redrive_count: redriveCount,
    input: cut(json(input)),
    output: cut(json(output)),
    error,
    usage: summedUsage(steps),
    steps,
  };
}

/**
 * The log of an execution so far, with the steps that it is in. Of a distributed loop no iterations are told.
 * @param history its events so far, oldest first, with their data
 */
export function runningLogOf(
  { executionId, workflowId, workflow }: Omit<RunFacts, 'mapRuns'>,
  history: readonly HistoryEvent[],
): ExecutionLog {
  const { startedAt, redriveCount, input } = beginningOf(history);
  // A `when` tells of its step once the state after it has begun.
  const isWanted = ({ state, exitedAt, next }: Visit): boolean =>
    !isStateName(state, 'when') || exitedAt === undefined || next !== undefined;
  const known = { kinds: workflow.kinds, mapRuns: new Map() };
  const steps = stepLogs(visitsOf(history), known, NO_END, isWanted);
  return {
    execution_id: executionId,
    workflow_id: workflowId,
    workflow_version: workflow.version,
    status: 'running',
    started_at: startedAt,
    ended_at: null,
    redrive_count: redriveCount,
    input: cut(json(input)),
    output: null,
    error: null,
    usage: summedUsage(steps),
    steps,
  };
}

/**
 * The steps of a run that have come to an end so far; the run may still go on.
 * @param history the events so far, oldest first, with their data
 * @param kinds by step id its action or kind (kindsOfSteps in lib/compiler)
 */
export function endedSteps(history: readonly HistoryEvent[], kinds: WorkflowThatRan['kinds']): StepLog[] {
  // An agent has ended when its loop has led to another state.
  return stepLogs(visitsOf(history), { kinds, mapRuns: new Map() }, NO_END, (last) => {
    const isAgent = kinds.get(stepOfState(last.state).id) === 'agent';
    return last.exitedAt !== undefined && (!isAgent || last.next !== undefined);
  });
}

/**
 * A step whose `when` was not true has a Choice state (`<id>.when`) and no state of its own. Other states with a dot
 * in their names are not steps: they lead to the end of a flow, stand around one, or belong to an agent.
 * @param isWanted is asked of the last state of each step
 */
function stepLogs(
  visits: readonly Visit[],
  known: Knowledge,
  end: End,
  isWanted: (last: Visit) => boolean = () => true,
): StepLog[] {
  const following = new Map(visits.flatMap((visit) => (visit.after ? [[visit.after, visit]] : [])));
  return visits.flatMap((visit): StepLog[] => {
    const { id, suffix } = stepOfState(visit.state);
    const action = known.kinds.get(id) ?? null;
    if (visit.state === id) {
      if (visit.type === 'other' || (visit.after && isInLoop(visit.after, id))) return [];
      const loop = loopFrom(visit, id, following);
      const last = loop.at(-1) ?? visit;
      if (!isWanted(last)) return [];
      const own = stepOf(id, visit, last, end);
      if (action !== 'agent') return withIterations({ ...own, action }, visit, known);
      // It goes on until its loop has led to another state.
      const goesOn = end.status === 'running' && own.status === 'succeeded' && last.next === undefined;
      const step = goesOn ? { ...own, status: 'running' as const, ended_at: null } : own;
      return [{ ...step, action, ...agentPart(step, loop, turnsOf(loop, visits, end)) }];
    }
    if (!isTold(visit, id, suffix) || !isWanted(visit)) return [];
    const step = { ...stepOf(id, visit, visit, end), action };
    return [suffix === 'when' && step.status === 'succeeded' ? { ...step, status: 'skipped' } : step];
  });
}

/** Whether a state before the step's own tells of the step, which then did not come to its own. */
function isTold(visit: Visit, id: string, suffix: StateSuffix | undefined): boolean {
  if (suffix === 'notify') return visit.exitedAt === undefined || visit.error !== undefined;
  const own = [id, stateName(id, 'timer'), stateName(id, 'notify')];
  return suffix === 'when' && !own.includes(visit.next ?? '');
}

/** How the steps of a distributed loop's iterations are told. */
export function iterationSteps(kinds: WorkflowThatRan['kinds']): StepsOf {
  return (history, { error, aborted, endedAt }, mapRuns) => {
    const visits = visitsOf(history);
    if (aborted) for (const visit of visits) visit.abortedAt ??= iso(endedAt);
    return stepLogs(
      visits,
      { kinds, mapRuns },
      { status: error ? 'failed' : 'succeeded', at: iso(endedAt), error },
    );
  };
}

/** A distributed loop, and after it the steps of its iterations. */
function withIterations(step: StepLog, visit: Visit, known: Knowledge): StepLog[] {
  const run = visit.mapRun === undefined ? undefined : known.mapRuns.get(visit.mapRun);
  if (!run) return [step];
  const steps = run.iterations.flatMap((iteration) =>
    iteration.steps.map((within) => ({
      ...within,
      index: [...visit.index, iteration.index, ...(within.index ?? [])],
    })),
  );
  return [{ ...step, iterations: iterationsOf(run, visit) }, ...steps];
}

/** Whether the state leads back to the step's own: an agent goes on until its model has answered. */
function isInLoop({ state }: Visit, id: string): boolean {
  return state === id || state === stateName(id, 'turn') || state === stateName(id, 'calls');
}

/** The states of one step, from its first on. */
function loopFrom(first: Visit, id: string, following: ReadonlyMap<Visit, Visit>): Visit[] {
  const loop = [first];
  for (let next = following.get(first); next && isInLoop(next, id); next = following.get(next))
    loop.push(next);
  return loop;
}

/** What of an agent's log follows from its turns. */
function agentPart(
  { status }: Pick<StepLog, 'status'>,
  loop: readonly Visit[],
  turns: readonly TurnLog[],
): Pick<StepLog, 'attempts' | 'output' | 'usage'> & { turns: TurnLog[] } {
  const asked = loop.findLast(({ type }) => type === 'Task');
  return {
    attempts: turns.reduce((sum, turn) => sum + turn.attempts, 0),
    output: status === 'succeeded' ? cut(answerOf(asked?.output)) : null,
    usage: usageOfTurns(turns),
    turns: [...turns],
  };
}

function stepOf(id: string, first: Visit, last: Visit, end: End): Omit<StepLog, 'action'> {
  const status = statusOf(last, end.status);
  const error = last.error ?? end.error;
  return {
    id,
    ...(first.index.length > 0 ? { index: [...first.index] } : {}),
    status,
    attempts: first.attempts,
    started_at: first.enteredAt,
    ended_at: endOf(last, end.at),
    input: cut(first.input),
    output: cut(first.output),
    error: (status === 'failed' || status === 'caught') && error ? cutMessage(error) : null,
    ...(last.executionId === undefined ? {} : { execution_id: last.executionId }),
    // What a loop, a branch or another workflow gives was given, and counted, by a step in it.
    usage: first.type === 'Task' && first.executionId === undefined ? usageOf(first.output) : null,
  };
}

function statusOf(visit: Visit, ofRun: End['status']): StepLog['status'] {
  // Its Catch only gave its error another name.
  if (visit.next === stateName(visit.state, 'late')) return 'failed';
  if (visit.exitedAt !== undefined) return visit.error || visit.failed ? 'caught' : 'succeeded';
  // What failed and is not left yet is tried again.
  if (ofRun === 'running' && goesOn(visit)) return 'running';
  if (visit.error || visit.failed) return 'failed';
  return visit.abortedAt === undefined && ofRun !== 'aborted' ? 'failed' : 'aborted';
}

function iso(date: Date | undefined): string {
  return (date ?? new Date(0)).toISOString();
}
