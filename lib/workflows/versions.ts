// The versions of a workflow: lists them, reads one, and brings one back as a new version.
import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { jsonValue } from '../json.ts';
import { inOrderOf } from '../key-order.ts';
import { ApiProblem } from '../problem.ts';
import {
  findVersion,
  type KeptVersion,
  listVersions,
  type VersionHistory,
  type VersionsPage,
  versionNotFound,
} from '../stores/version-history.ts';
import { schedulePause, workflowObjects, workflowStore } from '../stores/workflows.ts';
import { withoutPauses } from '../triggers/pauses.ts';
import { workflow as workflowFormat } from '../workflow-format/workflow.ts';
import { readWorkflow } from './read.ts';
import { replaceWorkflow, type SaveDependencies, type Saved } from './save.ts';

/** Only what is needed: the workflow itself may be of a format that is not read any more. */
const kept = z.object({
  workflow: z.record(z.string(), z.unknown()),
  version: z.int().min(1),
  created_at: z.string(),
  updated_at: z.string(),
  updated_by: z.string(),
  restored_version: z.int().nullable().default(null),
  paused_schedules: z.array(schedulePause).default([]),
});

export type WorkflowVersion = Omit<KeptVersion, 'text'> & {
  /** As its author saved it: without the pauses of its schedules, which are the operator's. */
  readonly workflow: Readonly<Record<string, unknown>>;
};

function history(s3?: Pick<S3Client, 'send'>): VersionHistory {
  return {
    objects: workflowObjects(s3),
    headOf({ text }) {
      const { data } = kept.safeParse(jsonValue(text));
      if (!data) return undefined;
      const { workflow: _, paused_schedules: __, ...head } = data;
      return head;
    },
  };
}

/** @throws ApiProblem not-found, invalid-request when the cursor is not one of this list */
export async function listWorkflowVersions(
  id: string,
  page: { readonly limit: number; readonly cursor?: string | undefined },
  s3?: Pick<S3Client, 'send'>,
): Promise<VersionsPage> {
  const { document } = await readWorkflow(id, workflowStore(s3));
  return listVersions(id, document.created_at, page, history(s3));
}

/** @throws ApiProblem not-found */
export async function readWorkflowVersion(
  id: string,
  version: number,
  s3?: Pick<S3Client, 'send'>,
): Promise<WorkflowVersion> {
  const { document } = await readWorkflow(id, workflowStore(s3));
  const found = await findVersion(id, document, version, history(s3));
  if (!found) throw versionNotFound(`workflow ${id}`, version);
  const { text, ...head } = found;
  const { workflow, paused_schedules } = kept.parse(jsonValue(text));
  const readable = workflowFormat.safeParse(workflow).data;
  return {
    ...head,
    workflow: readable
      ? inOrderOf(workflow, withoutPauses({ workflow: readable, paused_schedules }))
      : workflow,
  };
}

/**
 * Compiled anew, with the actions and workflows that there are now.
 * @param ifMatch the header: the ETag of the workflow as it is now, or `*`
 * @throws ApiProblem not-found, precondition-failed, invalid-workflow, being-deleted
 */
export async function rollbackWorkflow(
  id: string,
  version: number,
  user: string,
  ifMatch: string,
  { s3, ...dependencies }: Omit<SaveDependencies, 'store'> & { readonly s3?: Pick<S3Client, 'send'> } = {},
): Promise<Saved> {
  const store = workflowStore(s3);
  const { workflow } = await readWorkflowVersion(id, version, s3);
  const saved = replaceWorkflow(workflow, user, id, ifMatch, { ...dependencies, store }, version);
  return saved.catch((error: unknown) => {
    if (!(error instanceof ApiProblem) || error.type !== 'invalid-workflow') throw error;
    const detail = `Version ${version} cannot be brought back as it is. ${error.message}`;
    throw new ApiProblem('invalid-workflow', detail, { ...(error.problems && { problems: error.problems }) });
  });
}
