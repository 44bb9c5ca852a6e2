// Reads an execution, or its log.

import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  ExecutionDoesNotExist,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { type ExecutionName, executionArn, executionOfId, logKey } from '../arns.ts';
import { setting } from '../config.ts';
import { parseExactly } from '../exact-json.ts';
import { executionHistory } from '../execution-history.ts';
import { ApiProblem } from '../problem.ts';
import { type ExecutionLog, executionLog } from '../schemas/execution-log.ts';
import { endedLog } from './ended-log.ts';
import { ExecutedWorkflows } from './executed-workflow.ts';
import { type Execution, executionNotFound, executionView, logNotFound, statusOf } from './execution.ts';
import { executionOfLog, readExpressLog } from './express-log.ts';
import { expressStart } from './express-name.ts';
import { readFailedStep } from './failed-step.ts';
import { runningLogOf } from './log.ts';
import { withCarriedSteps } from './rerun/carried-steps.ts';
import { rerunsOf } from './rerun/rerun-record.ts';
import { hasEnded } from './run.ts';

export interface ReadDependencies {
  readonly s3?: Pick<S3Client, 'send'>;
  readonly sfn?: SFNClient;
  readonly now?: () => Date;
}

/**
 * EventBridge tells the end of an execution by best effort, "in some rare cases an event might not be delivered" (user
 * guide, "Event delivery from AWS services"): a log that is not there so long after the end is made when it is read.
 */
const LOG_OVERDUE_MS = 10 * 60_000;

/** @throws ApiProblem not-found */
export async function readExecution(
  id: string,
  { s3 = new S3Client({}), sfn = new SFNClient({}) }: ReadDependencies = {},
): Promise<Execution> {
  const name = executionOfId(id);
  if (expressStart(name.name)) return executionOfLog(await expressLog(name, s3));
  const arn = executionArn(name);
  try {
    const [described, { version, rerunOf }, reruns] = await Promise.all([
      sfn.send(new DescribeExecutionCommand({ executionArn: arn })),
      new ExecutedWorkflows().ofExecution(arn, sfn),
      rerunsOf(id, s3),
    ]);
    const failedStep = await readFailedStep(arn, described, sfn);
    const view = executionView(name, described, version, failedStep, rerunOf);
    return reruns.length === 0 ? view : { ...view, reruns };
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) throw executionNotFound(id, { cause: error });
    throw error;
  }
}

/**
 * The log, or for an execution that is running (again, after a redrive) the log so far, from its history. From that too
 * where the event of its end did not come.
 * @throws ApiProblem log-not-written when it has ended and its log is about to be written; not-found
 */
export async function readExecutionLog(
  id: string,
  { s3 = new S3Client({}), sfn = new SFNClient({}), now = () => new Date() }: ReadDependencies = {},
): Promise<ExecutionLog> {
  const { workflowId, name } = executionOfId(id);
  if (expressStart(name)) return expressLog({ id, workflowId, name }, s3);
  try {
    const key = logKey(workflowId, name);
    const object = await s3.send(new GetObjectCommand({ Bucket: setting('LOGS_BUCKET'), Key: key }));
    const log = executionLog.parse(parseExactly((await object.Body?.transformToString()) ?? ''));
    if (log.status === 'succeeded' || !(await isRedriven(id, log, sfn))) return log;
  } catch (error) {
    if (!(error instanceof NoSuchKey)) throw error;
  }
  return logOfHistory(id, { sfn, s3 }, now());
}

async function expressLog(name: ExecutionName, s3: Pick<S3Client, 'send'>): Promise<ExecutionLog> {
  const log = await readExpressLog(name, s3);
  if (!log) throw logNotFound(name.id);
  return log;
}

/** The log of an earlier attempt is outdated once the execution was redriven. */
async function isRedriven(id: string, log: ExecutionLog, sfn: SFNClient): Promise<boolean> {
  const now = await describeIfThere(id, sfn);
  return (
    now !== undefined && (statusOf(now.status) === 'running' || (now.redriveCount ?? 0) !== log.redrive_count)
  );
}

/** @throws ApiProblem log-not-written, not-found */
async function logOfHistory(
  id: string,
  { sfn, s3 }: Pick<Required<ReadDependencies>, 'sfn' | 's3'>,
  now: Date,
): Promise<ExecutionLog> {
  const described = await describeIfThere(id, sfn);
  if (!described) throw logNotFound(id);
  const name = executionOfId(id);
  const arn = executionArn(name);
  if (statusOf(described.status) !== 'running') {
    const endedMs = now.getTime() - (described.stopDate ?? now).getTime();
    if (endedMs < LOG_OVERDUE_MS) throw logNotWritten(id);
    return (await endedLog(arn, { sfn, s3 })).log;
  }
  const [workflow, history] = await Promise.all([
    new ExecutedWorkflows().ofExecution(arn, sfn),
    executionHistory(arn, sfn),
  ]);
  // It has ended since it was described.
  if (hasEnded(history)) throw logNotWritten(id);
  const log = runningLogOf({ executionId: id, workflowId: name.workflowId, workflow }, history);
  return withCarriedSteps(log, s3);
}

function logNotWritten(id: string): ApiProblem {
  const detail = `The execution ${id} has ended and its log is about to be written; try again in a moment`;
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
