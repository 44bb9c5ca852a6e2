// For tests: an engine whose file is left as a kill of its process would leave it.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StatesOptions } from '../create-states.ts';
import { FunctionServer, TestClock, TestEngine } from './engine.ts';

export class KillableEngine {
  readonly clock = new TestClock();
  readonly functions: FunctionServer;
  readonly #folder = mkdtempSync(join(tmpdir(), 'states-'));
  #files = 0;
  #engine: TestEngine | undefined;

  private constructor(functions: FunctionServer) {
    this.functions = functions;
  }

  /** Functions do not answer until `functions.answerWith` is called. */
  static async create(): Promise<KillableEngine> {
    return new KillableEngine(await FunctionServer.start(() => undefined));
  }

  /** The engine's current file. */
  get file(): string {
    return join(this.#folder, String(this.#files));
  }

  async start(options: Partial<StatesOptions> = {}): Promise<TestEngine> {
    const { clock } = this;
    const lambdaEndpoint = this.functions.endpoint;
    this.#engine = await TestEngine.start({ database: this.file, lambdaEndpoint, clock, ...options });
    return this.#engine;
  }

  /** Keeps only what is in the file at this moment. The clock advances by `ms` before the next start. */
  async kill(ms = 0): Promise<void> {
    const from = this.file;
    this.#files += 1;
    for (const suffix of ['', '-wal']) {
      if (existsSync(from + suffix)) copyFileSync(from + suffix, this.file + suffix);
    }
    await this.stop();
    this.clock.advance(ms);
  }

  /** Stops it in order. */
  async stop(): Promise<void> {
    await this.#engine?.close();
    this.#engine = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.functions.close();
    rmSync(this.#folder, { recursive: true });
  }
}
