// The versions of a template: lists them and reads one.
import type { S3Client } from '@aws-sdk/client-s3';
import { historyOf, templateObjects, templateStore } from '../stores/templates.ts';
import {
  findVersion,
  type KeptVersion,
  listVersions,
  type VersionHistory,
  type VersionsPage,
  versionNotFound,
} from '../stores/version-history.ts';
import { readTemplate } from './operations.ts';

function history(s3: Pick<S3Client, 'send'>): VersionHistory {
  return { objects: templateObjects(s3), headOf: historyOf };
}

/** @throws ApiProblem not-found, invalid-request when the cursor is not one of this list */
export async function listTemplateVersions(
  id: string,
  page: { readonly limit: number; readonly cursor?: string | undefined },
  s3: Pick<S3Client, 'send'>,
): Promise<VersionsPage> {
  const current = await readTemplate(id, templateStore(s3));
  return listVersions(id, current.history.created_at, page, history(s3));
}

/** @throws ApiProblem not-found */
export async function readTemplateVersion(
  id: string,
  version: number,
  s3: Pick<S3Client, 'send'>,
): Promise<KeptVersion> {
  const current = await readTemplate(id, templateStore(s3));
  const found = await findVersion(id, current.history, version, history(s3));
  if (!found) throw versionNotFound(`template ${id}`, version);
  return found;
}
