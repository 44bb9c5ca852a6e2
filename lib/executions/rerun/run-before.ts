// The run that another one is a rerun of, as far as that needs it.
import type { S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ExecutionDoesNotExist, type SFNClient } from '@aws-sdk/client-sfn';
import { type ExecutionName, executionArn, executionOfId } from '../../arns.ts';
import { isoTime } from '../../aws-values.ts';
import {
  type Definition,
  rerunOf as rerunOfComment,
  workflowVersion,
} from '../../compiler/asl/definition.ts';
import { ApiProblem } from '../../problem.ts';
import type { WorkflowDocument } from '../../stores/workflows.ts';
import { type Execution, executionNotFound, statusOf } from '../execution.ts';
import { expressStart } from '../express-name.ts';
import { readExecution } from '../read.ts';
import { readRecordedWorkflow } from '../recorded-workflow.ts';
import { type RerunRecord, readRerunRecord } from '../rerun-record.ts';
import { givenInput, valuesOf } from '../run-trigger.ts';
import { definitionThatRan } from './definitions.ts';
import { START } from './from.ts';
import { notRerunnable } from './not-rerunnable.ts';

export interface RerunRequest {
  readonly id: string;
  /** Who asks for it; becomes part of the new run's name. */
  readonly user: string;
  /** A step, or `start`; undefined goes on where the run has ended. */
  readonly from?: string | undefined;
  /** In place of the run's own, from the start only. */
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  readonly workflow: 'recorded' | 'current';
  readonly idempotencyKey?: string | undefined;
}

export interface RunBefore extends ExecutionName {
  readonly arn: string;
  readonly status: Execution['status'];
  readonly startedAt: string;
  /** JSON */
  readonly input: string;
  /** The ARN of the execution whose large values it could read. */
  readonly valuesOf: string;
  readonly ran: Definition;
  /** When it is a rerun itself. */
  readonly record: RerunRecord | undefined;
}

/** @throws ApiProblem not-found, not-rerunnable */
export async function readRunBefore(
  { id, from, workflow }: RerunRequest,
  { s3, sfn }: { readonly s3: Pick<S3Client, 'send'>; readonly sfn: SFNClient },
): Promise<RunBefore> {
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
    const needsRecord = from !== START || workflow !== 'current';
    if (rerunOf !== undefined && !record && needsRecord) throw recordLost(id, rerunOf);
    const { startDate, input = '{}' } = described;
    return {
      ...name,
      ...{ arn, status, ran, record },
      startedAt: isoTime(startDate),
      input: givenInput(input),
      valuesOf: record?.values_of ?? valuesOf(arn, input),
    };
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) throw executionNotFound(id, { cause: error });
    throw error;
  }
}

/** The workflow as the run had it, which declares the inputs. @throws ApiProblem not-rerunnable */
export async function recordedDocument(
  { id, workflowId, startedAt, ran }: RunBefore,
  s3: Pick<S3Client, 'send'>,
): Promise<WorkflowDocument> {
  const run = { id, workflowId, version: workflowVersion(ran.Comment) ?? null, startedAt };
  try {
    return (await readRecordedWorkflow(run, s3)).document;
  } catch (error) {
    if (!(error instanceof ApiProblem && error.type === 'not-found')) throw error;
    const message = 'What inputs the workflow declared when that run started is not kept any more';
    const hint = 'Leave the input out, or send "workflow": "current".';
    throw notRerunnable({ code: 'inputs-unknown', pointer: '/input', message, hint }, { cause: error });
  }
}

/** Its definition has the steps that it runs again alone, and whose calls it makes again is not known. */
function recordLost(id: string, rerunOf: string) {
  return notRerunnable({
    code: 'record-lost',
    pointer: '',
    message: `The execution ${id} is a rerun whose record is not kept any more, so that what it carried over is not known`,
    hint: `Rerun ${rerunOf}, or send "from": "${START}" with "workflow": "current".`,
  });
}
