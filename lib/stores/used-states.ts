// Which authorizations were answered: `authorizations/<nonce>.json` in the bucket named by LOGS_BUCKET, removed by a lifecycle
// rule (infrastructure/stack/storage.yml) long after they have expired.
import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { setting } from '../config.ts';
import { documentStore } from './document-store.ts';

export interface UsedStates {
  /** @returns false when it was used before */
  use(nonce: string): Promise<boolean>;
}

export function usedStates(client?: Pick<S3Client, 'send'>, bucket = setting('LOGS_BUCKET')): UsedStates {
  const store = documentStore({ bucket, folder: 'authorizations', schema: z.object({}) }, client);
  return {
    use: async (nonce) => (await store.write(nonce, {}, { absent: true })) !== undefined,
  };
}
