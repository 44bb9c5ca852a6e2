// The execution log: one JSON document a run, made from the run's history.
import type { DescribeExecutionOutput, HistoryEvent } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { endError, json, type RunError } from './run-error.ts';
import type { WorkflowThatRan } from './version.ts';
import { type Visit, visitsOf } from './visits.ts';

/** A value whose JSON is larger than this many bytes of UTF-8 is cut in the log. */
const MAX_VALUE_BYTES = 32_768;

const loggedError = z.object({ name: z.string(), message: z.string() });
const tokenUsage = z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() });

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
    .enum(['succeeded', 'failed', 'skipped', 'caught', 'aborted'])
    .describe(
      '`skipped`: its `when` was not true; `caught`: it failed and the workflow went on; `aborted`: it was stopped because another branch or iteration failed',
    ),
  attempts: z.int().describe('how often the action’s Lambda was called, or the other workflow started'),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime(),
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
  readonly workflow: WorkflowThatRan;
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
  const steps = stepLogs(visitsOf(history), facts.workflow.kinds, endedAt, error);
  return {
    execution_id: facts.executionId,
    workflow_id: facts.workflowId,
    workflow_version: facts.workflow.version,
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

/**
 * The steps of a run that have come to an end so far; the run may still go on.
 * @param history the events so far, oldest first, with their data
 * @param kinds by step id its action or kind (stepKinds in lib/compiler)
 */
export function endedSteps(history: readonly HistoryEvent[], kinds: WorkflowThatRan['kinds']): StepLog[] {
  const ended = visitsOf(history).filter((visit) => visit.exitedAt !== undefined);
  return stepLogs(ended, kinds, '', null);
}

/**
 * A step whose `when` was not true has a Choice state (`<id>.when`) and no state of its own. Other states with a dot
 * in their names are not steps: they lead to the end of a flow, or stand around one.
 */
function stepLogs(
  visits: readonly Visit[],
  kinds: WorkflowThatRan['kinds'],
  endedAt: string,
  ended: RunError | null,
): StepLog[] {
  return withoutWaits(visits).flatMap((visit): StepLog[] => {
    const [id = '', part] = visit.state.split('.');
    if (part === undefined)
      return visit.type === 'other'
        ? []
        : [{ ...stepOf(id, visit, endedAt, ended), action: kinds.get(id) ?? null }];
    if (part !== 'when' || visit.next === id) return [];
    const step = { ...stepOf(id, visit, endedAt, ended), action: kinds.get(id) ?? null };
    return [step.status === 'succeeded' ? { ...step, status: 'skipped' } : step];
  });
}

/**
 * A step whose provider said how long to wait is entered again after that: its visits are told as one, with all
 * attempts, from the first one's beginning.
 */
function withoutWaits(visits: readonly Visit[]): readonly Visit[] {
  const waiting: Visit[] = [];
  return visits.flatMap((visit) => {
    const at = waiting.findIndex(
      ({ state, within, index }) =>
        state === visit.state && within === visit.within && `${index}` === `${visit.index}`,
    );
    const [before] = at === -1 ? [] : waiting.splice(at, 1);
    const whole = before
      ? { ...visit, enteredAt: before.enteredAt, attempts: before.attempts + visit.attempts }
      : visit;
    if (visit.next !== `${visit.state}.retry_after`) return [whole];
    waiting.push(whole);
    return [];
  });
}

function stepOf(id: string, visit: Visit, endedAt: string, ended: RunError | null): Omit<StepLog, 'action'> {
  const status = statusOf(visit);
  const { usage } = z
    .object({ usage: tokenUsage.nullable().catch(null) })
    .catch({ usage: null })
    .parse(visit.output);
  const error = visit.error ?? ended;
  return {
    id,
    ...(visit.index.length > 0 ? { index: [...visit.index] } : {}),
    status,
    attempts: visit.attempts,
    started_at: visit.enteredAt,
    ended_at: visit.exitedAt ?? visit.abortedAt ?? visit.within?.exitedAt ?? endedAt,
    input: cut(visit.input),
    output: cut(visit.output),
    error: status === 'succeeded' || status === 'aborted' || !error ? null : cutMessage(error),
    ...(visit.executionId === undefined ? {} : { execution_id: visit.executionId }),
    // What a loop, a branch or another workflow gives was given, and counted, by a step in it.
    usage: visit.type === 'Task' && visit.executionId === undefined ? usage : null,
  };
}

function statusOf(visit: Visit): StepLog['status'] {
  if (visit.exitedAt !== undefined) return visit.error || visit.failed ? 'caught' : 'succeeded';
  if (visit.error || visit.failed) return 'failed';
  return visit.abortedAt === undefined ? 'failed' : 'aborted';
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
