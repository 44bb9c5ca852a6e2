// The prompt templates in the templates bucket. An object holds the template alone, its metadata the history.
import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { setting } from '../config.ts';
import { type Template, template } from '../template-format/template.ts';
import { type DocumentStore, documentStore, type Stored } from './document-store.ts';

export type TemplateStore = DocumentStore<Template>;

/** `templates/<id>.json` in the bucket named by TEMPLATES_BUCKET. */
export function templateStore(
  client?: Pick<S3Client, 'send'>,
  bucket = setting('TEMPLATES_BUCKET'),
): TemplateStore {
  return documentStore({ bucket, folder: 'templates', schema: template }, client);
}

export interface History {
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly updated_by: string;
}

/** A file that was copied into the bucket, not saved through the API, has no metadata and counts as version 1. */
export function historyOf({ metadata, lastModified }: Stored<Template>): History {
  const time = z.iso.datetime().catch(lastModified.toISOString());
  return {
    version: z.coerce.number().int().min(1).catch(1).parse(metadata['version']),
    created_at: time.parse(metadata['created-at']),
    updated_at: time.parse(metadata['updated-at']),
    updated_by: decodeURIComponent(metadata['updated-by'] ?? ''),
  };
}

/** S3 metadata travels in headers, so a user's name is percent-encoded. */
export function metadataOf(history: History): Record<string, string> {
  return {
    version: String(history.version),
    'created-at': history.created_at,
    'updated-at': history.updated_at,
    'updated-by': encodeURIComponent(history.updated_by),
  };
}
