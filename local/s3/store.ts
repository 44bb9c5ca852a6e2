// S3's buckets and object versions on disk: contents as files, what is known of them in an SQLite index.
//
// A content file is never changed once written, and the commit of the index is what makes a version exist:
// a crash at any moment leaves the old version or the new one, whole. Beside them stands a view for people,
// `<directory>/<bucket>/<key>`, made of hard links to the current contents.
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createCommitter } from './commit.ts';
import { RecentContents, readContent, sweepContents, writeContent } from './contents.ts';
import { s3Error } from './errors.ts';
import type { Checksum } from './request.ts';
import { createView } from './view.ts';

export interface ObjectAttributes {
  /** Content-Type and its like, and `x-amz-meta-*`, as GetObject gives them back. */
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

const bucketName = /^(?=.{3,63}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

const schema = `
  CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, created INTEGER NOT NULL, versioning TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS versions (
    bucket TEXT NOT NULL, key BLOB NOT NULL, sequence INTEGER NOT NULL, version_id TEXT NOT NULL,
    latest INTEGER NOT NULL, delete_marker INTEGER NOT NULL, etag TEXT NOT NULL, size INTEGER NOT NULL,
    modified INTEGER NOT NULL, blob TEXT NOT NULL, attributes TEXT NOT NULL,
    PRIMARY KEY (bucket, key, sequence)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS current_versions ON versions (bucket, key) WHERE latest = 1 AND delete_marker = 0;
  CREATE UNIQUE INDEX IF NOT EXISTS version_blobs ON versions (blob) WHERE blob <> '';
  CREATE TABLE IF NOT EXISTS stale_views (bucket TEXT NOT NULL, key BLOB NOT NULL, PRIMARY KEY (bucket, key));
`;

export type ObjectStore = ReturnType<typeof openObjectStore>;

/** Opens the store in a directory, which is made when it is missing. One process at a time may have it open. */
export function openObjectStore(directory: string, now: () => number = Date.now) {
  const blobs = path.join(directory, '.objects', 'content');
  mkdirSync(blobs, { recursive: true });
  const databaseFile = path.join(directory, '.objects', 'index.sqlite');
  const database = new DatabaseSync(databaseFile);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(schema);
  const blobPath = (blob: string) => path.join(blobs, blob);
  const recent = new RecentContents();
  const view = createView(directory, database, (blob) => blobPath(blob));
  const committer = createCommitter(database, `${databaseFile}-wal`, view.refresh);

  const selectBucket = database.prepare('SELECT * FROM buckets WHERE name = ?');
  const selectLatest = database.prepare(
    'SELECT * FROM versions WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1',
  );
  const selectVersion = database.prepare(
    'SELECT * FROM versions WHERE bucket = ? AND key = ? AND version_id = ?',
  );
  const selectCurrent = database.prepare(
    `SELECT * FROM versions WHERE bucket = ? AND latest = 1 AND delete_marker = 0 AND key >= ? AND key < ? ORDER BY key`,
  );
  const selectVersions = database.prepare(
    `SELECT * FROM versions WHERE bucket = ? AND key >= ? AND key < ? AND NOT (key = ? AND sequence >= ?)
     ORDER BY key, sequence DESC`,
  );
  const selectBlob = database.prepare('SELECT 1 FROM versions WHERE blob = ?');
  const insert = database.prepare('INSERT INTO versions VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)');
  const deleteVersion = database.prepare(
    'DELETE FROM versions WHERE bucket = ? AND key = ? AND version_id = ? RETURNING blob',
  );
  const unmarkLatest = database.prepare(
    'UPDATE versions SET latest = 0 WHERE bucket = ? AND key = ? AND latest = 1',
  );
  const markLatest = database.prepare(
    `UPDATE versions SET latest = 1 WHERE bucket = ?1 AND key = ?2
     AND sequence = (SELECT max(sequence) FROM versions WHERE bucket = ?1 AND key = ?2)`,
  );

  // 1 while a process has the store open: found at opening, it tells of a crash.
  const crashed = database.prepare('PRAGMA user_version').get()?.['user_version'] === 1;
  database.exec('PRAGMA user_version = 1');
  const isNamed = (blob: string) => selectBlob.get(blob) !== undefined;
  const closing = new AbortController();
  const swept = crashed
    ? sweepContents(blobs, isNamed, closing.signal).catch(() => false)
    : Promise.resolve(true);

  function bucket(name: string): Bucket {
    const row = selectBucket.get(name);
    if (!row) throw s3Error('NoSuchBucket', { BucketName: name });
    return toBucket(row);
  }

  function find(bucketName: string, key: string, versionId?: string): ObjectVersion | undefined {
    const bytes = Buffer.from(key);
    const row =
      versionId === undefined
        ? selectLatest.get(bucketName, bytes)
        : selectVersion.get(bucketName, bytes, versionId);
    return row && toVersion(row);
  }

  /** Adds the newest version of a key, inside a transaction; gives the content files that are no longer needed. */
  function add(
    to: Bucket,
    key: string,
    version: Omit<ObjectVersion, 'key' | 'sequence' | 'versionId' | 'latest'>,
  ) {
    const bytes = Buffer.from(key);
    const versionId = to.versioning === 'Enabled' ? randomUUID().replaceAll('-', '') : 'null';
    const sequence = Number(selectLatest.get(to.name, bytes)?.['sequence'] ?? 0) + 1;
    const replaced = versionId === 'null' ? deleteVersion.all(to.name, bytes, versionId) : [];
    unmarkLatest.run(to.name, bytes);
    const { headers, checksum } = version;
    insert.run(
      to.name,
      bytes,
      sequence,
      versionId,
      version.deleteMarker ? 1 : 0,
      version.etag,
      version.size,
      version.modified.getTime(),
      version.blob,
      JSON.stringify({ headers, checksum }),
    );
    view.markStale(to.name, bytes);
    return { versionId, unneeded: replaced.map((row) => String(row['blob'])) };
  }

  async function discard(unneeded: readonly string[]) {
    await Promise.all(unneeded.filter(Boolean).map((blob) => rm(blobPath(blob), { force: true })));
  }

  /** S3 tells times by the second. */
  const timestamp = () => new Date(Math.floor(now() / 1000) * 1000);

  return {
    /** Makes a bucket; one that exists stays as it is. */
    async createBucket(name: string, versioning: Versioning = ''): Promise<void> {
      if (!bucketName.test(name)) throw s3Error('InvalidBucketName', { BucketName: name });
      await committer.run(() =>
        database
          .prepare('INSERT OR IGNORE INTO buckets VALUES (?, ?, ?)')
          .run(name, timestamp().getTime(), versioning),
      );
      mkdirSync(path.join(directory, name), { recursive: true });
    },

    /** @throws NoSuchBucket */
    bucket,

    buckets(): Bucket[] {
      return database.prepare('SELECT * FROM buckets ORDER BY name').all().map(toBucket);
    },

    async setVersioning(name: string, versioning: Versioning): Promise<void> {
      bucket(name);
      await committer.run(() =>
        database.prepare('UPDATE buckets SET versioning = ? WHERE name = ?').run(versioning, name),
      );
    },

    /** The current version (which may be a delete marker), or the version with this id. */
    find,

    /** Writes a new current version, unless the precondition throws. Of several at once, each sees the one before. */
    async put(
      name: string,
      key: string,
      content: Buffer,
      attributes: ObjectAttributes,
      precondition: Precondition,
    ): Promise<ObjectVersion> {
      bucket(name);
      precondition(find(name, key)); // refuses most before anything is written
      const blob = randomUUID();
      const etag = createHash('md5').update(content).digest('hex');
      try {
        await writeContent(blobPath(blob), content);
        recent.keep(blob, content);
        const { version, unneeded } = await committer.run(() => {
          precondition(find(name, key));
          const modified = timestamp();
          const added = add(bucket(name), key, {
            ...attributes,
            deleteMarker: false,
            etag,
            size: content.length,
            modified,
            blob,
          });
          const version = find(name, key, added.versionId);
          if (!version) throw new Error('The version just written is missing');
          return { version, unneeded: added.unneeded };
        });
        await discard(unneeded);
        return version;
      } catch (error) {
        if (!selectBlob.get(blob)) await discard([blob]);
        throw error;
      }
    },

    /** Deletes a version, or without a version id the object: a bucket with versioning gets a delete marker. */
    async remove(
      name: string,
      key: string,
      versionId: string | undefined,
      precondition: Precondition,
    ): Promise<{ versionId?: string; deleteMarker: boolean }> {
      const { unneeded, ...removed } = await committer.run(() => {
        const from = bucket(name);
        const bytes = Buffer.from(key);
        precondition(find(name, key, versionId));
        if (versionId === undefined && from.versioning !== '') {
          const marker = {
            headers: {},
            deleteMarker: true,
            etag: '',
            size: 0,
            modified: timestamp(),
            blob: '',
          };
          return { ...add(from, key, marker), deleteMarker: true };
        }
        const deleteMarker = find(name, key, versionId)?.deleteMarker ?? false;
        const rows = deleteVersion.all(name, bytes, versionId ?? 'null');
        markLatest.run(name, bytes);
        view.markStale(name, bytes);
        const unneeded = rows.map((row) => String(row['blob']));
        return versionId === undefined
          ? { unneeded, deleteMarker: false }
          : { unneeded, versionId, deleteMarker };
      });
      await discard(unneeded);
      return removed;
    },

    /** The content, or its bytes from `start` up to `end` (inclusive); undefined when the version is gone meanwhile. */
    async read(version: ObjectVersion, start = 0, end = version.size - 1): Promise<Buffer | undefined> {
      const known = recent.find(version.blob);
      if (known) return known.subarray(start, end + 1);
      const content = await readContent(blobPath(version.blob), start, end);
      if (content && content.length === version.size) recent.keep(version.blob, content);
      return content;
    },

    /** Current versions that are no delete markers, by key. */
    *current(name: string, range: ListRange): Generator<ObjectVersion> {
      for (const row of selectCurrent.iterate(name, range.from, range.to)) yield toVersion(row);
    },

    /** All versions by key, newest first. */
    *versions(name: string, range: ListRange): Generator<ObjectVersion> {
      const olderThan = range.olderThan ?? Number.MAX_SAFE_INTEGER;
      for (const row of selectVersions.iterate(name, range.from, range.to, range.from, olderThan))
        yield toVersion(row);
    },

    /** The file with the object's current content: `<directory>/<bucket>/<key>` where a path can be that. */
    objectPath(name: string, key: string): string | undefined {
      const version = find(name, key);
      return version && !version.deleteMarker ? view.path(name, key, version.blob) : undefined;
    },

    async close(): Promise<void> {
      closing.abort();
      const clean = await swept;
      await committer.close();
      if (clean) database.exec('PRAGMA user_version = 0');
      database.close();
    },
  };
}

type Row = Record<string, unknown>;

function toBucket(row: Row): Bucket {
  const versioning = row['versioning'];
  return {
    name: String(row['name']),
    created: new Date(Number(row['created'])),
    versioning: versioning === 'Enabled' || versioning === 'Suspended' ? versioning : '',
  };
}

function toVersion(row: Row): ObjectVersion {
  const key = row['key'];
  if (!(key instanceof Uint8Array)) throw new Error('The index of objects is damaged: a key is not bytes');
  const attributes: ObjectAttributes = JSON.parse(String(row['attributes']));
  return {
    ...attributes,
    key: Buffer.from(key).toString(),
    sequence: Number(row['sequence']),
    versionId: String(row['version_id']),
    latest: row['latest'] === 1,
    deleteMarker: row['delete_marker'] === 1,
    etag: String(row['etag']),
    size: Number(row['size']),
    modified: new Date(Number(row['modified'])),
    blob: String(row['blob']),
  };
}
