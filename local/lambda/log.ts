// The functions' log file: what CloudWatch Logs would hold, every line with its function's name.
import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';

/** At this size the file becomes `<file>.1`, and a new one begins. */
const MAX_BYTES = 16 * 1024 * 1024;

export interface FunctionLog {
  /** Adds text, of one or more lines. */
  write(functionName: string, text: string): void;
  close(): Promise<void>;
}

export function openFunctionLog(file: string): FunctionLog {
  let lines = '';
  let size: number | undefined;
  let writing: Promise<void> | undefined;

  async function flush(): Promise<void> {
    try {
      if (size === undefined) {
        await mkdir(path.dirname(file), { recursive: true });
        size = await stat(file).then(
          (found) => found.size,
          () => 0,
        );
      }
      while (lines !== '') {
        const text = lines;
        lines = '';
        if (size > MAX_BYTES) {
          await rename(file, `${file}.1`);
          size = 0;
        }
        await appendFile(file, text);
        size += Buffer.byteLength(text);
      }
    } catch {
      lines = ''; // a full disk costs the log, not the functions
    }
    writing = undefined;
  }

  return {
    write(functionName, text) {
      for (const line of text.replace(/\n$/, '').split('\n')) lines += `${functionName} ${line}\n`;
      writing ??= flush();
    },
    async close() {
      await writing;
    },
  };
}
