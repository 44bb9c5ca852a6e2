// The engine's memory: one SQLite file. A write that has returned survives a kill of the process.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AliasStore } from './aliases.ts';
import { ExecutionStore } from './executions.ts';
import { MapRunStore } from './map-runs.ts';
import { prepareSchema } from './schema.ts';
import { StateMachineStore } from './state-machines.ts';

/** The file is open in another process, or in this one already. */
export class DatabaseInUse extends Error {
  override readonly name = 'DatabaseInUse';

  constructor(file: string, options: ErrorOptions) {
    super(`${file} is in use by another engine; stop that one, or name another file`, options);
  }
}

/** SQLITE_BUSY and SQLITE_LOCKED, with or without their extended codes. */
const LOCKED = [5, 6];

function isLocked(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    LOCKED.includes(error.errcode & 0xff)
  );
}

export class Store {
  readonly stateMachines: StateMachineStore;
  readonly executions: ExecutionStore;
  readonly mapRuns: MapRunStore;
  readonly aliases: AliasStore;
  readonly #database: DatabaseSync;

  /**
   * `file` is a path or `:memory:`.
   * @throws DatabaseInUse when another engine has the file: two would run every execution twice
   * @throws DatabaseTooNew
   */
  constructor(file: string) {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    this.#database = new DatabaseSync(file);
    try {
      // With a write-ahead log, NORMAL loses nothing when the process dies, only when the machine does.
      this.#database.exec(
        'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;',
      );
      // Pages that are written again and again reach the file once in 16 MB of log, and what is looked up stays in memory.
      this.#database.exec('PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000;');
      prepareSchema(this.#database, file);
    } catch (error) {
      this.#database.close();
      throw isLocked(error) ? new DatabaseInUse(file, { cause: error }) : error;
    }
    this.stateMachines = new StateMachineStore(this.#database);
    this.aliases = new AliasStore(this.#database);
    this.mapRuns = new MapRunStore(this.#database);
    this.executions = new ExecutionStore(this.#database, this.mapRuns);
  }

  close(): void {
    this.#database.close();
  }
}
