// The functions' log file: what CloudWatch Logs would hold, every line with its function's name.
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Lines of this period are written together. */
const BATCH_MS = 20;
/** At this size the file becomes `<file>.1`, and a new one begins. */
const MAX_BYTES = 16 * 1024 * 1024;

export interface FunctionLog {
  /** Adds text, of one or more lines. */
  write(functionName: string, text: string): void;
  close(): Promise<void>;
}

export function openFunctionLog(file: string): FunctionLog {
  let lines = '';
  let opened: { readonly handle: FileHandle; size: number } | undefined;
  let writing: Promise<void> | undefined;

  async function openFile() {
    await mkdir(path.dirname(file), { recursive: true });
    const handle = await open(file, 'a');
    return { handle, size: (await handle.stat()).size };
  }

  async function flush(): Promise<void> {
    try {
      while (lines !== '') {
        await sleep(BATCH_MS);
        opened ??= await openFile();
        if (opened.size > MAX_BYTES) {
          await closeFile();
          await rename(file, `${file}.1`);
          continue;
        }
        const text = lines;
        lines = '';
        const { bytesWritten } = await opened.handle.write(text);
        opened.size += bytesWritten;
      }
    } catch {
      lines = ''; // on a full disk the log is lost; the functions go on
    }
    writing = undefined;
  }

  async function closeFile(): Promise<void> {
    await opened?.handle.close();
    opened = undefined;
  }

  return {
    write(functionName, text) {
      for (const line of text.replace(/\n$/, '').split('\n')) lines += `${functionName} ${line}\n`;
      writing ??= flush();
    },
    async close() {
      await writing;
      await closeFile();
    },
  };
}
