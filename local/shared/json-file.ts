// A JSON file that is read once and replaced whole: the state of small services.
import { mkdirSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import path from 'node:path';
import type * as z from 'zod';

export interface JsonFile<T> {
  /** The content at opening, or undefined when there was no file. */
  readonly initial: T | undefined;
  /**
   * Replaces the file and resolves when the disk has it: a crash leaves the old content or the new, whole.
   * Calls that arrive during a write share the next one, which writes the newest state.
   */
  save(state: T): Promise<void>;
}

/**
 * @param schema what the file must hold
 * @throws when the file holds something else
 */
export function openJsonFile<T>(file: string, schema: z.ZodType<T>): JsonFile<T> {
  mkdirSync(path.dirname(file), { recursive: true });
  let next: { readonly text: string; readonly done: PromiseWithResolvers<void> } | undefined;
  let writing = false;

  async function write(): Promise<void> {
    writing = true;
    while (next) {
      const { text, done } = next;
      next = undefined;
      try {
        const handle = await open(`${file}.tmp`, 'w', 0o600);
        try {
          await handle.writeFile(text);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(`${file}.tmp`, file);
        done.resolve();
      } catch (error) {
        done.reject(error);
      }
    }
    writing = false;
  }

  return {
    initial: read(file, schema),
    save(state) {
      const done = next?.done ?? Promise.withResolvers<void>();
      next = { text: JSON.stringify(state, null, 2), done };
      if (!writing) void write();
      return done.promise;
    },
  };
}

function read<T>(file: string, schema: z.ZodType<T>): T | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const parsed = schema.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new Error(`${file} does not hold what was written there: ${parsed.error.message}`);
  return parsed.data;
}
