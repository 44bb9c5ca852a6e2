// Conditional requests: If-Match and its kin, for reads, writes, deletes and the source of a copy.
import { notServed, s3Error } from './errors.ts';
import type { ObjectVersion, Precondition } from './model.ts';

type Headers = Readonly<Record<string, string>>;

const failed = (condition: string) => s3Error('PreconditionFailed', { Condition: condition });

/** Whether a list of ETags (`"a", "b"`, quotes optional as S3 allows) or `*` names this one. */
function names(list: string, etag: string): boolean {
  return list.split(',').some((item) => {
    const name = item.trim().replace(/^W\//, '').replaceAll('"', '');
    return name === '*' || name === etag;
  });
}

const seconds = (date: string) => Math.floor(Date.parse(date) / 1000);

/**
 * The conditions of a read (RFC 9110 section 13.2.2), or with a prefix those of a copy's source.
 * @returns false when the client's copy is current (304)
 * @throws PreconditionFailed
 */
export function isWanted(headers: Headers, version: ObjectVersion, prefix = ''): boolean {
  const ifMatch = headers[`${prefix}if-match`];
  const ifNoneMatch = headers[`${prefix}if-none-match`];
  const unmodifiedSince = headers[`${prefix}if-unmodified-since`];
  const modifiedSince = headers[`${prefix}if-modified-since`];
  const modified = seconds(version.modified.toISOString());
  if (ifMatch !== undefined) {
    if (!names(ifMatch, version.etag)) throw failed('If-Match');
  } else if (unmodifiedSince !== undefined && modified > seconds(unmodifiedSince)) {
    throw failed('If-Unmodified-Since');
  }
  if (ifNoneMatch !== undefined) return !names(ifNoneMatch, version.etag);
  return !(modifiedSince !== undefined && modified <= seconds(modifiedSince));
}

/**
 * The conditions of PutObject and CopyObject on what they would replace: `If-None-Match: *` and `If-Match: <etag>`.
 * @throws NotImplemented for `If-None-Match` with an ETag, as S3 does
 */
export function writePrecondition(headers: Headers, key: string): Precondition {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') throw notServed('If-None-Match with an ETag');
  return (current) => {
    const existing = current?.deleteMarker ? undefined : current;
    if (ifNoneMatch !== undefined && existing) throw failed('If-None-Match');
    if (ifMatch === undefined) return;
    if (!existing) throw s3Error('NoSuchKey', { Key: key });
    if (!names(ifMatch, existing.etag)) throw failed('If-Match');
  };
}

/** The condition of DeleteObject: `If-Match` with an ETag, or `*` for an object that exists. */
export function deletePrecondition(ifMatch: string | undefined): Precondition {
  return (current) => {
    if (ifMatch === undefined) return;
    if (!current || current.deleteMarker || !names(ifMatch, current.etag)) throw failed('If-Match');
  };
}
