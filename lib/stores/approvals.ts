// Approvals in the logs bucket: a record each, and markers of those that are open.
import { randomUUID } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { setting } from '../config.ts';
import { type ApprovalRecord, approvalRecord, isOpen } from './approval-record.ts';
import { type DocumentStore, documentStore } from './document-store.ts';

export interface ApprovalStore extends DocumentStore<ApprovalRecord> {
  /** Adds an approval to the open ones, before its record is written. */
  markOpen(id: string): Promise<void>;
  /** Removes it from the open ones, unless the step has asked again meanwhile. */
  unmarkOpen(id: string): Promise<void>;
  /** Ids of approvals that may be open; every open one is included. */
  openIds: DocumentStore<unknown>['ids'];
  /** Adds it to those that were decided, before its record is written: somebody else's decision may count after all. */
  markDecided(id: string, decidedAt: string): Promise<void>;
  /** Those that were decided, the latest first, with the time of the decision that each stands there for. */
  decided(page: { readonly limit: number; readonly after?: string | undefined }): Promise<{
    readonly items: readonly { readonly id: string; readonly decidedAt: string }[];
    readonly next: string | undefined;
  }>;
}

/** S3 lists keys in ascending order only: the time is written as what is left of thirteen digits of milliseconds. */
const LAST_MS = 9_999_999_999_999;

/** A new one each time that the step asks. */
const marker = z.object({ asked: z.string() });

/** `approvals/{all,open,decided}/<id>.json` in the bucket named by LOGS_BUCKET. */
export function approvalStore(
  client?: Pick<S3Client, 'send'>,
  bucket = setting('LOGS_BUCKET'),
): ApprovalStore {
  const records = documentStore({ bucket, folder: 'approvals/all', schema: approvalRecord }, client);
  const markers = documentStore({ bucket, folder: 'approvals/open', schema: marker }, client);
  const decided = documentStore({ bucket, folder: 'approvals/decided', schema: z.unknown() }, client);
  return {
    ...records,
    openIds: markers.ids,
    async markDecided(id, decidedAt) {
      const left = String(LAST_MS - Date.parse(decidedAt)).padStart(13, '0');
      await decided.write(`${left}-${id}`, {}, { absent: true });
    },
    async decided(page) {
      const { ids, next } = await decided.ids(page);
      const items = ids.flatMap((name) => {
        const [, left, id] = /^(\d{13})-(.+)$/.exec(name) ?? [];
        if (left === undefined || id === undefined) return [];
        return [{ id, decidedAt: new Date(LAST_MS - Number(left)).toISOString() }];
      });
      return { items, next };
    },
    async markOpen(id) {
      for (;;) {
        const before = await markers.read(id);
        const condition = before ? { etag: before.etag } : ({ absent: true } as const);
        if ((await markers.write(id, { asked: randomUUID() }, condition)) !== undefined) return;
      }
    },
    async unmarkOpen(id) {
      const before = await markers.read(id);
      if (!before) return;
      // The marker was read first: if the step asks from here on, it writes a new marker, which is not deleted.
      const record = (await records.read(id))?.document;
      if (!record || !isOpen(record)) await markers.delete(id, before.etag);
    },
  };
}
