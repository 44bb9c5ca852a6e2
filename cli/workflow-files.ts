// Reads the files of a command line: files, folders of workflows, `-` for standard input.
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Io, systemError } from './io.ts';

export interface WorkflowFile {
  /** The path as given; `<stdin>` for standard input. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

export interface ReadFiles {
  readonly files: readonly WorkflowFile[];
  /** What could not be read, and why. */
  readonly unreadable: readonly string[];
}

/** Reads each file once, however often it is named. */
export async function readFiles(
  paths: readonly string[],
  io: Pick<Io, 'files' | 'stdin'>,
): Promise<ReadFiles> {
  const files = new Map<string, WorkflowFile>();
  const unreadable: string[] = [];
  /** @returns undefined when it could not be read */
  const attempt = async <Result>(path: string, work: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await work();
    } catch (error) {
      unreadable.push(`${path} cannot be read: ${systemError(error)}`);
      return undefined;
    }
  };
  for (const path of paths) {
    if (path === '-') {
      if (!files.has('-')) files.set('-', { file: '<stdin>', bytes: await buffer(io.stdin) });
      continue;
    }
    const named = await attempt(path, async () => (await io.files.workflowsIn(path)) ?? [path]);
    if (named?.length === 0) unreadable.push(`${path} has no *.workflow.json in it`);
    for (const file of named ?? []) {
      const key = resolve(file);
      const bytes = files.has(key) ? undefined : await attempt(file, () => io.files.read(file));
      if (bytes) files.set(key, { file, bytes });
    }
  }
  return { files: [...files.values()], unreadable };
}
