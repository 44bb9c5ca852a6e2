// What is known of connections besides their secrets: `connections/<provider>/<id>.json` in the workflows bucket.
import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { setting } from '../config.ts';
import { connection } from '../schemas/connections.ts';
import { type DocumentStore, documentStore } from './document-store.ts';

const { shape } = connection;
const description = z.object({
  label: shape.label,
  owner: shape.owner,
  source: shape.source,
  account: shape.account,
  base_url: shape.base_url,
  scopes: shape.scopes,
  workflows: shape.workflows,
  status: shape.status,
  tested_at: shape.tested_at,
  last_failure: shape.last_failure,
  created_at: shape.created_at,
  updated_at: shape.updated_at,
  updated_by: shape.updated_by,
});
export type ConnectionDescription = z.output<typeof description>;

/**
 * The description of a version of the parameter that holds the secret. One is written before its parameter is: until then,
 * and when that fails, the parameter still has its older version, which is described beside it.
 */
const connectionDocument = z.object({
  versions: z.record(z.string(), description),
  /** When a version that is described was not yet written. */
  prepared_at: z.iso.datetime().optional(),
});
export type ConnectionDocument = z.output<typeof connectionDocument>;

/** Documents by `<provider>/<id>`. */
export type ConnectionStore = DocumentStore<ConnectionDocument>;

export function connectionStore(
  client?: Pick<S3Client, 'send'>,
  bucket = setting('WORKFLOWS_BUCKET'),
): ConnectionStore {
  return documentStore({ bucket, folder: 'connections', schema: connectionDocument }, client);
}
