// The workflow that an execution ran, as it was saved then: an older version of its object in the workflows bucket.
import type { S3Client } from '@aws-sdk/client-s3';
import { ApiProblem } from '../problem.ts';
import type { ObjectVersions } from '../stores/object-versions.ts';
import { parsedWorkflow, type WorkflowDocument, workflowObjects } from '../stores/workflows.ts';

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
  s3?: Pick<S3Client, 'send'>,
): Promise<RecordedWorkflow> {
  const objects = workflowObjects(s3);
  const current = await documentAt(workflowId, undefined, objects);
  const currentVersion = current && current.deletion_began_at === undefined ? current.version : null;
  const isRun = (document: WorkflowDocument | undefined): document is WorkflowDocument =>
    document?.version === version && document.created_at <= startedAt;
  if (isRun(current)) return { document: current, currentVersion };
  if (version !== null) {
    // Those that were there when the run started.
    const { versions } = await objects.list(workflowId);
    const before = versions.filter(({ lastModified }) => lastModified <= new Date(startedAt));
    for (const { versionId } of before.slice(0, MAX_READ)) {
      const document = await documentAt(workflowId, versionId, objects);
      if (isRun(document)) return { document, currentVersion };
    }
  }
  throw new ApiProblem(
    'not-found',
    `The workflow that the execution ${id} ran is not kept any more: ${workflowId}${version === null ? '' : `, version ${version}`}`,
  );
}

async function documentAt(
  workflowId: string,
  versionId: string | undefined,
  objects: ObjectVersions,
): Promise<WorkflowDocument | undefined> {
  const object = await objects.read(workflowId, versionId);
  return object && parsedWorkflow(object.text);
}
