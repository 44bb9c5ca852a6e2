// Records of calls, for actions whose provider has nothing by which a further try of a call finds what an earlier one did:
// `calls/<call key>.json` in the bucket named by LOGS_BUCKET, removed by a lifecycle rule (infrastructure/stack/storage.yml).
import { isDeepStrictEqual } from 'node:util';
import type { S3Client } from '@aws-sdk/client-s3';
import type * as z from 'zod';
import type { CallRecords } from '../actions/call-records.ts';
import { setting } from '../config.ts';
import { OrchestraError, ProviderUnavailable } from '../errors.ts';
import { type Condition, type DocumentStore, documentStore } from './document-store.ts';

/** The records of one action, whose calls' keys are no other action's. */
export function callRecords<Schema extends z.ZodType>(
  schema: Schema,
  client?: Pick<S3Client, 'send'>,
): CallRecords<z.output<Schema>> {
  let opened: DocumentStore<z.output<Schema>> | undefined;
  const store = () => {
    opened ??= documentStore({ bucket: setting('LOGS_BUCKET'), folder: 'calls', schema }, client);
    return opened;
  };
  const write = async (key: string, record: z.output<Schema>, condition: Condition) => {
    const etag = await store().write(key, record, condition);
    if (etag !== undefined) return etag;
    // When the answer to a write is lost, the SDK writes again, and the condition fails because of the first one.
    const there = await store().read(key);
    return there && isDeepStrictEqual(there.document, record) ? there.etag : undefined;
  };
  return {
    read: (key) => answered(() => store().read(key)),
    claim: (key, record) => answered(() => write(key, record, { absent: true })),
    replace: (key, record, etag) => answered(() => write(key, record, { etag })),
    async release(key, etag) {
      await answered(() => store().delete(key, etag));
    },
  };
}

async function answered<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof OrchestraError) throw cause;
    const error = cause instanceof Error ? cause.name : 'unknown';
    throw new ProviderUnavailable(`The record of the call could not be kept in S3: ${error}`, { cause });
  }
}
