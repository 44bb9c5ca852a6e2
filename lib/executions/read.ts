// Reads one execution, or the log of one that has ended.
import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  ExecutionDoesNotExist,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { ApiProblem } from '../api/problem.ts';
import { setting } from '../config.ts';
import {
  type Execution,
  type ExecutionStatus,
  executionNotFound,
  executionView,
  logNotFound,
  statusOf,
} from './execution.ts';
import { executionArn, executionOfId, logKey } from './id.ts';
import { type ExecutionLog, executionLog } from './log.ts';
import { versionOfExecution } from './version.ts';

/** @throws ApiProblem not-found */
export async function readExecution(
  id: string,
  sfn: Pick<SFNClient, 'send'> = new SFNClient({}),
): Promise<Execution> {
  const name = executionOfId(id);
  const arn = executionArn(name);
  try {
    const [described, version] = await Promise.all([
      sfn.send(new DescribeExecutionCommand({ executionArn: arn })),
      versionOfExecution(arn, sfn),
    ]);
    return executionView(name, described, version);
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) throw executionNotFound(id, { cause: error });
    throw error;
  }
}

/**
 * @throws ApiProblem log-not-written while the execution runs, also again after a redrive, or its log is about to be
 * written; not-found
 */
export async function readExecutionLog(
  id: string,
  {
    s3 = new S3Client({}),
    sfn = new SFNClient({}),
  }: { readonly s3?: Pick<S3Client, 'send'>; readonly sfn?: Pick<SFNClient, 'send'> } = {},
): Promise<ExecutionLog> {
  const { workflowId, name } = executionOfId(id);
  try {
    const key = logKey(workflowId, name);
    const object = await s3.send(new GetObjectCommand({ Bucket: setting('LOGS_BUCKET'), Key: key }));
    const log = executionLog.parse(JSON.parse((await object.Body?.transformToString()) ?? ''));
    if (log.status !== 'succeeded') await checkNotRedriven(id, log, sfn);
    return log;
  } catch (error) {
    if (error instanceof NoSuchKey) throw await missingLog(id, sfn);
    throw error;
  }
}

/** The log of an attempt before is none of the execution that goes on. Throws ApiProblem log-not-written. */
async function checkNotRedriven(id: string, log: ExecutionLog, sfn: Pick<SFNClient, 'send'>): Promise<void> {
  const now = await describeIfThere(id, sfn);
  if (!now) return;
  const status = statusOf(now.status);
  if (status === 'running' || (now.redriveCount ?? 0) !== log.redrive_count) throw logNotWritten(id, status);
}

async function missingLog(id: string, sfn: Pick<SFNClient, 'send'>): Promise<ApiProblem> {
  const now = await describeIfThere(id, sfn);
  return now ? logNotWritten(id, statusOf(now.status)) : logNotFound(id);
}

function logNotWritten(id: string, status: ExecutionStatus): ApiProblem {
  const detail =
    status === 'running'
      ? `The execution ${id} is still running; its log is written when it has ended. GET /executions/${id} tells its status`
      : `The execution ${id} has ended and its log is about to be written; try again in a moment`;
  return new ApiProblem('log-not-written', detail, { headers: { 'retry-after': '1' } });
}

async function describeIfThere(
  id: string,
  sfn: Pick<SFNClient, 'send'>,
): Promise<DescribeExecutionOutput | undefined> {
  try {
    return await sfn.send(new DescribeExecutionCommand({ executionArn: executionArn(executionOfId(id)) }));
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}
