// Runs a command line in a test: with real files, and streams that record what is printed.
import { Readable, Writable } from 'node:stream';
import { WriteStream } from 'node:tty';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import { type Files, realFiles } from '../io.ts';
import { orchestra } from '../orchestra.ts';

class Printed extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 80;
  /** What a terminal's own stream has; it reads NO_COLOR and TERM. */
  readonly getColorDepth = WriteStream.prototype.getColorDepth;

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const catalogue = buildCatalogue();

/** @param given standard input; whether the output is a terminal of 80 columns; the files and variables, instead of the real ones */
export async function run(
  argv: readonly string[],
  given: {
    readonly stdin?: string | Buffer;
    readonly terminal?: boolean;
    readonly files?: Readonly<Record<string, string>>;
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
): Promise<Ran> {
  const stdout = new Printed(given.terminal ?? false);
  const stderr = new Printed(given.terminal ?? false);
  const stdin = Readable.from([Buffer.from(given.stdin ?? '')]);
  const files = given.files ? inMemory(given.files) : realFiles;
  const environment = { ...given.environment };
  const io = { stdin, stdout, stderr, files, environment, catalogue: () => catalogue };
  const code = await orchestra(argv, { ...io, interrupted: async () => {} });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

function inMemory(files: Readonly<Record<string, string>>): Files {
  return {
    async read(path) {
      return Buffer.from(files[path] ?? '');
    },
    async workflowsIn() {
      return undefined;
    },
    async write(path) {
      throw new Error(`${path} is not written in memory`);
    },
  };
}
