// What S3 keeps of a document that was replaced: every object that was written under its key, the latest first.
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  NoSuchKey,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { invalidCursor } from './cursor.ts';

export interface ObjectVersion {
  readonly versionId: string;
  readonly lastModified: Date;
}

export interface WrittenObject {
  readonly text: string;
  /** S3 user metadata: names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly lastModified: Date;
}

export interface ObjectVersions {
  /**
   * A page of the versions, the latest first. Delete markers are left out: in S3's answer they stand apart, in no order
   * with the versions.
   * @param after the version before the page; the page begins with the latest when left out
   * @throws ApiProblem invalid-request when `after` is not the id of a version
   */
  list(
    id: string,
    after?: string,
  ): Promise<{ readonly versions: readonly ObjectVersion[]; readonly truncated: boolean }>;
  /** @returns undefined where there is none, also when it is gone meanwhile; the current one when no version is named */
  read(id: string, versionId?: string): Promise<WrittenObject | undefined>;
}

/** Of the documents `<folder>/<id>.json` of a bucket (document-store.ts). */
export function objectVersions(
  { bucket, folder }: { readonly bucket: string; readonly folder: string },
  client: Pick<S3Client, 'send'> = new S3Client({}),
): ObjectVersions {
  const keyOf = (id: string) => `${folder}/${id}.json`;
  return {
    async list(id, after) {
      const key = keyOf(id);
      const command = new ListObjectVersionsCommand({
        Bucket: bucket,
        Prefix: key,
        ...(after !== undefined && { KeyMarker: key, VersionIdMarker: after }),
      });
      const { Versions = [], IsTruncated = false } = await client.send(command).catch((error: unknown) => {
        // "Invalid version id specified": https://github.com/versity/versitygw/issues/1811 shows what S3 answers.
        const isMarker = error instanceof S3ServiceException && error.name === 'InvalidArgument';
        throw after !== undefined && isMarker ? invalidCursor() : error;
      });
      // A key stands before the longer ones that begin with it.
      const own = Versions.filter(({ Key }) => Key === key);
      return {
        versions: own.flatMap(({ VersionId, LastModified }) =>
          VersionId === undefined || VersionId === after
            ? []
            : [{ versionId: VersionId, lastModified: LastModified ?? new Date(0) }],
        ),
        truncated: IsTruncated && own.length === Versions.length,
      };
    },

    async read(id, versionId) {
      try {
        const object = await client.send(
          new GetObjectCommand({
            Bucket: bucket,
            Key: keyOf(id),
            ...(versionId !== undefined && { VersionId: versionId }),
          }),
        );
        return {
          text: (await object.Body?.transformToString()) ?? '',
          metadata: object.Metadata ?? {},
          lastModified: object.LastModified ?? new Date(0),
        };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        if (error instanceof S3ServiceException && error.name === 'NoSuchVersion') return undefined;
        throw error;
      }
    },
  };
}
