// The operations on one object: PutObject, CopyObject, GetObject, HeadObject, DeleteObject.
import type { AwsResponse } from '../aws/service.ts';
import { defaultChecksum, verifyChecksums } from './checksums.ts';
import { deletePrecondition, isWanted, writePrecondition } from './conditions.ts';
import { notServed, s3Error } from './errors.ts';
import type { ObjectVersion } from './model.ts';
import { decodeKey, type S3Request } from './request.ts';
import type { ObjectStore } from './store.ts';
import { xmlDocument } from './xml.ts';

/** Headers that belong to the object and come back when it is read. */
const storedHeaders = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
];

/** Headers that are not supported: ignoring them would silently drop what the caller asked for. */
const unsupportedHeaders =
  /^x-amz-(?:tagging$|object-lock-|server-side-encryption-customer-|grant-|website-redirect-location$|write-offset-bytes$|copy-source-range$)/;

function objectHeaders(headers: S3Request['headers']): Record<string, string> {
  const stored: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  let metadataBytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (unsupportedHeaders.test(name)) throw notServed(name);
    if (name.startsWith('x-amz-meta-')) {
      metadataBytes += Buffer.byteLength(name.slice('x-amz-meta-'.length)) + Buffer.byteLength(value);
      stored[name] = value;
    } else if (storedHeaders.includes(name)) stored[name] = value;
  }
  if (metadataBytes > 2048)
    throw s3Error('MetadataTooLarge', { Size: String(metadataBytes), MaxSizeAllowed: '2048' });
  return stored;
}

const versionHeader = (store: ObjectStore, bucket: string, versionId: string): Record<string, string> =>
  store.bucket(bucket).versioning === '' ? {} : { 'x-amz-version-id': versionId };

const checksumHeaders = ({ checksum }: ObjectVersion): Record<string, string> =>
  checksum ? { [checksum.header]: checksum.value, 'x-amz-checksum-type': 'FULL_OBJECT' } : {};

export async function putObject(store: ObjectStore, request: S3Request): Promise<AwsResponse> {
  const { bucket, key, headers, body } = request;
  const checksum = (await verifyChecksums(headers, body)) ?? (await defaultChecksum(body));
  const attributes = { headers: objectHeaders(headers), checksum };
  const version = await store.put(bucket, key, body, attributes, writePrecondition(headers, key));
  return {
    status: 200,
    headers: {
      etag: `"${version.etag}"`,
      ...versionHeader(store, bucket, version.versionId),
      ...checksumHeaders(version),
    },
  };
}

/** The version that a request names, or the current one. @throws NoSuchKey, NoSuchVersion, MethodNotAllowed */
function existing(
  store: ObjectStore,
  bucket: string,
  key: string,
  versionId: string | undefined,
): ObjectVersion {
  store.bucket(bucket);
  const version = store.find(bucket, key, versionId);
  if (!version && versionId !== undefined) throw s3Error('NoSuchVersion', { Key: key, VersionId: versionId });
  if (!version) throw s3Error('NoSuchKey', { Key: key });
  if (version.deleteMarker && versionId !== undefined)
    throw s3Error('MethodNotAllowed', { ResourceType: 'DeleteMarker' });
  if (version.deleteMarker) throw s3Error('NoSuchKey', { Key: key });
  return version;
}

/** `bytes=a-b`, `bytes=a-`, `bytes=-n`; several ranges or another unit are ignored, as S3 ignores them. */
function readRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || match[0] === 'bytes=-') return undefined;
  const [, first = '', last = ''] = match;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start >= size || (first === '' && Number(last) === 0))
    throw s3Error('InvalidRange', { RangeRequested: header ?? '', ActualObjectSize: String(size) });
  return { start, end };
}

export async function getObject(store: ObjectStore, request: S3Request): Promise<AwsResponse> {
  const { bucket, key, query, headers, method } = request;
  // A version can be replaced between finding and reading it; the next look finds its successor.
  for (;;) {
    const version = existing(store, bucket, key, query.get('versionId') ?? undefined);
    const base = {
      etag: `"${version.etag}"`,
      'last-modified': version.modified.toUTCString(),
      ...versionHeader(store, bucket, version.versionId),
    };
    if (!isWanted(headers, version)) return { status: 304, headers: base };
    const range = readRange(headers['range'], version.size);
    const { start, end } = range ?? { start: 0, end: version.size - 1 };
    const response = {
      status: range ? 206 : 200,
      headers: {
        ...base,
        'accept-ranges': 'bytes',
        ...version.headers,
        ...responseHeaders(query),
        ...(range ? { 'content-range': `bytes ${start}-${end}/${version.size}` } : {}),
        ...(headers['x-amz-checksum-mode'] === 'ENABLED' && !range ? checksumHeaders(version) : {}),
        'content-length': String(end - start + 1),
      },
    };
    if (method === 'HEAD') return response;
    const content = await store.read(version, start, end);
    if (content) return { ...response, body: content };
  }
}

/** `response-content-type=…` and its like replace stored headers in the response. */
function responseHeaders(query: URLSearchParams): Record<string, string> {
  const replaced: Record<string, string> = {};
  for (const name of storedHeaders) {
    const value = query.get(`response-${name}`);
    if (value !== null) replaced[name] = value;
  }
  return replaced;
}

export async function deleteObject(store: ObjectStore, request: S3Request): Promise<AwsResponse> {
  const { bucket, key, query, headers } = request;
  const versionId = query.get('versionId') ?? undefined;
  const removed = await store.remove(bucket, key, versionId, deletePrecondition(headers['if-match']));
  return {
    status: 204,
    headers: {
      ...(removed.versionId === undefined ? {} : { 'x-amz-version-id': removed.versionId }),
      ...(removed.deleteMarker ? { 'x-amz-delete-marker': 'true' } : {}),
    },
  };
}

export async function copyObject(store: ObjectStore, request: S3Request): Promise<AwsResponse> {
  const { bucket, key, headers } = request;
  const [sourcePath = '', sourceQuery] = (headers['x-amz-copy-source'] ?? '')
    .replace(/^\//, '')
    .split('?', 2);
  const decoded = decodeKey(sourcePath);
  const slash = decoded.indexOf('/');
  if (slash < 1 || slash === decoded.length - 1)
    throw s3Error(
      'InvalidArgument',
      { ArgumentName: 'x-amz-copy-source' },
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  const [sourceBucket, sourceKey] = [decoded.slice(0, slash), decoded.slice(slash + 1)];
  const versionId = new URLSearchParams(sourceQuery).get('versionId') ?? undefined;
  const replace = headers['x-amz-metadata-directive'] === 'REPLACE';
  if (sourceBucket === bucket && sourceKey === key && versionId === undefined && !replace)
    throw s3Error(
      'InvalidRequest',
      {},
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  const source = existing(store, sourceBucket, sourceKey, versionId);
  if (!isWanted(headers, source, 'x-amz-copy-source-'))
    throw s3Error('PreconditionFailed', { Condition: 'x-amz-copy-source-If-None-Match' });
  const content = await store.read(source);
  if (!content) throw s3Error('NoSuchKey', { Key: sourceKey });
  const attributes = {
    headers: replace ? objectHeaders(headers) : source.headers,
    checksum: source.checksum ?? (await defaultChecksum(content)),
  };
  const version = await store.put(bucket, key, content, attributes, writePrecondition(headers, key));
  return {
    status: 200,
    headers: {
      'content-type': 'application/xml',
      ...versionHeader(store, bucket, version.versionId),
      ...(versionId === undefined ? {} : { 'x-amz-copy-source-version-id': source.versionId }),
    },
    body: xmlDocument('CopyObjectResult', {
      ETag: `"${version.etag}"`,
      LastModified: version.modified.toISOString(),
    }),
  };
}
