// Reads an execution, or its log.
import { isDeepStrictEqual } from 'node:util';
import { GetObjectCommand, NoSuchKey, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { type ExecutionName, executionArn, executionOfId, logKey } from '../arns.ts';
import { isoTime } from '../aws-values.ts';
import { setting } from '../config.ts';
import { parseExactly } from '../exact-json.ts';
import { ApiProblem } from '../problem.ts';
import { type ExecutionLog, executionLog } from '../schemas/execution-log.ts';
import { withCarriedSteps } from './carried-steps.ts';
import { endedLog } from './ended-log.ts';
import { type Execution, executionNotFound, executionView, logNotFound, statusOf } from './execution.ts';
import { executionOfLog, readExpressLog } from './express-log.ts';
import { expressStart } from './express-name.ts';
import { readFailedStep } from './failed-step.ts';
import { type DescribedRun, KnownLogs } from './known-logs.ts';
import { readLiveMapRuns } from './live-map-runs.ts';
import { runningLogOf } from './log.ts';
import { decodeTag, encodeTag, type LogTag, type WrittenTag } from './log-tag.ts';
import type { RecordedRun } from './recorded-workflow.ts';
import { rerunsOf } from './rerun-record.ts';
import { hasEnded } from './run.ts';

export interface ReadDependencies {
  readonly s3?: Pick<S3Client, 'send'>;
  readonly sfn?: SFNClient;
  readonly now?: () => Date;
  /** What is known of runs that were read before. */
  readonly known?: KnownLogs;
}

/**
 * EventBridge tells the end of an execution by best effort, "in some rare cases an event might not be delivered" (user
 * guide, "Event delivery from AWS services"): a log that is not there so long after the end is made when it is read.
 */
const LOG_OVERDUE_MS = 10 * 60_000;

/** @throws ApiProblem not-found */
export async function readExecution(
  id: string,
  { s3 = new S3Client({}), sfn = new SFNClient({}), known = new KnownLogs() }: ReadDependencies = {},
): Promise<Execution> {
  const name = executionOfId(id);
  if (expressStart(name.name)) return executionOfLog(await expressLog(name, s3));
  const arn = executionArn(name);
  try {
    const [described, { version, rerunOf }, reruns] = await Promise.all([
      sfn.send(new DescribeExecutionCommand({ executionArn: arn })),
      known.workflows.ofExecution(arn, sfn),
      rerunsOf(id, async (rerun) => (await describeIfThere(rerun, sfn)) !== undefined, s3),
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
export async function readExecutionLog(id: string, dependencies?: ReadDependencies): Promise<ExecutionLog> {
  const { log } = await readTaggedLog(id, undefined, dependencies);
  // Nothing is unchanged when nothing is known.
  if (!log) throw logNotFound(id);
  return log;
}

export interface TaggedLog {
  /** Undefined when it is unchanged. */
  readonly log: ExecutionLog | undefined;
  /** Undefined for a log that would have to be made to see whether it has changed. */
  readonly tag: string | undefined;
}

/**
 * The log, unless it is as it was when it had the tag `ifNoneMatch`, which is found out with two small requests.
 * @throws ApiProblem as `readExecutionLog`
 */
export async function readTaggedLog(
  id: string,
  ifNoneMatch: string | undefined,
  {
    s3 = new S3Client({}),
    sfn = new SFNClient({}),
    now = () => new Date(),
    known = new KnownLogs(),
  }: ReadDependencies = {},
): Promise<TaggedLog> {
  const { workflowId, name } = executionOfId(id);
  if (expressStart(name)) return { log: await expressLog({ id, workflowId, name }, s3), tag: undefined };
  const tag = decodeTag(ifNoneMatch);
  const written = await writtenLog(logKey(workflowId, name), tag, s3, known);
  if (written && (written.tag.status === 'succeeded' || !(await isRedriven(id, written.tag, sfn)))) {
    return { log: written.log, tag: encodeTag(written.tag) };
  }
  return logOfHistory(id, tag, { s3, sfn, now, known });
}

/** The log in S3, without itself where it still has the tag. */
export async function writtenLog(
  key: string,
  ifNoneMatch: LogTag | undefined,
  s3: Pick<S3Client, 'send'>,
  known = new KnownLogs(),
): Promise<{ readonly log: ExecutionLog | undefined; readonly tag: WrittenTag } | undefined> {
  const tag = ifNoneMatch && 'etag' in ifNoneMatch ? ifNoneMatch : undefined;
  const before = tag ? undefined : known.written(key);
  const etag = tag?.etag ?? before?.etag;
  const object = {
    Bucket: setting('LOGS_BUCKET'),
    Key: key,
    ...(etag !== undefined && { IfNoneMatch: etag }),
  };
  try {
    const { Body, ETag = '' } = await s3.send(new GetObjectCommand(object));
    const text = (await Body?.transformToString()) ?? '';
    const log = executionLog.parse(parseExactly(text));
    known.keepWritten(key, { etag: ETag, log, bytes: text.length });
    return { log, tag: tagOf(ETag, log) };
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    // The SDK has no class for 304.
    if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 304) throw error;
    if (tag) return { log: undefined, tag };
    if (before) return { log: before.log, tag: tagOf(before.etag, before.log) };
    throw error;
  }
}

const tagOf = (etag: string, { status, redrive_count }: ExecutionLog): WrittenTag => ({
  etag,
  status,
  redrive_count,
});

/**
 * What a run ran, without its history.
 * @throws ApiProblem not-found
 */
export async function readRecordedRun(
  id: string,
  { s3 = new S3Client({}), sfn = new SFNClient({}), known = new KnownLogs() }: ReadDependencies = {},
): Promise<RecordedRun> {
  const name = executionOfId(id);
  const described = expressStart(name.name) ? undefined : await describeIfThere(id, sfn);
  if (!described) {
    const { workflow_id, workflow_version, started_at } = await readExecutionLog(id, { s3, sfn, known });
    return { id, workflowId: workflow_id, version: workflow_version, startedAt: started_at };
  }
  const { version } = await known.workflows.ofExecution(executionArn(name), sfn);
  return { id, workflowId: name.workflowId, version, startedAt: isoTime(described.startDate) };
}

async function expressLog(name: ExecutionName, s3: Pick<S3Client, 'send'>): Promise<ExecutionLog> {
  const log = await readExpressLog(name, s3);
  if (!log) throw logNotFound(name.id);
  return log;
}

/** The log of an earlier attempt is outdated once the execution was redriven. */
async function isRedriven(id: string, written: WrittenTag, sfn: SFNClient): Promise<boolean> {
  const now = await describeIfThere(id, sfn);
  return (
    now !== undefined &&
    (statusOf(now.status) === 'running' || (now.redriveCount ?? 0) !== written.redrive_count)
  );
}

/** @throws ApiProblem log-not-written, not-found */
async function logOfHistory(
  id: string,
  ifNoneMatch: LogTag | undefined,
  { s3, sfn, now, known }: Required<ReadDependencies>,
): Promise<TaggedLog> {
  const described = await describeIfThere(id, sfn);
  if (!described) throw logNotFound(id);
  const name = executionOfId(id);
  const arn = executionArn(name);
  if (statusOf(described.status) !== 'running') {
    const endedMs = now().getTime() - (described.stopDate ?? now()).getTime();
    if (endedMs < LOG_OVERDUE_MS) throw logNotWritten(id);
    return { log: (await endedLog(arn, { sfn, s3 })).log, tag: undefined };
  }
  // Before the history, so that what is added meanwhile makes a difference the next time.
  const [event, mapRuns] = await Promise.all([lastEvent(arn, sfn), readLiveMapRuns(arn, sfn)]);
  const loops = [...mapRuns.values()].map(({ succeeded, failed, live }) => [
    succeeded,
    failed,
    live?.running ?? 0,
    live?.pending ?? 0,
  ]);
  const tag: LogTag = { event, redrive_count: described.redriveCount ?? 0, loops };
  if (isDeepStrictEqual(tag, ifNoneMatch)) return { log: undefined, tag: encodeTag(tag) };
  const run: DescribedRun = { arn, startDate: described.startDate };
  const made = known.made(run, encodeTag(tag));
  if (made) return { log: made, tag: encodeTag(tag) };
  const [workflow, history] = await Promise.all([
    known.workflows.ofExecution(arn, sfn),
    known.history(run, event, sfn),
  ]);
  // It has ended since it was described.
  if (hasEnded(history)) throw logNotWritten(id);
  const facts = { executionId: id, workflowId: name.workflowId, workflow, mapRuns };
  const log = await withCarriedSteps(runningLogOf(facts, history), s3);
  // Events that came since the tag was read make another one the next time.
  if (history.length === event) known.keepMade(run, encodeTag(tag), log);
  return { log, tag: encodeTag(tag) };
}

/** The number of the latest event. */
async function lastEvent(executionArn: string, sfn: SFNClient): Promise<number> {
  const { events = [] } = await sfn.send(
    new GetExecutionHistoryCommand({
      executionArn,
      reverseOrder: true,
      maxResults: 1,
      includeExecutionData: false,
    }),
  );
  return events[0]?.id ?? 0;
}

function logNotWritten(id: string): ApiProblem {
  const detail = `The execution ${id} has ended and its log is about to be written; try again in a moment`;
  return new ApiProblem('log-not-written', detail, { headers: { 'retry-after': '1' } });
}

/** @returns undefined when it was deleted, or is not visible yet */
export async function describeIfThere(
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
