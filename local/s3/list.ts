// ListObjectsV2 and ListObjectVersions: prefix, delimiter, pages.
import { s3Error } from './errors.ts';
import type { ObjectVersion } from './model.ts';
import type { ObjectStore } from './store.ts';
import { type XmlValue, xmlDocument } from './xml.ts';

interface Page {
  readonly versions: ObjectVersion[];
  readonly commonPrefixes: string[];
  readonly truncated: boolean;
  /** The last key or common prefix of the page. */
  readonly last: string;
}

/** The least bytes above every key: UTF-8 holds no byte 0xff. */
const END = Buffer.from([0xff]);

/** The least bytes above every key that begins with this. */
function above(prefix: Buffer): Buffer {
  const bound = Buffer.from(prefix);
  const last = bound.at(-1);
  if (last === undefined) return END;
  bound[bound.length - 1] = last + 1;
  return bound;
}

const later = (one: Buffer, other: Buffer) => (Buffer.compare(one, other) >= 0 ? one : other);

/**
 * Walks keys in order and rolls those with the delimiter after the prefix up into common prefixes, each of
 * which is skipped in one step however many keys it holds.
 * @param after the key or common prefix after which the page begins
 */
function page(
  query: URLSearchParams,
  after: string | undefined,
  olderThan: number | undefined,
  walk: (range: { from: Buffer; to: Buffer; olderThan?: number }) => Iterable<ObjectVersion>,
): Page {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maxKeys = readMaxKeys(query);
  const versions: ObjectVersion[] = [];
  const commonPrefixes: string[] = [];
  const to = above(Buffer.from(prefix));
  let from: Buffer = Buffer.from(prefix);
  if (after !== undefined) {
    const passed = Buffer.from(after);
    const rolledUp = delimiter !== '' && after.startsWith(prefix) && after.endsWith(delimiter);
    const start = rolledUp
      ? above(passed)
      : olderThan === undefined
        ? Buffer.concat([passed, Buffer.of(0)])
        : passed;
    from = later(from, start);
  }
  let last = '';
  let next: Buffer | undefined = from;
  while (next) {
    const range: { from: Buffer; to: Buffer; olderThan?: number } = { from: next, to };
    if (olderThan !== undefined && next === from) range.olderThan = olderThan;
    next = undefined;
    for (const version of walk(range)) {
      if (versions.length + commonPrefixes.length === maxKeys)
        return { versions, commonPrefixes, truncated: maxKeys > 0, last };
      const end = delimiter === '' ? -1 : version.key.indexOf(delimiter, prefix.length);
      if (end === -1) {
        versions.push(version);
        last = version.key;
        continue;
      }
      last = version.key.slice(0, end + delimiter.length);
      commonPrefixes.push(last);
      next = above(Buffer.from(last));
      break;
    }
  }
  return { versions, commonPrefixes, truncated: false, last };
}

function readMaxKeys(query: URLSearchParams): number {
  const text = query.get('max-keys') ?? '1000';
  if (!/^\d{1,9}$/.test(text))
    throw s3Error(
      'InvalidArgument',
      { ArgumentName: 'max-keys', ArgumentValue: text },
      'Provided max-keys not an integer or within integer range',
    );
  return Math.min(Number(text), 1000);
}

/** How keys stand in the response: as they are, or percent-encoded on request (`encoding-type=url`). */
function encoder(query: URLSearchParams): (key: string) => string {
  const type = query.get('encoding-type');
  if (type === null) return (key) => key;
  if (type !== 'url')
    throw s3Error(
      'InvalidArgument',
      { ArgumentName: 'encoding-type', ArgumentValue: type },
      'Invalid Encoding Method specified in Request',
    );
  return (key) => encodeURIComponent(key).replaceAll('%2F', '/');
}

const common = (query: URLSearchParams, bucket: string, encode: (key: string) => string) => ({
  Name: bucket,
  Prefix: encode(query.get('prefix') ?? ''),
  Delimiter: query.has('delimiter') ? encode(query.get('delimiter') ?? '') : undefined,
  MaxKeys: readMaxKeys(query),
  EncodingType: query.get('encoding-type') ?? undefined,
});

const entry = (version: ObjectVersion, encode: (key: string) => string) => ({
  Key: encode(version.key),
  LastModified: version.modified.toISOString(),
  ETag: `"${version.etag}"`,
  Size: version.size,
  StorageClass: 'STANDARD',
});

const prefixes = (list: readonly string[], encode: (key: string) => string): XmlValue =>
  list.map((prefix) => ({ Prefix: encode(prefix) }));

export function listObjects(store: ObjectStore, bucket: string, query: URLSearchParams): string {
  const encode = encoder(query);
  const token = query.get('continuation-token') ?? undefined;
  const startAfter = query.get('start-after') ?? undefined;
  const after = token === undefined ? startAfter : readToken(token);
  const found = page(query, after, undefined, (range) => store.current(bucket, range));
  return xmlDocument('ListBucketResult', {
    ...common(query, bucket, encode),
    KeyCount: found.versions.length + found.commonPrefixes.length,
    IsTruncated: found.truncated,
    ContinuationToken: token,
    NextContinuationToken: found.truncated ? writeToken(found.last) : undefined,
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    Contents: found.versions.map((version) => entry(version, encode)),
    CommonPrefixes: prefixes(found.commonPrefixes, encode),
  });
}

const writeToken = (last: string) => Buffer.from(`1${last}`).toString('base64url');

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('1'))
    throw s3Error(
      'InvalidArgument',
      { ArgumentName: 'continuation-token' },
      'The continuation token provided is incorrect',
    );
  return text.slice(1);
}

/** As object-index.ts makes them. */
const VERSION_ID = /^(?:null|[0-9a-f]{32})$/;

export function listVersions(store: ObjectStore, bucket: string, query: URLSearchParams): string {
  const encode = encoder(query);
  const keyMarker = query.get('key-marker') ?? undefined;
  const versionMarker = query.get('version-id-marker') || undefined;
  if (versionMarker !== undefined && keyMarker === undefined)
    throw s3Error(
      'InvalidArgument',
      { ArgumentName: 'version-id-marker' },
      'A version-id marker cannot be specified without a key marker.',
    );
  if (versionMarker !== undefined && !VERSION_ID.test(versionMarker))
    throw s3Error(
      'InvalidArgument',
      { ArgumentName: 'version-id-marker', ArgumentValue: versionMarker },
      'Invalid version id specified',
    );
  const olderThan =
    keyMarker === undefined || versionMarker === undefined
      ? undefined
      : (store.find(bucket, keyMarker, versionMarker)?.sequence ?? 0);
  const found = page(query, keyMarker, olderThan, (range) => store.versions(bucket, range));
  const lastVersion = found.versions.at(-1);
  const describe = (version: ObjectVersion) => {
    const { Key, LastModified, ...content } = entry(version, encode);
    const shared = { Key, VersionId: version.versionId, IsLatest: version.latest, LastModified };
    return version.deleteMarker ? shared : { ...shared, ...content };
  };
  return xmlDocument('ListVersionsResult', {
    ...common(query, bucket, encode),
    IsTruncated: found.truncated,
    KeyMarker: encode(keyMarker ?? ''),
    VersionIdMarker: versionMarker ?? '',
    NextKeyMarker: found.truncated ? encode(found.last) : undefined,
    NextVersionIdMarker:
      found.truncated && lastVersion?.key === found.last ? lastVersion.versionId : undefined,
    Version: found.versions.filter((version) => !version.deleteMarker).map(describe),
    DeleteMarker: found.versions.filter((version) => version.deleteMarker).map(describe),
    CommonPrefixes: prefixes(found.commonPrefixes, encode),
  });
}
