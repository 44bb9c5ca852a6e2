// Runs an execution again: from its start, or from a step on with what the steps before it had given.
import { createHash, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient } from '@aws-sdk/client-sfn';
import { type ExecutionName, executionArn, executionId, executionOfId } from '../../arns.ts';
import { isoTime } from '../../aws-values.ts';
import {
  type Definition,
  kindsOfSteps,
  rerunComment,
  rerunOf as rerunOfComment,
  workflowVersion,
} from '../../compiler/asl/definition.ts';
import { type FirstRun, rerunDefinition } from '../../compiler/rerun/rerun-definition.ts';
import { closest } from '../../did-you-mean.ts';
import { parseExactly } from '../../exact-json.ts';
import { executionHistory } from '../../execution-history.ts';
import { isObject } from '../../json.ts';
import { ApiProblem } from '../../problem.ts';
import type { StepLog } from '../../schemas/execution-log.ts';
import { type WorkflowStore, workflowStore } from '../../stores/workflows.ts';
import { endedLog } from '../ended-log.ts';
import { type Execution, executionNotFound, statusOf } from '../execution.ts';
import { expressStart } from '../express-name.ts';
import { readExecution } from '../read.ts';
import { deleteRerunRecord, type RerunRecord, readRerunRecord, writeRerunRecord } from '../rerun-record.ts';
import { checkedInput } from '../start.ts';
import { assignedBefore } from './carried-variables.ts';
import { checkedVariables, checkWithin } from './changed-definition.ts';
import { continuationOf } from './continuation.ts';
import { definitionNow, definitionThatRan, readDefinition } from './definitions.ts';
import { notRerunnable } from './not-rerunnable.ts';
import { startRerun } from './publish.ts';
import { readRecordedRun } from './recorded-run.ts';

export interface RerunRequest {
  readonly id: string;
  /** A step, or `start`; undefined goes on where the run has ended. */
  readonly from?: string | undefined;
  /** In place of the run's own, from the start only. */
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  readonly workflow: 'recorded' | 'current';
  readonly idempotencyKey?: string | undefined;
}

export interface RerunDependencies {
  readonly s3?: Pick<S3Client, 'send'>;
  readonly sfn?: SFNClient;
  readonly store?: WorkflowStore;
}

const START = 'start';

/** The run before, as far as its rerun needs it. */
interface Before extends ExecutionName {
  readonly arn: string;
  readonly status: Execution['status'];
  readonly startedAt: string;
  /** JSON */
  readonly input: string;
  readonly ran: Definition;
  /** When it is a rerun itself. */
  readonly record: RerunRecord | undefined;
}

/**
 * Nothing is started, and nothing written, where it cannot be done.
 * @returns the new run
 * @throws ApiProblem not-found, not-rerunnable, invalid-input, body-too-large, idempotency-key-reused
 */
export async function rerunExecution(
  request: RerunRequest,
  { s3 = new S3Client({}), sfn = new SFNClient({}), store = workflowStore() }: RerunDependencies = {},
): Promise<Execution> {
  const { id, from, workflow, idempotencyKey } = request;
  const { workflowId } = executionOfId(id);
  const name = nameOf(request);
  const newId = executionId(workflowId, name);
  const asked = { from: from ?? null, workflow, input: request.input ?? null };
  if (idempotencyKey !== undefined) {
    const first = await readRerunRecord(newId, id, s3);
    if (first && !isDeepStrictEqual(first.request, asked)) throw keyReused(idempotencyKey);
    const existing = first && (await readIfThere(newId, { s3, sfn }));
    if (existing) return existing;
  }
  const before = await readBefore(id, { s3, sfn });
  const input = await inputOf(request, before, store);
  const { definition, base, callsOf, steps } = await planOf(request, before, newId, { s3, sfn, store });
  await writeRerunRecord(
    newId,
    {
      rerun_of: id,
      request: asked,
      calls_of: callsOf ?? null,
      base: JSON.stringify(base),
      steps: [...steps],
    },
    s3,
  );
  try {
    await startRerun({ workflowId, name, input, definition }, sfn);
  } catch (error) {
    await deleteRerunRecord(newId, id, s3);
    throw error;
  }
  return readExecution(newId, { s3, sfn });
}

/** The same key gives the same name for the same run, and Step Functions runs a name once. */
function nameOf({ id, idempotencyKey }: RerunRequest): string {
  if (idempotencyKey === undefined) return randomUUID();
  return createHash('sha256').update(`rerun\n${id}\n${idempotencyKey}`).digest('hex');
}

/** @throws ApiProblem not-found, not-rerunnable */
async function readBefore(
  id: string,
  { s3, sfn }: { readonly s3: Pick<S3Client, 'send'>; readonly sfn: SFNClient },
): Promise<Before> {
  const name = executionOfId(id);
  if (expressStart(name.name)) {
    await readExecution(id, { s3, sfn });
    throw notRerunnable({
      code: 'not-in-express',
      pointer: '',
      message: `The execution ${id} belongs to an Express workflow, whose executions Step Functions does not keep`,
      hint: 'Start a new one, or make it a standard workflow.',
    });
  }
  const arn = executionArn(name);
  try {
    const described = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
    const status = statusOf(described.status);
    if (status === 'running') {
      throw notRerunnable({
        code: 'still-running',
        pointer: '',
        message: `The execution ${id} is still running`,
        hint: 'Wait for its end, or stop it first.',
      });
    }
    const ran = await definitionThatRan(arn, name.workflowId, sfn);
    const rerunOf = rerunOfComment(ran.Comment);
    const record = rerunOf === undefined ? undefined : await readRerunRecord(id, rerunOf, s3);
    const { startDate, input = '{}' } = described;
    return { ...name, arn, status, startedAt: isoTime(startDate), input, ran, record };
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) throw executionNotFound(id, { cause: error });
    throw error;
  }
}

/** @returns the JSON of the new run's input */
async function inputOf({ from, input, workflow }: RerunRequest, before: Before, store: WorkflowStore) {
  if (input !== undefined && from !== START) {
    throw notRerunnable({
      code: 'input-fixed',
      pointer: '/input',
      message:
        'The steps before have run with the input that the run had, so that a rerun from a step keeps it',
      hint: `Leave it out, or send "from": "${START}".`,
    });
  }
  const isCurrent = workflow === 'current';
  if (from !== START || (input === undefined && !isCurrent)) return before.input;
  const stored = await store.read(before.workflowId);
  if (stored && !isCurrent && stored.document.version !== workflowVersion(before.ran.Comment)) {
    throw notRerunnable({
      code: 'inputs-unknown',
      pointer: '/input',
      message: 'The workflow was changed since that run, and what inputs it declared then is not kept',
      hint: 'Leave the input out, or send "workflow": "current".',
    });
  }
  if (!stored) return before.input;
  const old = parseExactly(before.input);
  return checkedInput(
    { input: input ?? (isObject(old) ? old : {}), inputPointer: '/input' },
    stored.document,
  );
}

interface Plan {
  readonly definition: Definition;
  readonly base: Definition;
  readonly callsOf: FirstRun | undefined;
  /** Those that are not run again. */
  readonly steps: readonly StepLog[];
}

async function planOf(
  { from, workflow }: RerunRequest,
  before: Before,
  newId: string,
  { s3, sfn, store }: Required<RerunDependencies>,
): Promise<Plan> {
  const { id, ran, record } = before;
  const recorded = record ? readDefinition(record.base) : ran;
  const isCurrent = workflow === 'current';
  const base = isCurrent ? (await definitionNow(before.workflowId, store, sfn)).definition : recorded;
  const comment = rerunComment(base.Comment, newId, id);
  if (from === START) {
    return {
      definition: rerunDefinition(base, undefined, { comment }),
      base,
      callsOf: undefined,
      steps: [],
    };
  }
  checkFrom(from, before, base, recorded);
  const run = await readRecordedRun(await executionHistory(before.arn, sfn), sfn);
  const found = continuationOf(
    run,
    { ran, next: base },
    {
      from,
      beginsSteps: isCurrent,
      variables: (flow, visits, state) =>
        isCurrent ? checkedVariables(flow, visits, state, recorded) : assignedBefore(visits),
      ...(isCurrent && { checkWithin }),
    },
  );
  if (from !== undefined && !found.isNamed) throw notReached(from);
  const { point, isKept } = found;
  const callsOf = record?.calls_of ?? { id: before.arn, started_at: before.startedAt };
  const { log } = await endedLog(before.arn, { sfn, s3 });
  const steps = log.steps
    .filter((step) => step.carried_from !== undefined || isKept(step.id, step.index))
    .map((step) => ({ ...step, carried_from: step.carried_from ?? id }));
  return { definition: rerunDefinition(base, point, { comment, callsOf }), base, callsOf, steps };
}

/** @throws ApiProblem not-rerunnable */
function checkFrom(from: string | undefined, { id, status }: Before, base: Definition, recorded: Definition) {
  if (from === undefined) {
    if (status !== 'succeeded') return;
    throw notRerunnable({
      code: 'nothing-failed',
      pointer: '/from',
      message: `The execution ${id} has succeeded, so that there is no failed step to go on at`,
      hint: `Name a step in "from", or "${START}".`,
    });
  }
  const known = [...new Set([...kindsOfSteps(base).keys(), ...kindsOfSteps(recorded).keys()])];
  if (known.includes(from)) return;
  throw notRerunnable({
    code: 'unknown-step',
    pointer: '/from',
    message: `The workflow has no step ${JSON.stringify(from)}`,
    hint: `Did you mean ${closest(from, [...known, START]) ?? START}?`,
  });
}

function notReached(from: string) {
  return notRerunnable({
    code: 'step-not-reached',
    pointer: '/from',
    message: `The run has not come to the step ${from} in its own steps, those of on_failure left out`,
    hint: 'Name a step that it has run, or leave "from" out. Steps that a rerun has carried over were run by the execution in its rerun_of.',
  });
}

async function readIfThere(
  id: string,
  dependencies: Pick<RerunDependencies, 's3' | 'sfn'>,
): Promise<Execution | undefined> {
  try {
    return await readExecution(id, dependencies);
  } catch (error) {
    if (error instanceof ApiProblem && error.type === 'not-found') return undefined;
    throw error;
  }
}

function keyReused(key: string): ApiProblem {
  return new ApiProblem(
    'idempotency-key-reused',
    `The Idempotency-Key ${JSON.stringify(key)} has started another rerun of that execution; use a new key`,
  );
}
