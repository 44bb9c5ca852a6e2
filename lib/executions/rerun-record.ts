// What is kept of a rerun besides its execution: what it was asked for, the definition that its own was made of, and the
// steps that it does not run again.
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import * as z from 'zod';
import { executionId, executionOfId } from '../arns.ts';
import { setting } from '../config.ts';
import { parseExactly } from '../exact-json.ts';
import { stepLog } from '../schemas/execution-log.ts';

const rerunRecord = z.object({
  rerun_of: z.string(),
  /** Of which that run is a rerun, or a rerun of a rerun; itself when it is none. */
  first_run: z.object({ id: z.string(), started_at: z.string() }).optional(),
  request: z.object({
    from: z.string().nullable(),
    workflow: z.enum(['recorded', 'current']),
    input: z.unknown(),
  }),
  /** Whose calls its calls are; null when all are new. */
  calls_of: z.object({ id: z.string(), started_at: z.string() }).nullable(),
  /** The ARN of the execution whose large values are those of the run. */
  values_of: z.string(),
  /** The definition that a rerun of this rerun follows. */
  base: z.string(),
  /** Each with `carried_from`. */
  steps: z.array(stepLog),
});
export type RerunRecord = z.infer<typeof rerunRecord>;

type Client = Pick<S3Client, 'send'>;

/** @param id of the new run */
export async function readRerunRecord(
  id: string,
  rerunOf: string,
  s3: Client,
): Promise<RerunRecord | undefined> {
  try {
    const object = await s3.send(new GetObjectCommand(placeOf(id, rerunOf)));
    return rerunRecord.parse(parseExactly((await object.Body?.transformToString()) ?? ''));
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

/** @returns the record that is there already, which nothing has replaced */
export async function addRerunRecord(
  id: string,
  record: RerunRecord,
  s3: Client,
): Promise<RerunRecord | undefined> {
  try {
    await putRecord(id, record, { IfNoneMatch: '*' }, s3);
    return undefined;
  } catch (error) {
    // 409 ConditionalRequestConflict: another one is being written (S3 user guide, "Conditional writes").
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status !== 412 && status !== 409) throw error;
    return readRerunRecord(id, record.rerun_of, s3);
  }
}

export async function replaceRerunRecord(id: string, record: RerunRecord, s3: Client): Promise<void> {
  await putRecord(id, record, {}, s3);
}

async function putRecord(id: string, record: RerunRecord, condition: { IfNoneMatch?: string }, s3: Client) {
  const Body = JSON.stringify(record);
  const ContentType = 'application/json';
  await s3.send(new PutObjectCommand({ ...placeOf(id, record.rerun_of), Body, ContentType, ...condition }));
}

export async function deleteRerunRecord(id: string, rerunOf: string, s3: Client): Promise<void> {
  await s3.send(new DeleteObjectCommand(placeOf(id, rerunOf)));
}

/** Notes that the run was started, so that nobody has to ask Step Functions whether it was. */
export async function markStarted(id: string, rerunOf: string, s3: Client): Promise<void> {
  const { Bucket, Key } = placeOf(id, rerunOf);
  await s3.send(new PutObjectCommand({ Bucket, Key: Key + STARTED, Body: '', ContentLength: 0 }));
}

const STARTED = '.started';

/**
 * The ids of the reruns of a run, of five hundred at most. A rerun that was interrupted may have left a record of a run
 * that never was.
 * @param isThere asked for those that nothing says have started
 */
export async function rerunsOf(
  id: string,
  isThere: (id: string) => Promise<boolean>,
  s3: Client,
): Promise<string[]> {
  const Prefix = folderOf(id);
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: setting('LOGS_BUCKET'), Prefix }),
  );
  const { workflowId } = executionOfId(id);
  const keys = new Set(Contents.map(({ Key }) => Key));
  const found = await Promise.all(
    Contents.filter(({ Key = '' }) => !Key.endsWith(STARTED))
      .toSorted((a, b) => (a.LastModified?.getTime() ?? 0) - (b.LastModified?.getTime() ?? 0))
      .map(async ({ Key = '' }) => {
        const rerun = executionId(workflowId, Key.slice(Prefix.length, -'.json'.length));
        return keys.has(Key + STARTED) || (await isThere(rerun)) ? [rerun] : [];
      }),
  );
  return found.flat();
}

/** Both runs are found by it: those of a run are in one folder. */
function placeOf(id: string, rerunOf: string): { readonly Bucket: string; readonly Key: string } {
  return { Bucket: setting('LOGS_BUCKET'), Key: `${folderOf(rerunOf)}${executionOfId(id).name}.json` };
}

function folderOf(rerunOf: string): string {
  const { workflowId, name } = executionOfId(rerunOf);
  return `reruns/${workflowId}/${name}/`;
}

/** What names a step of one iteration. */
export function stepKey(id: string, index: readonly number[] = []): string {
  return [id, ...index].join(' ');
}
