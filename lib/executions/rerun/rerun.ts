// Runs an execution again: from its start, or from a step on with what the steps before it had given.
import { isDeepStrictEqual } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { executionId, executionOfId } from '../../arns.ts';
import { type Definition, rerunComment } from '../../compiler/asl/definition.ts';
import { type FirstRun, rerunDefinition } from '../../compiler/rerun/rerun-definition.ts';
import { isDone } from '../../compiler/rerun/resume-point.ts';
import { parseExactly } from '../../exact-json.ts';
import { executionHistory } from '../../execution-history.ts';
import { isObject } from '../../json.ts';
import { ApiProblem } from '../../problem.ts';
import type { StepLog } from '../../schemas/execution-log.ts';
import { type WorkflowStore, workflowStore } from '../../stores/workflows.ts';
import { endedLog } from '../ended-log.ts';
import type { Execution } from '../execution.ts';
import { readExecution } from '../read.ts';
import {
  addRerunRecord,
  deleteRerunRecord,
  markStarted,
  readRerunRecord,
  replaceRerunRecord,
} from '../rerun-record.ts';
import { rerunName } from '../run-trigger.ts';
import { checkedInput } from '../start.ts';
import { CarriedValues, checkTypes } from './carried-types.ts';
import { assignedBefore } from './carried-variables.ts';
import { checkedVariables, checkWithin } from './changed-definition.ts';
import { type ContinuationRules, continuationOf } from './continuation.ts';
import { definitionNow, readDefinition } from './definitions.ts';
import { checkFrom, checkStart, notReached, START } from './from.ts';
import { findMap, stepsIn } from './inner-visits.ts';
import { notRerunnable } from './not-rerunnable.ts';
import { startRerun } from './publish.ts';
import { readRecordedRun } from './recorded-run.ts';
import { type RerunRequest, type RunBefore, readRunBefore, recordedDocument } from './run-before.ts';

export interface RerunDependencies {
  readonly s3?: Pick<S3Client, 'send'>;
  readonly sfn?: SFNClient;
  readonly store?: WorkflowStore;
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
  const before = await readRunBefore(request, { s3, sfn });
  const input = await inputOf(request, before, { s3, store });
  const { definition, base, callsOf, steps } = await planOf(request, before, newId, { s3, sfn, store });
  const record = {
    rerun_of: id,
    first_run: before.record?.first_run ?? { id, started_at: before.startedAt },
    request: asked,
    calls_of: callsOf ?? null,
    values_of: before.valuesOf,
    base: JSON.stringify(base),
    steps: [...steps],
  };
  const other = await addRerunRecord(newId, record, s3);
  if (other && !isDeepStrictEqual(other.request, asked)) throw keyReused(idempotencyKey ?? '');
  // That of the same request: one that started nothing, or one at this moment, which writes the same.
  if (other) await replaceRerunRecord(newId, record, s3);
  try {
    await startRerun({ workflowId, name, input, definition }, sfn);
  } catch (error) {
    // The record of a key may be that of another request too, which has started the run.
    if (idempotencyKey === undefined) await deleteRerunRecord(newId, id, s3);
    throw error;
  }
  await markStarted(newId, id, s3);
  return readExecution(newId, { s3, sfn });
}

/** The same key of the same user gives the same name for the same run, and Step Functions runs a name once. */
function nameOf({ id, user, idempotencyKey }: RerunRequest): string {
  return rerunName(idempotencyKey === undefined ? undefined : `${id}\n${idempotencyKey}`, user);
}

/** @returns the JSON of the new run's input */
async function inputOf(
  { from, input, workflow }: RerunRequest,
  before: RunBefore,
  { s3, store }: Pick<Required<RerunDependencies>, 's3' | 'store'>,
) {
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
  const document = isCurrent
    ? (await store.read(before.workflowId))?.document
    : await recordedDocument(before, s3);
  // That the workflow is gone is said when its definition is read.
  if (!document) return before.input;
  const old = parseExactly(before.input);
  return checkedInput({ input: input ?? (isObject(old) ? old : {}), inputPointer: '/input' }, document);
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
  before: RunBefore,
  newId: string,
  { s3, sfn, store }: Required<RerunDependencies>,
): Promise<Plan> {
  const { id, ran, record } = before;
  const recorded = record ? readDefinition(record.base) : ran;
  const isCurrent = workflow === 'current';
  const now = isCurrent ? await definitionNow(before.workflowId, store, sfn) : undefined;
  const base = now?.definition ?? recorded;
  const comment = rerunComment(base.Comment, newId, id);
  if (from === START) {
    checkStart(base);
    return {
      definition: rerunDefinition(base, undefined, { comment, valuesOf: before.valuesOf }),
      base,
      callsOf: undefined,
      steps: [],
    };
  }
  checkFrom(from, before, base, recorded);
  const isNamed = (loop: string): boolean => {
    const flow = from === undefined ? undefined : findMap(recorded, loop);
    return from === loop || (from !== undefined && flow !== undefined && stepsIn(flow).has(from));
  };
  const run = await readRecordedRun(await executionHistory(before.arn, sfn), sfn, isNamed);
  const carried = new CarriedValues();
  const found = continuationOf(
    run,
    { ran, next: base },
    isCurrent
      ? changedRules(from, recorded, carried)
      : {
          from,
          beginsSteps: false,
          variables: (_, visits) => assignedBefore(visits),
        },
  );
  if (from !== undefined && !found.isNamed) throw notReached(from);
  const { point, isKept } = found;
  const callsOf = record?.calls_of ?? { id: before.arn, started_at: before.startedAt };
  const { log } = await endedLog(before.arn, { sfn, s3 });
  const steps = log.steps
    .filter((step) => step.carried_from !== undefined || isKept(step.id, step.index))
    .map((step) => ({ ...step, carried_from: step.carried_from ?? id }));
  const definition = rerunDefinition(base, point, { comment, callsOf, valuesOf: before.valuesOf });
  if (now) await checkTypes(now.document.workflow, carried, before.input, definition);
  return { definition, base, callsOf, steps };
}

/** Of a rerun by another definition than the one that ran. @param carried gets what is carried over */
function changedRules(
  from: string | undefined,
  recorded: Definition,
  carried: CarriedValues,
): ContinuationRules {
  return {
    from,
    beginsSteps: true,
    variables(flow, visits, state) {
      const variables = checkedVariables(flow, visits, state, recorded);
      carried.addVariables(variables);
      return variables;
    },
    checkWithin(state, flow, progress) {
      checkWithin(state, flow);
      const next = flow.next.States[state];
      for (const [index, one] of progress) {
        const inner =
          next?.Type === 'Map'
            ? next.ItemProcessor
            : next?.Type === 'Parallel'
              ? next.Branches[index]
              : undefined;
        if (inner && isDone(one)) carried.addOutput(inner, one.output);
      }
    },
  };
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
