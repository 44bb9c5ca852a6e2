// The workflow that an execution ran, as it was saved then: an older version of its object in the workflows bucket.
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  NoSuchKey,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { setting } from '../config.ts';
import { ApiProblem } from '../problem.ts';
import { parsedWorkflow, type WorkflowDocument, workflowKey } from '../stores/workflows.ts';

export interface RecordedRun {
  readonly id: string;
  readonly workflowId: string;
  readonly version: number | null;
  /** ISO 8601. */
  readonly startedAt: string;
}

export interface RecordedWorkflow {
  readonly document: WorkflowDocument;
  /** Null when the workflow was deleted. */
  readonly currentVersion: number | null;
}

/** A run may have been started of a version that was replaced a moment before; pauses of schedules are saved too. */
const MAX_READ = 12;

/**
 * The version that was in force when the run started. A workflow that was deleted and created again counts its versions
 * anew, so that the number alone does not tell.
 * @throws ApiProblem not-found when it is not kept any more, or no version of it is known
 */
export async function readRecordedWorkflow(
  { id, workflowId, version, startedAt }: RecordedRun,
  s3: Pick<S3Client, 'send'> = new S3Client({}),
): Promise<RecordedWorkflow> {
  const current = await documentAt(workflowId, undefined, s3);
  const currentVersion = current && current.deletion_began_at === undefined ? current.version : null;
  const isRun = (document: WorkflowDocument | undefined): document is WorkflowDocument =>
    document?.version === version && document.created_at <= startedAt;
  if (isRun(current)) return { document: current, currentVersion };
  if (version !== null) {
    for (const versionId of await versionIds(workflowId, startedAt, s3)) {
      const document = await documentAt(workflowId, versionId, s3);
      if (isRun(document)) return { document, currentVersion };
    }
  }
  throw new ApiProblem(
    'not-found',
    `The workflow that the execution ${id} ran is not kept any more: ${workflowId}${version === null ? '' : `, version ${version}`}`,
  );
}

/** The object's versions that were there when the run started, the latest first. */
async function versionIds(
  workflowId: string,
  startedAt: string,
  s3: Pick<S3Client, 'send'>,
): Promise<readonly string[]> {
  const key = workflowKey(workflowId);
  const { Versions = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket: setting('WORKFLOWS_BUCKET'), Prefix: key }),
  );
  return Versions.filter(
    ({ Key, LastModified }) => Key === key && LastModified && LastModified <= new Date(startedAt),
  )
    .slice(0, MAX_READ)
    .flatMap(({ VersionId }) => (VersionId === undefined ? [] : [VersionId]));
}

/** @returns undefined where there is none, also when that version is gone meanwhile */
async function documentAt(
  workflowId: string,
  versionId: string | undefined,
  s3: Pick<S3Client, 'send'>,
): Promise<WorkflowDocument | undefined> {
  try {
    const { Body } = await s3.send(
      new GetObjectCommand({
        Bucket: setting('WORKFLOWS_BUCKET'),
        Key: workflowKey(workflowId),
        ...(versionId !== undefined && { VersionId: versionId }),
      }),
    );
    return parsedWorkflow((await Body?.transformToString()) ?? '');
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    if (error instanceof S3ServiceException && error.name === 'NoSuchVersion') return undefined;
    throw error;
  }
}
