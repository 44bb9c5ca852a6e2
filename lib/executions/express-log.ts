// The logs of Express executions, which are all that is known of them: written, read, and listed by their keys.
import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import * as z from 'zod';
import { type ExecutionName, executionId } from '../arns.ts';
import { setting } from '../config.ts';
import { type ExecutionLog, executionLog } from '../schemas/execution-log.ts';
import type { Execution, ExecutionStatus } from './execution.ts';
import { expressPrefix, expressStart } from './express-name.ts';
import type { ExecutionSummary, ListPosition } from './summary.ts';

type Client = Pick<S3Client, 'send'>;

/** How a run may end that nobody can stop. */
const end = z.enum(['succeeded', 'failed', 'timed_out']);
type End = z.infer<typeof end>;

/** The Lambda has to answer: a log that S3 does not take by then is not written. */
const WRITE_TIMEOUT_MS = 2000;

/**
 * Writes `executions/<workflow_id>/express/<status>/<name>.<milliseconds it took>.json`: of a list nothing but the keys
 * has to be read, and one of a single status has a folder of its own.
 * @param execution one that has ended
 */
export async function writeExpressLog(execution: Execution, name: string, s3: Client): Promise<void> {
  const log = logOf(execution);
  const took = Date.parse(log.ended_at ?? log.started_at) - Date.parse(log.started_at);
  const command = new PutObjectCommand({
    Bucket: setting('LOGS_BUCKET'),
    Key: `${folder(log.workflow_id, end.parse(log.status))}${name}.${took}.json`,
    Body: JSON.stringify(log, null, 2),
    ContentType: 'application/json',
  });
  await s3.send(command, { abortSignal: AbortSignal.timeout(WRITE_TIMEOUT_MS) });
}

/** Values are whole: there are no steps in the log that could multiply them. */
function logOf({ id, ...execution }: Execution): ExecutionLog {
  return executionLog.parse({ execution_id: id, ...execution, usage: null, steps: [] });
}

/** @returns undefined when there is none */
export async function readExpressLog(
  { workflowId, name }: ExecutionName,
  s3: Client,
): Promise<ExecutionLog | undefined> {
  const found = await Promise.all(
    end.options.map((status) => keys(`${folder(workflowId, status)}${name}.`, { count: 1 }, s3)),
  );
  const [Key] = found.flat();
  if (Key === undefined) return undefined;
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket: setting('LOGS_BUCKET'), Key }));
    return executionLog.parse(JSON.parse((await object.Body?.transformToString()) ?? ''));
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

export function executionOfLog({ execution_id, usage: _, steps: __, ...log }: ExecutionLog): Execution {
  return { id: execution_id, ...log };
}

export interface ExpressList {
  readonly workflowId: string;
  readonly status: ExecutionStatus | undefined;
  /** When the workflow was created: earlier executions were of another one of that id. */
  readonly since: string;
  /** Those after it in the list, which begins with the latest; all when undefined. */
  readonly after: ListPosition | undefined;
  readonly count: number;
}

/** The first `count` executions, the latest first: one request a status. */
export async function listExpressLogs(
  { workflowId, status, since, after, count }: ExpressList,
  s3: Client,
): Promise<ExecutionSummary[]> {
  const ends = end.options.filter((one) => status === undefined || one === status);
  const lists = await Promise.all(
    ends.map(async (one) => {
      const prefix = folder(workflowId, one);
      const startAfter = after && prefix + before(workflowId, after);
      const found = await keys(prefix, { count, startAfter }, s3);
      return found.flatMap((key) => summaryOf(workflowId, one, key.slice(prefix.length)) ?? []);
    }),
  );
  return lists
    .flat()
    .filter(({ started_at }) => started_at >= since)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, count);
}

/** What in S3's order stands before the first name that comes after the place, and not before any that comes earlier. */
function before(workflowId: string, { started_at, id }: ListPosition): string {
  const first = `${workflowId}.`;
  const name = id.slice(first.length);
  // `/` is the character after the dot that follows each name.
  if (id.startsWith(first) && expressStart(name)) return `${name}/`;
  // Of those that started in the same millisecond the id decides: a dash follows what their names begin with.
  const start = expressPrefix(new Date(started_at));
  return id > first ? `${start}.` : start;
}

function summaryOf(workflowId: string, status: End, file: string): ExecutionSummary | undefined {
  const [, name = '', took] = /^([^.]+)\.(\d+)\.json$/.exec(file) ?? [];
  const start = expressStart(name);
  if (!start) return undefined;
  return {
    id: executionId(workflowId, name),
    workflow_id: workflowId,
    status,
    started_at: start.toISOString(),
    ended_at: new Date(start.getTime() + Number(took)).toISOString(),
  };
}

function folder(workflowId: string, status: End): string {
  return `executions/${workflowId}/express/${status}/`;
}

async function keys(
  prefix: string,
  { count, startAfter }: { readonly count: number; readonly startAfter?: string | undefined },
  s3: Client,
): Promise<string[]> {
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({
      Bucket: setting('LOGS_BUCKET'),
      Prefix: prefix,
      MaxKeys: count,
      ...(startAfter !== undefined && { StartAfter: startAfter }),
    }),
  );
  return Contents.flatMap(({ Key }) => Key ?? []);
}
