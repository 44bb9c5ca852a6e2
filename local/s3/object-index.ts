// The index of buckets and object versions, in SQLite. Every change runs inside a transaction of the caller's.
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { s3Error } from './errors.ts';
import type { Bucket, ListRange, ObjectAttributes, ObjectVersion, Versioning } from './model.ts';

const schema = `
  CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, created INTEGER NOT NULL, versioning TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS versions (
    bucket TEXT NOT NULL, key BLOB NOT NULL, sequence INTEGER NOT NULL, version_id TEXT NOT NULL,
    latest INTEGER NOT NULL, delete_marker INTEGER NOT NULL, etag TEXT NOT NULL, size INTEGER NOT NULL,
    modified INTEGER NOT NULL, blob TEXT NOT NULL, attributes TEXT NOT NULL,
    PRIMARY KEY (bucket, key, sequence)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS current_versions ON versions (bucket, key) WHERE latest = 1 AND delete_marker = 0;
  CREATE UNIQUE INDEX IF NOT EXISTS version_blobs ON versions (blob) WHERE blob <> '';
`;

/** A version that is being added; the index gives it its place. */
export type NewVersion = Omit<ObjectVersion, 'key' | 'sequence' | 'versionId' | 'latest'>;

export class ObjectIndex {
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepareStatements>;
  /** What was read of buckets; emptied when one changes. */
  readonly #buckets = new Map<string, Bucket>();
  /** Whether the process that had the index open last did not close it. */
  readonly wasInterrupted: boolean;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    database.exec(schema);
    this.#statements = prepareStatements(database);
    // 1 while a process has the index open.
    this.wasInterrupted = database.prepare('PRAGMA user_version').get()?.['user_version'] === 1;
    database.exec('PRAGMA user_version = 1');
  }

  createBucket(name: string, created: Date, versioning: Versioning): void {
    this.forgetBuckets();
    this.#statements.insertBucket.run(name, created.getTime(), versioning);
  }

  setVersioning(name: string, versioning: Versioning): void {
    this.forgetBuckets();
    this.#statements.updateVersioning.run(versioning, name);
  }

  /** To be called when a transaction was undone: what was read within it may never have been. */
  forgetBuckets(): void {
    this.#buckets.clear();
  }

  /** @throws NoSuchBucket */
  bucket(name: string): Bucket {
    const known = this.#buckets.get(name);
    if (known) return known;
    const row = this.#statements.selectBucket.get(name);
    if (!row) throw s3Error('NoSuchBucket', { BucketName: name });
    const bucket = toBucket(row);
    this.#buckets.set(name, bucket);
    return bucket;
  }

  buckets(): Bucket[] {
    return this.#statements.selectBuckets.all().map(toBucket);
  }

  /** The current version (which may be a delete marker), or the version with this id. */
  find(bucket: string, key: string, versionId?: string): ObjectVersion | undefined {
    const { selectLatest, selectVersion } = this.#statements;
    const bytes = Buffer.from(key);
    const row =
      versionId === undefined ? selectLatest.get(bucket, bytes) : selectVersion.get(bucket, bytes, versionId);
    return row && toVersion(row);
  }

  /** Whether a version names this content file. */
  names(blob: string): boolean {
    return this.#statements.selectBlob.get(blob) !== undefined;
  }

  /** Current versions that are no delete markers, by key. */
  *current(bucket: string, range: ListRange): Generator<ObjectVersion> {
    for (const row of this.#statements.selectCurrent.iterate(bucket, range.from, range.to))
      yield toVersion(row);
  }

  /** All versions by key, newest first. */
  *versions(bucket: string, { from, to, olderThan }: ListRange): Generator<ObjectVersion> {
    const sequence = olderThan ?? Number.MAX_SAFE_INTEGER;
    for (const row of this.#statements.selectVersions.iterate(bucket, from, to, from, sequence))
      yield toVersion(row);
  }

  /**
   * Adds the newest version of a key. `unneeded` are the content files that it replaces.
   * @param before the key's version until now
   */
  add(
    bucket: Bucket,
    key: string,
    before: ObjectVersion | undefined,
    added: NewVersion,
  ): { version: ObjectVersion; unneeded: string[] } {
    const { unmarkLatest, insert } = this.#statements;
    const bytes = Buffer.from(key);
    const versionId = bucket.versioning === 'Enabled' ? randomUUID().replaceAll('-', '') : 'null';
    const sequence = (before?.sequence ?? 0) + 1;
    const unneeded = before && versionId === 'null' ? this.#delete(bucket.name, bytes, versionId) : [];
    if (before) unmarkLatest.run(bucket.name, bytes);
    const { headers, checksum } = added;
    insert.run(
      bucket.name,
      bytes,
      sequence,
      versionId,
      added.deleteMarker ? 1 : 0,
      added.etag,
      added.size,
      added.modified.getTime(),
      added.blob,
      JSON.stringify({ headers, checksum }),
    );
    return { version: { ...added, key, sequence, versionId, latest: true }, unneeded };
  }

  /** Removes a version and makes the newest of the others the current one. @returns the content files no longer needed */
  remove(bucket: Bucket, key: string, versionId: string): string[] {
    const bytes = Buffer.from(key);
    const unneeded = this.#delete(bucket.name, bytes, versionId);
    // Without versioning there are no others.
    if (bucket.versioning !== '') this.#statements.markLatest.run(bucket.name, bytes);
    return unneeded;
  }

  /** @param complete whether content files without a version have been removed */
  close(complete: boolean): void {
    if (complete) this.#database.exec('PRAGMA user_version = 0');
    this.#database.close();
  }

  #delete(bucket: string, key: Buffer, versionId: string): string[] {
    const rows = this.#statements.deleteVersion.all(bucket, key, versionId);
    return rows.map((row) => String(row['blob']));
  }
}

function prepareStatements(database: DatabaseSync) {
  return {
    insertBucket: database.prepare('INSERT OR IGNORE INTO buckets VALUES (?, ?, ?)'),
    updateVersioning: database.prepare('UPDATE buckets SET versioning = ? WHERE name = ?'),
    selectBucket: database.prepare('SELECT * FROM buckets WHERE name = ?'),
    selectBuckets: database.prepare('SELECT * FROM buckets ORDER BY name'),
    selectLatest: database.prepare(
      'SELECT * FROM versions WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1',
    ),
    selectVersion: database.prepare('SELECT * FROM versions WHERE bucket = ? AND key = ? AND version_id = ?'),
    selectCurrent: database.prepare(
      `SELECT * FROM versions WHERE bucket = ? AND latest = 1 AND delete_marker = 0 AND key >= ? AND key < ?
       ORDER BY key`,
    ),
    selectVersions: database.prepare(
      `SELECT * FROM versions WHERE bucket = ? AND key >= ? AND key < ? AND NOT (key = ? AND sequence >= ?)
       ORDER BY key, sequence DESC`,
    ),
    selectBlob: database.prepare('SELECT 1 FROM versions WHERE blob = ?'),
    insert: database.prepare('INSERT INTO versions VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)'),
    deleteVersion: database.prepare(
      'DELETE FROM versions WHERE bucket = ? AND key = ? AND version_id = ? RETURNING blob',
    ),
    unmarkLatest: database.prepare(
      'UPDATE versions SET latest = 0 WHERE bucket = ? AND key = ? AND latest = 1',
    ),
    markLatest: database.prepare(
      `UPDATE versions SET latest = 1 WHERE bucket = ?1 AND key = ?2
       AND sequence = (SELECT max(sequence) FROM versions WHERE bucket = ?1 AND key = ?2)`,
    ),
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
