// The engine as a process of its own, which can be killed and restarted on the same file and port.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { localSignature } from '../../../local/aws/signature.ts';

const MAIN = fileURLToPath(new URL('../../../cli/main.mjs', import.meta.url));

/** A port that is free now: every start takes the same one, so that clients find the engine again. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port');
  return address.port;
}

/** An error that the API answered. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

export type Answer = Readonly<Record<string, unknown>>;

export class EngineProcess {
  readonly #command: readonly [string, ...string[]];
  readonly #env: NodeJS.ProcessEnv;
  readonly #endpoint: string;
  #process: ChildProcess | undefined;
  #ready = Promise.withResolvers<void>();
  stderr = '';

  /** `maxFileKb`: the limit of its files, which is then as a full disk. */
  constructor(options: { database: string; port: number; lambdaEndpoint: string; maxFileKb?: number }) {
    const { database, port, maxFileKb } = options;
    const engine = [process.execPath, MAIN, 'states', '--port', String(port), '--database', database];
    // `ulimit` counts blocks of 512 bytes.
    this.#command =
      maxFileKb === undefined
        ? [process.execPath, ...engine.slice(1)]
        : ['/bin/sh', '-c', `ulimit -S -f ${maxFileKb * 2}; exec "$0" "$@"`, ...engine];
    this.#env = { ...process.env, AWS_ENDPOINT_URL_LAMBDA: options.lambdaEndpoint };
    this.#endpoint = `http://127.0.0.1:${options.port}`;
  }

  /** Spawns the process; `ready` resolves when it listens. */
  start(): void {
    const [program, ...args] = this.#command;
    const child = spawn(program, args, { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    child.stdout.once('data', () => this.#ready.resolve());
    child.stderr.on('data', (text: Buffer) => {
      this.stderr += text.toString();
    });
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** `kill -9`; resolves when the process has ended. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child) return;
    this.#process = undefined;
    // `ready` is kept, so that callers wait for the next start.
    const before = this.#ready;
    this.#ready = Promise.withResolvers();
    void this.#ready.promise.then(before.resolve);
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  /** SIGTERM; resolves with the exit code. */
  async stop(): Promise<number | null> {
    const child = this.#process;
    if (!child) return null;
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    const [code] = await ended;
    return code;
  }

  /** Calls the API, and repeats the call across kills until it is answered. Throws ApiError. */
  async call(operation: string, input: object): Promise<Answer> {
    for (;;) {
      await this.ready;
      const answer = await this.#post(operation, input).catch(() => undefined);
      if (!answer) continue;
      if (answer.status === 200) return answer.body;
      throw new ApiError(String(answer.body['__type']), String(answer.body['message']));
    }
  }

  async #post(operation: string, input: object): Promise<{ status: number; body: Answer }> {
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers: {
        ...localSignature('states'),
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AWSStepFunctions.${operation}`,
      },
      body: JSON.stringify(input),
    });
    return { status: response.status, body: (await response.json()) as Answer }; // AWS JSON answers objects
  }
}
