// The execution log: one JSON document a run, made from the run's history.
import type { DescribeExecutionOutput, HistoryEvent, StateExitedEventDetails } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { actionId } from '../actions/names.ts';
import { endError, json, type RunError, runError } from './run-error.ts';

/** A value whose JSON is larger than this many bytes of UTF-8 is cut in the log. */
const MAX_VALUE_BYTES = 32_768;

const loggedError = z.object({ name: z.string(), message: z.string() });
const tokenUsage = z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() });

export const stepLog = z.object({
  id: z.string().describe('the step’s id in the workflow'),
  action: z
    .string()
    .nullable()
    .describe('the action’s id, or `set` or `transform`; null when the run ended before it was known'),
  status: z
    .enum(['succeeded', 'failed', 'skipped', 'caught'])
    .describe('`skipped`: its `when` was not true; `caught`: it failed and the workflow went on'),
  attempts: z.int().describe('how often the action’s Lambda was called'),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime(),
  input: z.unknown().describe('what the action got; null for other steps'),
  output: z.unknown(),
  error: loggedError.nullable(),
  usage: tokenUsage.nullable().describe('tokens used by a model, as the provider counted them'),
});
export type StepLog = z.infer<typeof stepLog>;

export const executionLog = z.object({
  execution_id: z.string(),
  workflow_id: z.string(),
  workflow_version: z.int().nullable(),
  status: z.enum(['succeeded', 'failed', 'timed_out', 'aborted']),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime(),
  input: z.unknown(),
  output: z.unknown(),
  error: loggedError.nullable(),
  usage: tokenUsage.nullable().describe('the sum over all steps'),
  steps: z.array(stepLog),
});
export type ExecutionLog = z.infer<typeof executionLog>;

/** What is known of a run besides its history. */
export interface RunFacts {
  readonly executionId: string;
  readonly workflowId: string;
  readonly workflowVersion: number | null;
  /** The ARN of an action's Lambda without the action's name at its end. */
  readonly functionArnPrefix: string;
  /** The answer of DescribeExecution for an execution that has ended. */
  readonly execution: DescribeExecutionOutput;
}

/**
 * The log of an execution that has ended.
 * @param history every event of the execution, oldest first, with its data
 * @throws TypeError when the execution is still running
 */
export function executionLogOf(facts: RunFacts, history: readonly HistoryEvent[]): ExecutionLog {
  const { execution } = facts;
  const status = endStatus(execution.status);
  const endedAt = iso(execution.stopDate ?? history.at(-1)?.timestamp);
  const error = status === 'succeeded' ? null : cutMessage(endError(status, execution));
  const steps = stepLogs(visitsOf(history, facts.functionArnPrefix), endedAt, error);
  return {
    execution_id: facts.executionId,
    workflow_id: facts.workflowId,
    workflow_version: facts.workflowVersion,
    status,
    started_at: iso(execution.startDate),
    ended_at: endedAt,
    input: cut(json(execution.input)),
    output: cut(json(execution.output)),
    error,
    usage: totalUsage(steps),
    steps,
  };
}

function endStatus(status: string | undefined): ExecutionLog['status'] {
  const parsed = executionLog.shape.status.safeParse(status?.toLowerCase());
  if (!parsed.success) throw new TypeError(`An execution with the status ${status} has not ended`);
  return parsed.data;
}

/** A state as the history tells it, while its events are read. */
interface Visit {
  readonly state: string;
  readonly type: 'task' | 'pass' | 'choice' | 'other';
  readonly enteredAt: string;
  exitedAt?: string;
  attempts: number;
  action?: string;
  input?: unknown;
  output?: unknown;
  assigned: readonly string[];
  error?: RunError;
  /** The next state entered, which tells whether a `when` let its step run. */
  next?: string;
}

/**
 * Each event belongs to the state of the event before it (`previousEventId`), back to the event that
 * entered the state; so branches that run side by side keep apart.
 */
function visitsOf(history: readonly HistoryEvent[], functionArnPrefix: string): Visit[] {
  const visitOfEvent = new Map<number, Visit>();
  const visits: Visit[] = [];
  for (const event of history) {
    const before = visitOfEvent.get(event.previousEventId ?? 0);
    const entered = event.stateEnteredEventDetails;
    let visit = before;
    if (entered) {
      visit = {
        state: entered.name ?? '',
        type: visitType(event.type),
        enteredAt: iso(event.timestamp),
        attempts: 0,
        assigned: [],
      };
      visits.push(visit);
      if (before) before.next = visit.state;
    } else if (visit) {
      follow(visit, event, functionArnPrefix);
    }
    if (visit && event.id !== undefined) visitOfEvent.set(event.id, visit);
  }
  return visits;
}

function visitType(eventType: string | undefined): Visit['type'] {
  if (eventType === 'TaskStateEntered') return 'task';
  if (eventType === 'PassStateEntered') return 'pass';
  return eventType === 'ChoiceStateEntered' ? 'choice' : 'other';
}

const taskParameters = z.object({ FunctionName: z.string(), Payload: z.object({ input: z.unknown() }) });
const taskOutput = z.object({ Payload: z.unknown() });

function follow(visit: Visit, event: HistoryEvent, functionArnPrefix: string): void {
  if (event.taskScheduledEventDetails) {
    const parameters = taskParameters.safeParse(json(event.taskScheduledEventDetails.parameters));
    visit.attempts += 1;
    if (parameters.success) {
      visit.action = actionId(parameters.data.FunctionName.slice(functionArnPrefix.length));
      visit.input = parameters.data.Payload.input;
    }
  } else if (event.taskSucceededEventDetails) {
    const output = taskOutput.safeParse(json(event.taskSucceededEventDetails.output));
    visit.output = output.success ? output.data.Payload : null;
    delete visit.error;
  } else if (event.stateExitedEventDetails) {
    visit.exitedAt = iso(event.timestamp);
    visit.assigned = Object.keys(event.stateExitedEventDetails.assignedVariables ?? {});
    if (visit.type === 'pass') visit.output = passOutput(visit.state, event.stateExitedEventDetails);
  } else {
    const failure =
      event.taskFailedEventDetails ??
      event.taskTimedOutEventDetails ??
      event.taskStartFailedEventDetails ??
      event.taskSubmitFailedEventDetails ??
      event.evaluationFailedEventDetails;
    if (failure) visit.error = cutMessage(runError(failure.error, failure.cause));
  }
}

/**
 * What a `set` or `transform` step gave. Where its value differs from one evaluation to the next (`$uuid()`), the
 * compiler leaves the state's output null, and the variable that was assigned has the value.
 */
function passOutput(state: string, { output, assignedVariables = {} }: StateExitedEventDetails): unknown {
  const given = json(output);
  if (given !== null) return given;
  const transformed = assignedVariables[`step_${state}`];
  if (transformed !== undefined) return json(transformed);
  const set = Object.entries(assignedVariables).filter(([name]) => name.startsWith('var_'));
  return set.length > 0
    ? Object.fromEntries(set.map(([name, value]) => [name.slice('var_'.length), json(value)]))
    : null;
}

/**
 * The steps of a run that have come to an end so far; the run may still go on.
 * @param history the events so far, oldest first, with their data
 */
export function endedSteps(history: readonly HistoryEvent[], functionArnPrefix: string): StepLog[] {
  const ended = visitsOf(history, functionArnPrefix).filter((visit) => visit.exitedAt !== undefined);
  return stepLogs(ended, '', null);
}

/** A step whose `when` was not true has a Choice state (`<id>.when`) and no state of its own. */
function stepLogs(visits: readonly Visit[], endedAt: string, ended: RunError | null): StepLog[] {
  return visits.flatMap((visit): StepLog[] => {
    if (visit.type === 'other') return [];
    if (visit.type !== 'choice') return [stepOf(visit.state, visit, endedAt, ended)];
    const id = visit.state.replace(/\.when$/, '');
    if (visit.next === id) return [];
    const step = stepOf(id, visit, endedAt, ended);
    return [step.status === 'succeeded' ? { ...step, status: 'skipped' } : step];
  });
}

function stepOf(id: string, visit: Visit, endedAt: string, ended: RunError | null): StepLog {
  const exited = visit.exitedAt !== undefined;
  const done = exited && !visit.error;
  const usage = z.object({ usage: tokenUsage }).safeParse(visit.output);
  return {
    id,
    action: visit.action ?? passKind(visit),
    status: done ? 'succeeded' : exited ? 'caught' : 'failed',
    attempts: visit.attempts,
    started_at: visit.enteredAt,
    ended_at: visit.exitedAt ?? endedAt,
    input: cut(visit.input),
    output: cut(visit.output),
    error: done ? null : (visit.error ?? ended),
    usage: usage.success ? usage.data.usage : null,
  };
}

/** A Pass state assigns `var_…` for a `set` step and `step_…` for a `transform` step (lib/compiler). */
function passKind(visit: Visit): string | null {
  if (visit.type !== 'pass' || visit.exitedAt === undefined) return null;
  return visit.assigned.some((name) => name.startsWith('var_')) ? 'set' : 'transform';
}

function totalUsage(steps: readonly StepLog[]): ExecutionLog['usage'] {
  const used = steps.flatMap((step) => (step.usage ? [step.usage] : []));
  if (used.length === 0) return null;
  const sum = (key: keyof z.infer<typeof tokenUsage>) => used.reduce((total, usage) => total + usage[key], 0);
  return {
    prompt_tokens: sum('prompt_tokens'),
    completion_tokens: sum('completion_tokens'),
    total_tokens: sum('total_tokens'),
  };
}

/** The value itself, or when it is too large `{truncated: true, size_bytes, preview}` with the start of its JSON. */
function cut(value: unknown): unknown {
  if (value === undefined) return null;
  return truncated(JSON.stringify(value)) ?? value;
}

function cutMessage({ name, message }: RunError): RunError {
  return { name, message: truncated(message)?.preview ?? message };
}

function truncated(text: string): { truncated: true; size_bytes: number; preview: string } | undefined {
  const size = Buffer.byteLength(text);
  if (size <= MAX_VALUE_BYTES) return undefined;
  // A cut inside a character leaves a replacement character at the end, which is dropped.
  const preview = Buffer.from(text)
    .subarray(0, MAX_VALUE_BYTES)
    .toString()
    .replace(/\uFFFD$/, '');
  return { truncated: true, size_bytes: size, preview };
}

function iso(date: Date | undefined): string {
  return (date ?? new Date(0)).toISOString();
}
