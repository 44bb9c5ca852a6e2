// The workflows in the workflows bucket, each with what belongs to its saving.
import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { setting } from '../config.ts';
import { workflow } from '../workflow/workflow.ts';
import { type DocumentStore, documentStore } from './document-store.ts';

const workflowDocument = z.object({
  workflow,
  /** Counts the changes of this document, from 1. */
  version: z.int().min(1),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  updated_by: z.string(),
  /** What executions start: an immutable version, so that writing the document is what puts a change into force. */
  state_machine_version_arn: z.string(),
});
export type WorkflowDocument = z.infer<typeof workflowDocument>;
export type WorkflowStore = DocumentStore<WorkflowDocument>;

/** `workflows/<id>.json` in the bucket named by WORKFLOWS_BUCKET. */
export function workflowStore(
  client?: Pick<S3Client, 'send'>,
  bucket = setting('WORKFLOWS_BUCKET'),
): WorkflowStore {
  return documentStore({ bucket, folder: 'workflows', schema: workflowDocument }, client);
}
