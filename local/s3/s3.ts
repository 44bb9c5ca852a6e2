// Amazon S3 on a laptop: the REST API over a directory on disk.
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '../aws/error.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../aws/service.ts';
import { deletePrecondition } from './conditions.ts';
import { notServed, s3Error } from './errors.ts';
import { listObjects, listVersions } from './list.ts';
import { copyObject, deleteObject, getObject, putObject } from './objects.ts';
import { parseRequest, type S3Request, verifyChecksums } from './request.ts';
import { type ObjectStore, openObjectStore, type Versioning } from './store.ts';
import { readXml, type XmlValue, xmlDocument } from './xml.ts';

export interface S3 extends AwsService {
  /** Makes a bucket, with versioning on if asked; one that exists stays as it is. */
  createBucket(name: string, options?: { versioned?: boolean }): Promise<void>;
  /** The file that holds an object's current content, `<directory>/<bucket>/<key>` where a path can be that. */
  objectPath(bucket: string, key: string): string | undefined;
}

interface Operation {
  readonly method: string;
  readonly on: 'service' | 'bucket' | 'object';
  /** The subresource or query parameter that selects the operation, and its value where only one will do. */
  readonly selector?: string;
  /** A header that selects the operation. */
  readonly header?: string;
  /** Further query parameters that the operation reads. */
  readonly query?: readonly string[];
  run(store: ObjectStore, request: S3Request): AwsResponse | Promise<AwsResponse>;
}

const listParameters = ['prefix', 'delimiter', 'max-keys', 'encoding-type'];
const readParameters = [
  'versionId',
  ...['type', 'language', 'disposition', 'encoding'].map((part) => `response-content-${part}`),
  'response-cache-control',
  'response-expires',
];

const xml = (body: string): AwsResponse => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body,
});

/** Query parameters that say nothing about the operation: the SDK's own, and those of a signed URL. */
const ignored = /^(?:x-id|x-amz-.*|AWSAccessKeyId|Signature|Expires)$/i;

/** Every operation served; the first that fits a request answers it. */
const operations: readonly Operation[] = [
  { method: 'GET', on: 'service', run: listBuckets },
  { method: 'PUT', on: 'bucket', selector: 'versioning', run: putBucketVersioning },
  { method: 'GET', on: 'bucket', selector: 'versioning', run: getBucketVersioning },
  { method: 'GET', on: 'bucket', selector: 'location', run: getBucketLocation },
  {
    method: 'GET',
    on: 'bucket',
    selector: 'list-type=2',
    query: [...listParameters, 'continuation-token', 'start-after', 'fetch-owner'],
    run: (store, { bucket, query }) => xml(listObjects(store, store.bucket(bucket).name, query)),
  },
  {
    method: 'GET',
    on: 'bucket',
    selector: 'versions',
    query: [...listParameters, 'key-marker', 'version-id-marker'],
    run: (store, { bucket, query }) => xml(listVersions(store, store.bucket(bucket).name, query)),
  },
  { method: 'POST', on: 'bucket', selector: 'delete', run: deleteObjects },
  { method: 'PUT', on: 'bucket', run: createBucket },
  { method: 'HEAD', on: 'bucket', run: headBucket },
  { method: 'PUT', on: 'object', header: 'x-amz-copy-source', run: copyObject },
  { method: 'PUT', on: 'object', run: putObject },
  { method: 'GET', on: 'object', query: readParameters, run: getObject },
  { method: 'HEAD', on: 'object', query: readParameters, run: getObject },
  { method: 'DELETE', on: 'object', query: ['versionId'], run: deleteObject },
];

function operationOf(request: S3Request): Operation {
  const on = request.bucket === '' ? 'service' : request.key === '' ? 'bucket' : 'object';
  const fits = ({ selector = '', ...operation }: Operation) => {
    const [parameter = '', value] = selector.split('=');
    if (operation.method !== request.method || operation.on !== on) return false;
    if (operation.header !== undefined && request.headers[operation.header] === undefined) return false;
    if (parameter === '') return true;
    return value === undefined ? request.query.has(parameter) : request.query.get(parameter) === value;
  };
  const operation = operations.find(fits);
  const [selector] = (operation?.selector ?? '').split('=');
  // A parameter that the operation does not read asks for another operation, which is not served.
  const other = [...request.query.keys()].find(
    (name) => name !== selector && !ignored.test(name) && !operation?.query?.includes(name),
  );
  if (other !== undefined) throw notServed(`${request.method} with ?${other}`);
  if (!operation)
    throw notServed(
      `${request.method} on ${on === 'service' ? 'the service' : `a${on === 'object' ? 'n object' : ' bucket'}`}`,
    );
  return operation;
}

/** Opens S3 over a directory, which is made when it is missing. */
export function createS3(options: { directory: string; now?: () => number }): S3 {
  const store = openObjectStore(options.directory, options.now);
  return {
    signingName: 's3',
    createBucket: (name, { versioned = false } = {}) => store.createBucket(name, versioned ? 'Enabled' : ''),
    objectPath: store.objectPath,
    async handle(request) {
      const ids = {
        'x-amz-request-id': randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase(),
        server: 'AmazonS3',
      };
      try {
        const parsed = parseRequest(request);
        const answer = await operationOf(parsed).run(store, parsed);
        return { ...answer, headers: { ...ids, ...answer.headers } };
      } catch (error) {
        return errorAnswer(request, ids, error);
      }
    },
    close: store.close,
  };
}

function errorAnswer(
  request: AwsRequest,
  ids: Readonly<Record<string, string>>,
  error: unknown,
): AwsResponse {
  const known =
    error instanceof AwsError
      ? error
      : new AwsError('InternalError', 'We encountered an internal error. Please try again.', 500);
  const headers = { ...ids, 'content-type': 'application/xml' };
  if (request.method === 'HEAD') return { status: known.status, headers };
  const body = xmlDocument(
    'Error',
    {
      Code: known.name,
      Message: known.message,
      ...known.details,
      RequestId: ids['x-amz-request-id'],
      HostId: 'localhost',
    },
    false,
  );
  return { status: known.status, headers, body };
}

function listBuckets(store: ObjectStore): AwsResponse {
  const buckets = store
    .buckets()
    .map(({ name, created }) => ({ Name: name, CreationDate: created.toISOString() }));
  return xml(
    xmlDocument('ListAllMyBucketsResult', {
      Owner: { ID: '000000000000', DisplayName: 'local' },
      Buckets: { Bucket: buckets },
    }),
  );
}

async function createBucket(store: ObjectStore, { bucket }: S3Request): Promise<AwsResponse> {
  await store.createBucket(bucket);
  return { status: 200, headers: { location: `/${bucket}` } };
}

function headBucket(store: ObjectStore, { bucket }: S3Request): AwsResponse {
  store.bucket(bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': 'us-east-1' } };
}

function getBucketLocation(store: ObjectStore, { bucket }: S3Request): AwsResponse {
  store.bucket(bucket);
  return xml(xmlDocument('LocationConstraint', {}));
}

function getBucketVersioning(store: ObjectStore, { bucket }: S3Request): AwsResponse {
  return xml(
    xmlDocument('VersioningConfiguration', { Status: store.bucket(bucket).versioning || undefined }),
  );
}

const versioningDocument = z.object({
  VersioningConfiguration: z.object({ Status: z.enum(['Enabled', 'Suspended']) }),
});

async function putBucketVersioning(store: ObjectStore, { bucket, body }: S3Request): Promise<AwsResponse> {
  const document = versioningDocument.safeParse(readXml(body));
  if (!document.success) throw s3Error('MalformedXML');
  const versioning: Versioning = document.data.VersioningConfiguration.Status;
  await store.setVersioning(bucket, versioning);
  return { status: 200 };
}

const deletion = z.object({ Key: z.string(), VersionId: z.string().optional(), ETag: z.string().optional() });
const deleteDocument = z.object({
  Delete: z.object({
    Object: z.union([z.array(deletion).max(1000), deletion]),
    Quiet: z.string().optional(),
  }),
});

async function deleteObjects(store: ObjectStore, { bucket, headers, body }: S3Request): Promise<AwsResponse> {
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
  return xml(
    xmlDocument('DeleteResult', {
      Deleted:
        quiet === 'true' ? [] : results.flatMap((result) => ('deleted' in result ? [result.deleted] : [])),
      Error: results.flatMap((result) => ('error' in result ? [result.error] : [])),
    }),
  );
}
