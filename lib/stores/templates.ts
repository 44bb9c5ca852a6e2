// The prompt templates in the templates bucket. An object holds the template alone, its metadata the history.
import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { setting } from '../config.ts';
import { type Template, template } from '../template-format/template.ts';
import { type DocumentStore, documentStore } from './document-store.ts';
import { type ObjectVersions, objectVersions, type WrittenObject } from './object-versions.ts';

export type TemplateStore = DocumentStore<Template>;

const FOLDER = 'templates';

/** `templates/<id>.json` in the bucket named by TEMPLATES_BUCKET. */
export function templateStore(
  client?: Pick<S3Client, 'send'>,
  bucket = setting('TEMPLATES_BUCKET'),
): TemplateStore {
  return documentStore({ bucket, folder: FOLDER, schema: template }, client);
}

/** Every object that was written of a template. */
export function templateObjects(client?: Pick<S3Client, 'send'>): ObjectVersions {
  return objectVersions({ bucket: setting('TEMPLATES_BUCKET'), folder: FOLDER }, client);
}

export interface History {
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly updated_by: string;
  /** The version that it brought back; null when it is none of a rollback. */
  readonly restored_version: number | null;
}

/** A file that was copied into the bucket, not saved through the API, has no metadata and counts as version 1. */
export function historyOf({
  metadata,
  lastModified,
}: Pick<WrittenObject, 'metadata' | 'lastModified'>): History {
  const time = z.iso.datetime().catch(lastModified.toISOString());
  const number = z.coerce.number().int().min(1);
  return {
    version: number.catch(1).parse(metadata['version']),
    created_at: time.parse(metadata['created-at']),
    updated_at: time.parse(metadata['updated-at']),
    updated_by: decodeURIComponent(metadata['updated-by'] ?? ''),
    restored_version: number
      .nullable()
      .catch(null)
      .parse(metadata['restored-version'] ?? null),
  };
}

/** S3 metadata travels in headers, so a user's name is percent-encoded. */
export function metadataOf(history: History): Record<string, string> {
  return {
    version: String(history.version),
    'created-at': history.created_at,
    'updated-at': history.updated_at,
    'updated-by': encodeURIComponent(history.updated_by),
    ...(history.restored_version !== null && { 'restored-version': String(history.restored_version) }),
  };
}
