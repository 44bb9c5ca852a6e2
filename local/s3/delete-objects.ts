// DeleteObjects: up to a thousand deletions in one request, each with a result of its own.
import * as z from 'zod';
import { AwsError } from '../aws/error.ts';
import type { AwsResponse } from '../aws/service.ts';
import { verifyChecksums } from './checksums.ts';
import { deletePrecondition } from './conditions.ts';
import { s3Error } from './errors.ts';
import type { S3Request } from './request.ts';
import type { ObjectStore } from './store.ts';
import { readXml, type XmlValue, xmlDocument, xmlResponse } from './xml.ts';

const deletion = z.object({ Key: z.string(), VersionId: z.string().optional(), ETag: z.string().optional() });
const deleteDocument = z.object({
  Delete: z.object({
    Object: z.union([z.array(deletion).max(1000), deletion]),
    Quiet: z.string().optional(),
  }),
});

export async function deleteObjects(
  store: ObjectStore,
  { bucket, headers, body }: S3Request,
): Promise<AwsResponse> {
  store.bucket(bucket);
  await verifyChecksums(headers, body);
  const document = deleteDocument.safeParse(readXml(body));
  if (!document.success) throw s3Error('MalformedXML');
  const { Object: objects, Quiet: quiet } = document.data.Delete;
  const results = await Promise.all(
    [objects]
      .flat()
      .map(async ({ Key, VersionId, ETag }): Promise<{ deleted: XmlValue } | { error: XmlValue }> => {
        try {
          const removed = await store.remove(bucket, Key, VersionId, deletePrecondition(ETag));
          const marker = removed.deleteMarker
            ? { DeleteMarker: true, DeleteMarkerVersionId: removed.versionId }
            : {};
          return { deleted: { Key, VersionId, ...marker } };
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          return { error: { Key, VersionId, Code: error.name, Message: error.message } };
        }
      }),
  );
  return xmlResponse(
    xmlDocument('DeleteResult', {
      Deleted:
        quiet === 'true' ? [] : results.flatMap((result) => ('deleted' in result ? [result.deleted] : [])),
      Error: results.flatMap((result) => ('error' in result ? [result.error] : [])),
    }),
  );
}
