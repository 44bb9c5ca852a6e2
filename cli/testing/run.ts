// Runs a command line within a test: real files, streams that keep what is printed.
import { Readable, Writable } from 'node:stream';
import { WriteStream } from 'node:tty';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
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

/** @param given what is sent to standard input, and whether a terminal of 80 columns shows what is printed */
export async function run(
  argv: readonly string[],
  given: { readonly stdin?: string | Buffer; readonly terminal?: boolean } = {},
): Promise<Ran> {
  const stdout = new Printed(given.terminal ?? false);
  const stderr = new Printed(given.terminal ?? false);
  const stdin = Readable.from([Buffer.from(given.stdin ?? '')]);
  const code = await orchestra(argv, { stdin, stdout, stderr, catalogue: () => catalogue });
  return { code, stdout: stdout.text, stderr: stderr.text };
}
