// The commands' access to the outside: streams, files, the catalogue of actions.
import { glob, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { getSystemErrorMessage } from 'node:util';
import type { Catalogue } from '../lib/actions/catalogue.ts';

/** A stream to print to; a terminal has a width. */
export type Output = Writable & { readonly columns?: number };

export interface Files {
  read(path: string): Promise<Uint8Array>;
  /** The workflow files in the folder and its subfolders, sorted; undefined when it is not a folder. */
  workflowsIn(folder: string): Promise<string[] | undefined>;
  write(path: string, text: string): Promise<void>;
}

export interface Io {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly files: Files;
  readonly catalogue: () => Promise<Catalogue>;
  readonly environment: NodeJS.ProcessEnv;
  /** Resolves when the command is to end: on SIGINT (Ctrl-C) or SIGTERM. */
  readonly interrupted: () => Promise<void>;
}

export const realFiles: Files = {
  read: (path) => readFile(path),
  async workflowsIn(folder) {
    if (!(await stat(folder)).isDirectory()) return undefined;
    const exclude = (name: string): boolean => name === 'node_modules' || name.startsWith('.');
    const found: string[] = [];
    for await (const file of glob('**/*.workflow.json', { cwd: folder, exclude }))
      found.push(join(folder, file));
    return found.sort();
  },
  write: (path, text) => writeFile(path, text),
};

export function withDefaults({
  stdin = process.stdin,
  stdout = process.stdout,
  stderr = process.stderr,
  files = realFiles,
  catalogue = projectCatalogue,
  environment = process.env,
  interrupted = () =>
    new Promise((resolve) => {
      // A second Ctrl-C ends it at once; a second SIGTERM is ignored: it comes when the whole process group is signalled.
      process.once('SIGINT', resolve).on('SIGTERM', resolve);
    }),
}: Partial<Io>): Io {
  return { stdin, stdout, stderr, files, catalogue, environment, interrupted };
}

async function projectCatalogue(): Promise<Catalogue> {
  const { keptCatalogue } = await import('../infrastructure/kept-catalogue.ts');
  return keptCatalogue(async () => (await import('../infrastructure/build-catalogue.ts')).buildCatalogue());
}

/** Why a file cannot be read or written, as the system describes it: `no such file or directory`. */
export function systemError(error: unknown): string {
  if (error instanceof Error && 'errno' in error && typeof error.errno === 'number')
    return getSystemErrorMessage(error.errno);
  throw error;
}
