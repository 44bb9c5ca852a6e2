// Approvals in the logs bucket: a record each, and a list of those that are open.
import { randomUUID } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { setting } from '../config.ts';
import { type ApprovalRecord, approvalRecord, isOpen } from './approval-record.ts';
import { type DocumentStore, documentStore } from './document-store.ts';

export interface ApprovalStore extends DocumentStore<ApprovalRecord> {
  /** Puts an approval among the open ones, before its record says so. */
  open(id: string): Promise<void>;
  /** Takes it out unless the step has asked anew meanwhile. */
  settled(id: string): Promise<void>;
  /** Ids of approvals that may be open: each open one is among them. */
  openIds: DocumentStore<unknown>['ids'];
}

/** Each time the step asks, the mark is another one. */
const mark = z.object({ asked: z.string() });

/** `approvals/all/<id>.json` and `approvals/open/<id>.json` in the bucket named by LOGS_BUCKET. */
export function approvalStore(
  client?: Pick<S3Client, 'send'>,
  bucket = setting('LOGS_BUCKET'),
): ApprovalStore {
  const records = documentStore({ bucket, folder: 'approvals/all', schema: approvalRecord }, client);
  const marks = documentStore({ bucket, folder: 'approvals/open', schema: mark }, client);
  return {
    ...records,
    openIds: marks.ids,
    async open(id) {
      for (;;) {
        const before = await marks.read(id);
        const condition = before ? { etag: before.etag } : ({ absent: true } as const);
        if ((await marks.write(id, { asked: randomUUID() }, condition)) !== undefined) return;
      }
    },
    async settled(id) {
      const before = await marks.read(id);
      if (!before) return;
      // The mark was read first: if the step asks from here on, the mark is another one and stays.
      const record = (await records.read(id))?.document;
      if (!record || !isOpen(record)) await marks.delete(id, before.etag);
    },
  };
}
