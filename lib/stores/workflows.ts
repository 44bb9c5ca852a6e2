// The workflows in the workflows bucket, each with its version and state machine.
import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { setting } from '../config.ts';
import { inOrderOf } from '../key-order.ts';
import { workflow } from '../workflow-format/workflow.ts';
import { type DocumentStore, documentStore, type Stored } from './document-store.ts';
import { type ObjectVersions, objectVersions } from './object-versions.ts';

export const schedulePause = z.object({
  name: z.string(),
  paused_by: z.string(),
  paused_at: z.iso.datetime(),
});

const workflowDocument = z.object({
  workflow,
  /** Counts the changes of this document, from 1. */
  version: z.int().min(1),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  updated_by: z.string(),
  /** The version that this one brought back. */
  restored_version: z.int().min(1).optional(),
  /** The immutable version that executions are started of, so that writing the document puts a change into force. */
  state_machine_version_arn: z.string(),
  /** The connections that its runs read, `<provider>/<id>`; not known of one that an earlier release saved. */
  connections: z.array(z.string()).optional(),
  /** The OAuth scopes of which its steps need one each, by what reads which connection. */
  scopes: z
    .array(z.object({ connection: z.string(), action: z.string(), any_of: z.array(z.string()) }))
    .optional(),
  /**
   * The schedules that an operator has paused, those that are gone from the workflow too: while its own `enabled` is the
   * author's word, a pause survives every save.
   */
  paused_schedules: z.array(schedulePause).readonly().optional(),
  /**
   * Set by a deletion, which deletes the document last: nobody sees the workflow any more, and its id stays taken until
   * its state machine is deleted.
   */
  deletion_began_at: z.iso.datetime().optional(),
});
export type WorkflowDocument = z.infer<typeof workflowDocument>;
export type SchedulePause = z.infer<typeof schedulePause>;

const FOLDER = 'workflows';

/** Every object that was written of a workflow's document. */
export function workflowObjects(client?: Pick<S3Client, 'send'>): ObjectVersions {
  return objectVersions({ bucket: setting('WORKFLOWS_BUCKET'), folder: FOLDER }, client);
}

/** What is in the bucket: its form is checked, since somebody with access to it may have written something else. */
export function parsedWorkflow(text: string): WorkflowDocument {
  const written: unknown = JSON.parse(text);
  return inOrderOf(written, workflowDocument.parse(written));
}

export interface WorkflowStore extends DocumentStore<WorkflowDocument> {
  /** The document of a workflow that is being deleted, which `read` does not return. */
  readDeleting(id: string): Promise<Stored<WorkflowDocument> | undefined>;
}

/** `workflows/<id>.json` in the bucket named by WORKFLOWS_BUCKET. */
export function workflowStore(
  client?: Pick<S3Client, 'send'>,
  bucket = setting('WORKFLOWS_BUCKET'),
): WorkflowStore {
  const store = documentStore({ bucket, folder: FOLDER, schema: workflowDocument }, client);
  const readIf = async (id: string, deleting: boolean) => {
    const stored = await store.read(id);
    return (stored?.document.deletion_began_at !== undefined) === deleting ? stored : undefined;
  };
  return { ...store, read: (id) => readIf(id, false), readDeleting: (id) => readIf(id, true) };
}
