// The file that holds an emulator's state: every request that changed something, one JSON line each, in order.
import { mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ReplayContext } from './replay.ts';

interface Header {
  readonly format: 1;
  readonly seeded_at: number;
}

interface Line extends ReplayContext {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Base64. */
  readonly body: string;
}

export interface LoggedRequest {
  readonly context: ReplayContext;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface RequestLog {
  /** When the state was first created; its seed data is dated relative to it (ms since the epoch). */
  readonly seededAt: number;
  /** True when there was no file yet, so that seed requests are still to be sent. */
  readonly isNew: boolean;
  /** What the file held when it was opened. */
  readonly requests: readonly LoggedRequest[];
  append(...requests: LoggedRequest[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the file, creating it when it is missing. A last line without its newline was left by a killed process:
 * no client was told that this request succeeded, so it is cut off.
 */
export async function openRequestLog(path: string, now: number): Promise<RequestLog> {
  mkdirSync(dirname(path), { recursive: true });
  const text = read(path);
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  const [first, ...rest] = whole.split('\n').filter((line) => line !== '');
  const file: FileHandle = await open(path, 'a');
  // The casts: this file alone writes these lines. (Reading them by zod would load it into each thread.)
  const header: Header = first === undefined ? { format: 1, seeded_at: now } : (JSON.parse(first) as Header);
  if (first === undefined) await file.appendFile(`${JSON.stringify(header)}\n`);
  return {
    seededAt: header.seeded_at,
    isNew: rest.length === 0,
    requests: rest.map((line) => {
      const { at, seed, body, ...request } = JSON.parse(line) as Line;
      return { ...request, context: { at, seed }, body: Buffer.from(body, 'base64') };
    }),
    async append(...requests) {
      const lines = requests.map(({ context, body, ...request }): Line => {
        return { ...context, ...request, body: body.toString('base64') };
      });
      await file.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    },
    close: () => file.close(),
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
