// The files of objects' contents: written once, read whole or in part, garbage-collected after a crash.
import { closeSync, fsync, openSync, writeFileSync } from 'node:fs';
import { open, opendir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** A content up to this size is written in one go, and cached in memory. */
const SMALL_BYTES = 64 * 1024;
/** The most memory that cached contents take. */
const MAX_CACHED_BYTES = 8 * 1024 * 1024;

const flush = promisify(fsync);

/** Writes a new file, read-only from then on, and waits until the disk has it. */
export async function writeContent(file: string, content: Buffer): Promise<void> {
  if (content.length > SMALL_BYTES) return writeLarge(file, content);
  // Of a small file only the flush takes long; three more trips to a thread would cost more than they spare.
  const handle = openSync(file, 'wx', 0o444);
  try {
    writeFileSync(handle, content);
    await flush(handle);
  } finally {
    closeSync(handle);
  }
}

async function writeLarge(file: string, content: Buffer): Promise<void> {
  const handle = await open(file, 'wx', 0o444);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Small contents that were written or read recently, by their names. A content never changes. */
export class RecentContents {
  readonly #cached = new Map<string, Buffer>();
  #bytes = 0;

  add(blob: string, content: Buffer): void {
    if (content.length > SMALL_BYTES || this.#cached.has(blob)) return;
    // The buffer that it came in may be larger than it.
    this.#cached.set(blob, Buffer.from(content));
    this.#bytes += content.length;
    for (const [oldest, { length }] of this.#cached) {
      if (this.#bytes <= MAX_CACHED_BYTES) return;
      this.#cached.delete(oldest);
      this.#bytes -= length;
    }
  }

  find(blob: string): Buffer | undefined {
    const content = this.#cached.get(blob);
    if (!content) return undefined;
    // A Map keeps the order of insertion: the last used stands last.
    this.#cached.delete(blob);
    this.#cached.set(blob, content);
    return content;
  }
}

/** The bytes from `start` up to `end` (inclusive); undefined when the file is gone. */
export async function readContent(file: string, start: number, end: number): Promise<Buffer | undefined> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const content = Buffer.alloc(end - start + 1);
    const { bytesRead } = await handle.read(content, 0, content.length, start);
    return content.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/**
 * Deletes contents older than this process that no version names: written before a crash, never committed.
 * @returns whether it came to its end
 */
export async function sweepContents(
  directory: string,
  isNamed: (blob: string) => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const started = Date.now();
  for await (const entry of await opendir(directory)) {
    if (signal.aborted) return false;
    const file = path.join(directory, entry.name);
    if (isNamed(entry.name)) continue;
    const found = await stat(file).catch(() => undefined); // another request has deleted it
    if (found && found.mtimeMs < started) await rm(file, { force: true });
  }
  return true;
}
