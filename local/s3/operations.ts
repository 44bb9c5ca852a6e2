// The operations of S3 that are served, and which of them a request asks for.
import type { AwsResponse } from '../aws/service.ts';
import {
  createBucket,
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
  putBucketVersioning,
} from './buckets.ts';
import { deleteObjects } from './delete-objects.ts';
import { notServed } from './errors.ts';
import { listObjects, listVersions } from './list.ts';
import { copyObject, deleteObject, getObject, putObject } from './objects.ts';
import type { S3Request } from './request.ts';
import type { ObjectStore } from './store.ts';
import { xmlResponse } from './xml.ts';

interface Operation {
  readonly method: string;
  readonly on: 'service' | 'bucket' | 'object';
  /** The subresource or query parameter that selects the operation. */
  readonly selector?: string;
  /** The selector's value where only one will do. */
  readonly value?: string;
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

/** Query parameters that say nothing about the operation: the SDK's own, and those of a signed URL. */
const ignored = /^(?:x-id|x-amz-.*|AWSAccessKeyId|Signature|Expires)$/i;

/** Every operation that is served; the first that matches a request handles it. */
const operations: readonly Operation[] = [
  { method: 'GET', on: 'service', run: listBuckets },
  { method: 'PUT', on: 'bucket', selector: 'versioning', run: putBucketVersioning },
  { method: 'GET', on: 'bucket', selector: 'versioning', run: getBucketVersioning },
  { method: 'GET', on: 'bucket', selector: 'location', run: getBucketLocation },
  {
    method: 'GET',
    on: 'bucket',
    selector: 'list-type',
    value: '2',
    query: [...listParameters, 'continuation-token', 'start-after', 'fetch-owner'],
    run: (store, { bucket, query }) => xmlResponse(listObjects(store, store.bucket(bucket).name, query)),
  },
  {
    method: 'GET',
    on: 'bucket',
    selector: 'versions',
    query: [...listParameters, 'key-marker', 'version-id-marker'],
    run: (store, { bucket, query }) => xmlResponse(listVersions(store, store.bucket(bucket).name, query)),
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

/** @throws NotImplemented for an operation that is not served */
export function operationOf(request: S3Request): Operation {
  const on = request.bucket === '' ? 'service' : request.key === '' ? 'bucket' : 'object';
  const fits = ({ method, on: level, header, selector, value }: Operation) => {
    if (method !== request.method || level !== on) return false;
    if (header !== undefined && request.headers[header] === undefined) return false;
    if (selector === undefined) return true;
    return value === undefined ? request.query.has(selector) : request.query.get(selector) === value;
  };
  const operation = operations.find(fits);
  // A parameter that the operation does not read asks for another operation, which is not served.
  const other = [...request.query.keys()].find(
    (name) => name !== operation?.selector && !ignored.test(name) && !operation?.query?.includes(name),
  );
  if (other !== undefined) throw notServed(`${request.method} with ?${other}`);
  if (!operation)
    throw notServed(
      `${request.method} on ${on === 'service' ? 'the service' : `a${on === 'object' ? 'n object' : ' bucket'}`}`,
    );
  return operation;
}
