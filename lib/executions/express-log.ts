// The logs of Express executions, the only record of them.

import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { ExecutionName } from '../arns.ts';
import { setting } from '../config.ts';
import { parseExactly } from '../exact-json.ts';
import { type ExecutionLog, executionLog } from '../schemas/execution-log.ts';
import type { Execution } from './execution.ts';

type Client = Pick<S3Client, 'send'>;

/** Nobody can stop an Express execution, so that none is aborted. */
const endStatus = z.enum(['succeeded', 'failed', 'timed_out']);
type EndStatus = z.infer<typeof endStatus>;

/** The Lambda has to answer: a write to S3 that takes longer is given up. */
export const EXPRESS_WRITE_MS = 2000;

/**
 * Writes `executions/<workflow_id>/express/<status>/<name>.<duration in ms>.json`.
 * @param execution one that has ended
 */
export async function writeExpressLog(execution: Execution, name: string, s3: Client): Promise<void> {
  const log = expressLogOf(execution);
  const took = Date.parse(log.ended_at ?? log.started_at) - Date.parse(log.started_at);
  const command = new PutObjectCommand({
    Bucket: setting('LOGS_BUCKET'),
    Key: `${folder(log.workflow_id, endStatus.parse(log.status))}${name}.${took}.json`,
    Body: JSON.stringify(log, null, 2),
    ContentType: 'application/json',
  });
  await s3.send(command, { abortSignal: AbortSignal.timeout(EXPRESS_WRITE_MS) });
}

/** Values are not truncated: there are no steps in the log that would repeat them. */
export function expressLogOf({ id, ...execution }: Execution): ExecutionLog {
  return executionLog.parse({ execution_id: id, ...execution, usage: null, steps: [] });
}

/** @returns undefined when there is none */
export async function readExpressLog(
  { workflowId, name }: ExecutionName,
  s3: Client,
): Promise<ExecutionLog | undefined> {
  const found = await Promise.all(
    endStatus.options.map((status) => firstKey(`${folder(workflowId, status)}${name}.`, s3)),
  );
  const Key = found.find((key) => key !== undefined);
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

function folder(workflowId: string, status: EndStatus): string {
  return `executions/${workflowId}/express/${status}/`;
}

/** The first key with the prefix. */
async function firstKey(prefix: string, s3: Client): Promise<string | undefined> {
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: setting('LOGS_BUCKET'), Prefix: prefix, MaxKeys: 1 }),
  );
  return Contents[0]?.Key;
}
