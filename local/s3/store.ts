// S3's buckets and object versions on disk: contents as files, their versions in an SQLite index.
//
// A content file is never changed once written, and the commit of the index brings a version into existence:
// a crash at any moment leaves the old version or the new one, whole. Beside them stands a view for people,
// `<directory>/<bucket>/<key>`, made of hard links to the current contents.
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createCommitter } from './commit.ts';
import { RecentContents, readContent, sweepContents, writeContent } from './contents.ts';
import { s3Error } from './errors.ts';
import type {
  Bucket,
  ListRange,
  ObjectAttributes,
  ObjectVersion,
  Precondition,
  Versioning,
} from './model.ts';
import { ObjectIndex } from './object-index.ts';
import { createView } from './view.ts';

const bucketName = /^(?=.{3,63}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

const deleteMarker = { headers: {}, deleteMarker: true, etag: '', size: 0, blob: '' };

export interface Removal {
  /** Of the version removed, or of the delete marker added. */
  readonly versionId?: string;
  readonly deleteMarker: boolean;
}

export class ObjectStore {
  readonly #directory: string;
  readonly #contents: string;
  /** The file of every empty content, whose versions name none: all of such an object is its key. */
  readonly #empty: string;
  readonly #now: () => number;
  readonly #index: ObjectIndex;
  readonly #recent = new RecentContents();
  readonly #view: ReturnType<typeof createView>;
  readonly #committer: ReturnType<typeof createCommitter>;
  readonly #closing = new AbortController();
  /** Whether content files that a crash left without a version have been removed. */
  readonly #swept: Promise<boolean>;

  /** @param directory created when it is missing; one process at a time may have it open */
  constructor(directory: string, now: () => number = Date.now) {
    this.#directory = directory;
    this.#contents = path.join(directory, '.objects', 'content');
    this.#empty = path.join(directory, '.objects', 'empty');
    this.#now = now;
    mkdirSync(this.#contents, { recursive: true });
    writeFileSync(this.#empty, '', { flag: 'a', mode: 0o444 });
    const databaseFile = path.join(directory, '.objects', 'index.sqlite');
    const database = new DatabaseSync(databaseFile);
    const index = new ObjectIndex(database);
    this.#index = index;
    this.#view = createView(directory, database, (blob) => this.#blobPath(blob));
    this.#committer = createCommitter(database, `${databaseFile}-wal`, {
      afterCommit: this.#view.refresh,
      afterRollback: () => index.forgetBuckets(),
    });
    this.#swept = index.wasInterrupted
      ? sweepContents(this.#contents, (blob) => index.names(blob), this.#closing.signal).catch(() => false)
      : Promise.resolve(true);
  }

  /** Creates a bucket; one that exists stays as it is. */
  async createBucket(name: string, versioning: Versioning = ''): Promise<void> {
    if (!bucketName.test(name)) throw s3Error('InvalidBucketName', { BucketName: name });
    await this.#committer.run(() => this.#index.createBucket(name, this.#timestamp(), versioning));
    mkdirSync(path.join(this.#directory, name), { recursive: true });
  }

  /** @throws NoSuchBucket */
  bucket(name: string): Bucket {
    return this.#index.bucket(name);
  }

  buckets(): Bucket[] {
    return this.#index.buckets();
  }

  async setVersioning(name: string, versioning: Versioning): Promise<void> {
    this.#index.bucket(name);
    await this.#committer.run(() => this.#index.setVersioning(name, versioning));
  }

  /** The current version (which may be a delete marker), or the version with this id. */
  find(bucket: string, key: string, versionId?: string): ObjectVersion | undefined {
    return this.#index.find(bucket, key, versionId);
  }

  /** Writes a new current version, unless the precondition throws. Of several at once, each sees the one before. */
  async put(
    bucket: string,
    key: string,
    content: Buffer,
    attributes: ObjectAttributes,
    precondition: Precondition,
  ): Promise<ObjectVersion> {
    this.#index.bucket(bucket);
    const blob = content.length === 0 ? '' : randomUUID();
    const etag = createHash('md5').update(content).digest('hex');
    try {
      if (blob !== '') {
        precondition(this.find(bucket, key)); // refuses most before anything is written
        await writeContent(this.#blobPath(blob), content);
      }
      this.#recent.add(blob, content);
      const { version, unneeded } = await this.#committer.run(() => {
        const before = this.find(bucket, key);
        precondition(before);
        const size = content.length;
        const modified = this.#timestamp();
        const added = { ...attributes, deleteMarker: false, etag, size, modified, blob };
        if (blob !== '' || before) this.#view.markStale(bucket, Buffer.from(key));
        return this.#index.add(this.bucket(bucket), key, before, added);
      });
      await this.#discard(unneeded);
      return version;
    } catch (error) {
      if (!this.#index.names(blob)) await this.#discard([blob]);
      throw error;
    }
  }

  /** Deletes a version, or without a version id the object: a bucket with versioning gets a delete marker. */
  async remove(
    bucket: string,
    key: string,
    versionId: string | undefined,
    precondition: Precondition,
  ): Promise<Removal> {
    const { unneeded, ...removal } = await this.#committer.run(() => {
      const from = this.bucket(bucket);
      const version = this.find(bucket, key, versionId);
      precondition(version);
      const change = this.#removeInTransaction(from, key, versionId, version);
      if (from.versioning !== '' || version?.blob) this.#view.markStale(bucket, Buffer.from(key));
      return change;
    });
    await this.#discard(unneeded);
    return removal;
  }

  #removeInTransaction(
    bucket: Bucket,
    key: string,
    versionId: string | undefined,
    version: ObjectVersion | undefined,
  ): Removal & { unneeded: string[] } {
    if (versionId !== undefined) {
      const unneeded = this.#index.remove(bucket, key, versionId);
      return { unneeded, versionId, deleteMarker: version?.deleteMarker ?? false };
    }
    if (bucket.versioning === '')
      return { unneeded: version ? this.#index.remove(bucket, key, 'null') : [], deleteMarker: false };
    const marker = { ...deleteMarker, modified: this.#timestamp() };
    const { version: added, unneeded } = this.#index.add(bucket, key, version, marker);
    return { versionId: added.versionId, unneeded, deleteMarker: true };
  }

  /** The content, or its bytes from `start` up to `end` (inclusive); undefined when the version is gone by now. */
  async read(version: ObjectVersion, start = 0, end = version.size - 1): Promise<Buffer | undefined> {
    const recent = this.#recent.find(version.blob);
    if (recent) return recent.subarray(start, end + 1);
    const content = await readContent(this.#blobPath(version.blob), start, end);
    if (content && content.length === version.size) this.#recent.add(version.blob, content);
    return content;
  }

  /** Current versions that are no delete markers, by key. */
  current(bucket: string, range: ListRange): Iterable<ObjectVersion> {
    return this.#index.current(bucket, range);
  }

  /** All versions by key, newest first. */
  versions(bucket: string, range: ListRange): Iterable<ObjectVersion> {
    return this.#index.versions(bucket, range);
  }

  /** The file with the object's current content: `<directory>/<bucket>/<key>` where a path can be that. */
  objectPath(bucket: string, key: string): string | undefined {
    const version = this.find(bucket, key);
    return version && !version.deleteMarker ? this.#view.path(bucket, key, version.blob) : undefined;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const swept = await this.#swept;
    await this.#committer.close();
    this.#index.close(swept);
  }

  #blobPath(blob: string): string {
    return blob === '' ? this.#empty : path.join(this.#contents, blob);
  }

  async #discard(blobs: readonly string[]): Promise<void> {
    await Promise.all(blobs.filter(Boolean).map((blob) => rm(this.#blobPath(blob), { force: true })));
  }

  /** S3's times have a precision of one second. */
  #timestamp(): Date {
    return new Date(Math.floor(this.#now() / 1000) * 1000);
  }
}
