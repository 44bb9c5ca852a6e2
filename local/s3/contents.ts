// The files that hold objects' contents: written once, read whole or in part, swept after a crash.
import { open, opendir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Writes a new file, read-only from then on, and waits until the disk has it. */
export async function writeContent(file: string, content: Buffer): Promise<void> {
  const handle = await open(file, 'wx', 0o444);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
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
    const found = await stat(file).catch(() => undefined); // replaced and deleted meanwhile
    if (found && found.mtimeMs < started) await rm(file, { force: true });
  }
  return true;
}
