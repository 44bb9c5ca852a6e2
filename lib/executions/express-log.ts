// The logs of Express executions, the only record of them: written, read, and listed by their keys.

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
import { parseExactly } from '../exact-json.ts';
import { type ExecutionLog, executionLog } from '../schemas/execution-log.ts';
import type { Execution, ExecutionStatus } from './execution.ts';
import { expressPrefix, expressStart } from './express-name.ts';
import type { ExecutionSummary, ListPosition } from './summary.ts';

type Client = Pick<S3Client, 'send'>;

/** Nobody can stop an Express execution, so that none is aborted. */
const endStatus = z.enum(['succeeded', 'failed', 'timed_out']);
type EndStatus = z.infer<typeof endStatus>;

/** The Lambda has to answer: a write to S3 that takes longer is given up. */
const WRITE_TIMEOUT_MS = 2000;

/**
 * Writes `executions/<workflow_id>/express/<status>/<name>.<duration in ms>.json`: a list needs the keys alone, and a list
 * of one status a single folder.
 * @param execution one that has ended
 */
export async function writeExpressLog(execution: Execution, name: string, s3: Client): Promise<void> {
  const log = logOf(execution);
  const took = Date.parse(log.ended_at ?? log.started_at) - Date.parse(log.started_at);
  const command = new PutObjectCommand({
    Bucket: setting('LOGS_BUCKET'),
    Key: `${folder(log.workflow_id, endStatus.parse(log.status))}${name}.${took}.json`,
    Body: JSON.stringify(log, null, 2),
    ContentType: 'application/json',
  });
  await s3.send(command, { abortSignal: AbortSignal.timeout(WRITE_TIMEOUT_MS) });
}

/** Values are not truncated: there are no steps in the log that would repeat them. */
function logOf({ id, ...execution }: Execution): ExecutionLog {
  return executionLog.parse({ execution_id: id, ...execution, usage: null, steps: [] });
}

/** @returns undefined when there is none */
export async function readExpressLog(
  { workflowId, name }: ExecutionName,
  s3: Client,
): Promise<ExecutionLog | undefined> {
  const found = await Promise.all(
    endStatus.options.map((status) => keys(`${folder(workflowId, status)}${name}.`, { count: 1 }, s3)),
  );
  const [Key] = found.flat();
  if (Key === undefined) return undefined;
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket: setting('LOGS_BUCKET'), Key }));
    return executionLog.parse(parseExactly((await object.Body?.transformToString()) ?? ''));
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
  /** When the workflow was created: earlier executions belong to a deleted workflow of that id. */
  readonly since: string;
  /** Where the page starts, after this execution; undefined for the first page. */
  readonly after: ListPosition | undefined;
  readonly count: number;
}

/** The first `count` executions, the latest first, by one request for each status. */
export async function listExpressLogs(
  { workflowId, status, since, after, count }: ExpressList,
  s3: Client,
): Promise<ExecutionSummary[]> {
  const ends = endStatus.options.filter((one) => status === undefined || one === status);
  const lists = await Promise.all(
    ends.map(async (one) => {
      const prefix = folder(workflowId, one);
      const startAfter = after && prefix + startAfterKey(workflowId, after);
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

/** S3's StartAfter for the names that follow the position in the list. */
function startAfterKey(workflowId: string, { started_at, id }: ListPosition): string {
  const first = `${workflowId}.`;
  const name = id.slice(first.length);
  // In the keys a dot follows the name, and `/` is the next character after the dot.
  if (id.startsWith(first) && expressStart(name)) return `${name}/`;
  // Executions that started in the same millisecond are sorted by id: a dash follows their common prefix.
  const start = expressPrefix(new Date(started_at));
  return id > first ? `${start}.` : start;
}

function summaryOf(workflowId: string, status: EndStatus, file: string): ExecutionSummary | undefined {
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

function folder(workflowId: string, status: EndStatus): string {
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
