// The objects' current contents under plain paths, `<directory>/<bucket>/<key>`, for people to read. Empty ones have none.
import { linkSync, mkdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

const schema =
  'CREATE TABLE IF NOT EXISTS stale_views (bucket TEXT NOT NULL, key BLOB NOT NULL, PRIMARY KEY (bucket, key))';

/**
 * Keeps hard links to current contents in step with the index. The index names what is stale from the commit of
 * a change until the commit after its link was made, so that a crash between the two is repaired at the next start.
 */
export function createView(directory: string, database: DatabaseSync, blobPath: (blob: string) => string) {
  database.exec(schema);
  const insertStale = database.prepare('INSERT OR IGNORE INTO stale_views VALUES (?, ?)');
  const deleteStale = database.prepare('DELETE FROM stale_views WHERE bucket = ? AND key = ?');
  const selectCurrent = database.prepare(
    'SELECT blob FROM versions WHERE bucket = ? AND key = ? AND latest = 1 AND delete_marker = 0',
  );
  let stale: { bucket: string; key: Buffer }[] = [];
  let refreshed: { bucket: string; key: Buffer }[] = [];

  for (const row of database.prepare('SELECT * FROM stale_views').all()) {
    if (row['key'] instanceof Uint8Array)
      stale.push({ bucket: String(row['bucket']), key: Buffer.from(row['key']) });
  }
  refresh();

  function refresh(): void {
    for (const { bucket, key } of stale) {
      const file = plainPath(directory, bucket, key.toString());
      const blob = selectCurrent.get(bucket, key)?.['blob'];
      if (file !== undefined) {
        if (typeof blob === 'string' && blob !== '') show(blobPath(blob), file);
        else hide(file, path.join(directory, bucket));
      }
    }
    refreshed.push(...stale);
    stale = [];
  }

  return {
    /** To be called inside the transaction that changes the key's current version. */
    markStale(bucket: string, key: Buffer): void {
      for (const done of refreshed) deleteStale.run(done.bucket, done.key);
      refreshed = [];
      insertStale.run(bucket, key);
      stale.push({ bucket, key });
    },

    /** Creates and removes the links after a commit. */
    refresh,

    /** The plain path if it holds this content, otherwise the content's own file; undefined until it is committed. */
    path(bucket: string, key: string, blob: string): string | undefined {
      if (stale.some((one) => one.bucket === bucket && one.key.toString() === key)) return undefined;
      const content = blobPath(blob);
      const file = plainPath(directory, bucket, key);
      return file !== undefined && isSameFile(file, content) ? file : content;
    },
  };
}

/** The path at which a key can stand as a file, or undefined when no path of that name can or should exist. */
function plainPath(directory: string, bucket: string, key: string): string | undefined {
  const segments = key.split('/');
  const plain = segments.every(
    (segment) =>
      segment !== '' &&
      segment !== '.' &&
      segment !== '..' &&
      Buffer.byteLength(segment) <= 255 &&
      // Control characters and what Windows' and old Mac tools take for a separator.
      !/[\p{Cc}\\:]/u.test(segment),
  );
  return plain ? path.join(directory, bucket, ...segments) : undefined;
}

/** Best effort: a key that is also another key's folder, or a file system without links, has no plain path. */
function show(content: string, file: string): void {
  try {
    link(content, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) return; // left without a plain path; the content itself is safe
    replace(content, file);
  }
}

function link(content: string, file: string): void {
  try {
    linkSync(content, file);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    mkdirSync(path.dirname(file), { recursive: true });
    linkSync(content, file);
  }
}

function replace(content: string, file: string): void {
  const temporary = `${content}.link`;
  try {
    rmSync(temporary, { force: true });
    linkSync(content, temporary);
    renameSync(temporary, file);
  } catch {
    // As above.
  }
  // Renaming one link of a file to another of its links does nothing (POSIX rename), so it may still be there.
  rmSync(temporary, { force: true });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function hide(file: string, bucketDirectory: string): void {
  try {
    if (!statSync(file).isFile()) return;
    rmSync(file, { force: true });
    for (let folder = path.dirname(file); folder !== bucketDirectory; folder = path.dirname(folder))
      rmdirSync(folder);
  } catch {
    // The folder still holds other objects, or the file was never there.
  }
}

function isSameFile(one: string, other: string): boolean {
  try {
    const [a, b] = [statSync(one, { bigint: true }), statSync(other, { bigint: true })];
    return a.ino === b.ino && a.dev === b.dev;
  } catch {
    return false;
  }
}
