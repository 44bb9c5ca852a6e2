// What S3 holds: buckets and the versions of objects.
import type { Checksum } from './checksums.ts';

export interface ObjectAttributes {
  /** Content-Type and its like, and `x-amz-meta-*`, as GetObject returns them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
}

export interface ObjectVersion extends ObjectAttributes {
  readonly key: string;
  /** Order among the key's versions; the highest is the current one. */
  readonly sequence: number;
  readonly versionId: string;
  readonly latest: boolean;
  readonly deleteMarker: boolean;
  /** Hexadecimal MD5 of the content, without quotes. */
  readonly etag: string;
  readonly size: number;
  readonly modified: Date;
  /** Name of the content's file; empty for a delete marker. */
  readonly blob: string;
}

export type Versioning = 'Enabled' | 'Suspended' | '';

export interface Bucket {
  readonly name: string;
  readonly created: Date;
  readonly versioning: Versioning;
}

/** Looks at the current version, if any, inside the transaction that will replace it; throws to refuse. */
export type Precondition = (current: ObjectVersion | undefined) => void;

export interface ListRange {
  /** Only keys from `from` (inclusive) and below `to` (exclusive), as bytes of UTF-8. */
  readonly from: Buffer;
  readonly to: Buffer;
  /** Of the key `from` only versions older than this sequence. */
  readonly olderThan?: number;
}
