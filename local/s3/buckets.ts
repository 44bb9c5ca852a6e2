// The operations on buckets: ListBuckets, CreateBucket, HeadBucket, their location and versioning.
import * as z from 'zod';
import type { AwsResponse } from '../aws/service.ts';
import { s3Error } from './errors.ts';
import type { S3Request } from './request.ts';
import type { ObjectStore } from './store.ts';
import { readXml, xmlDocument, xmlResponse } from './xml.ts';

export function listBuckets(store: ObjectStore): AwsResponse {
  const buckets = store
    .buckets()
    .map(({ name, created }) => ({ Name: name, CreationDate: created.toISOString() }));
  return xmlResponse(
    xmlDocument('ListAllMyBucketsResult', {
      Owner: { ID: '000000000000', DisplayName: 'local' },
      Buckets: { Bucket: buckets },
    }),
  );
}

export async function createBucket(store: ObjectStore, { bucket }: S3Request): Promise<AwsResponse> {
  await store.createBucket(bucket);
  return { status: 200, headers: { location: `/${bucket}` } };
}

export function headBucket(store: ObjectStore, { bucket }: S3Request): AwsResponse {
  store.bucket(bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': 'us-east-1' } };
}

export function getBucketLocation(store: ObjectStore, { bucket }: S3Request): AwsResponse {
  store.bucket(bucket);
  return xmlResponse(xmlDocument('LocationConstraint', {}));
}

export function getBucketVersioning(store: ObjectStore, { bucket }: S3Request): AwsResponse {
  return xmlResponse(
    xmlDocument('VersioningConfiguration', { Status: store.bucket(bucket).versioning || undefined }),
  );
}

const versioningDocument = z.object({
  VersioningConfiguration: z.object({ Status: z.enum(['Enabled', 'Suspended']) }),
});

export async function putBucketVersioning(
  store: ObjectStore,
  { bucket, body }: S3Request,
): Promise<AwsResponse> {
  const document = versioningDocument.safeParse(readXml(body));
  if (!document.success) throw s3Error('MalformedXML');
  await store.setVersioning(bucket, document.data.VersioningConfiguration.Status);
  return { status: 200 };
}
