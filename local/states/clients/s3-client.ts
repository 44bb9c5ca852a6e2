// Reads, writes and lists objects of S3, for distributed Maps and tasks.
import type { S3Client } from '@aws-sdk/client-s3';

export interface S3Object {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
}

export interface S3Contents {
  readonly body: string;
  readonly contentType: string | undefined;
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
}

export interface S3Objects {
  read(bucket: string, key: string): Promise<S3Contents>;
  /** Gives the new object's ETag. */
  put(bucket: string, key: string, body: string, contentType?: string): Promise<string>;
  list(bucket: string, prefix: string, max: number): Promise<readonly S3Object[]>;
  close(): void;
}

/** The SDK is loaded when S3 is first used. `endpoint`: the value of AWS_ENDPOINT_URL_S3. */
export function createS3Objects(endpoint: string | undefined, region: string): S3Objects {
  let client: S3Client | undefined;

  async function load() {
    if (endpoint === undefined) throw new Error('AWS_ENDPOINT_URL_S3 is not set');
    const sdk = await import('@aws-sdk/client-s3');
    client ??= new sdk.S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    return { sdk, client };
  }

  return {
    async read(Bucket, Key) {
      const { sdk, client } = await load();
      const {
        Body,
        ContentType,
        ETag = '',
        LastModified,
      } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }));
      return {
        body: (await Body?.transformToString()) ?? '',
        contentType: ContentType,
        etag: ETag,
        lastModified: LastModified?.getTime() ?? 0,
      };
    },
    async put(Bucket, Key, Body, ContentType = 'application/octet-stream') {
      const { sdk, client } = await load();
      const { ETag = '' } = await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body, ContentType }));
      return ETag;
    },
    async list(Bucket, Prefix, max) {
      const { sdk, client } = await load();
      const found: S3Object[] = [];
      for await (const { Contents = [] } of sdk.paginateListObjectsV2({ client }, { Bucket, Prefix })) {
        for (const { Key = '', ETag = '', Size = 0, LastModified } of Contents) {
          if (found.length >= max) return found;
          found.push({ key: Key, etag: ETag, size: Size, lastModified: LastModified?.getTime() ?? 0 });
        }
      }
      return found;
    },
    close: () => client?.destroy(),
  };
}
