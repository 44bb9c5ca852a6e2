// The engine's database: one SQLite file. A write that has returned survives a kill of the process.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AliasStore } from './aliases.ts';
import { EndedStore } from './ended.ts';
import { ExecutionStore } from './executions.ts';
import { MapRunStore } from './map-runs.ts';
import { refusal } from './refused.ts';
import { checkOwner, prepareSchema } from './schema.ts';
import { StateMachineStore } from './state-machines.ts';

export class Store {
  readonly stateMachines: StateMachineStore;
  readonly executions: ExecutionStore;
  readonly mapRuns: MapRunStore;
  readonly aliases: AliasStore;
  readonly ended: EndedStore;
  readonly #database: DatabaseSync;

  /**
   * `file` is a path or `:memory:`.
   * @throws DatabaseRefused when the file cannot be used; it is left unchanged
   */
  constructor(file: string) {
    this.#database = open(file);
    try {
      this.#database.exec('PRAGMA locking_mode = EXCLUSIVE');
      checkOwner(this.#database, file);
      // With a write-ahead log, NORMAL loses nothing when the process dies, only when the machine does.
      this.#database.exec(
        'PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;',
      );
      // A checkpoint of the log every 16 MB, so that a page that changes often is not written to the file each time; and
      // 16 MB of cache.
      this.#database.exec('PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000;');
      prepareSchema(this.#database);
      this.stateMachines = new StateMachineStore(this.#database);
      this.aliases = new AliasStore(this.#database);
      this.mapRuns = new MapRunStore(this.#database);
      this.executions = new ExecutionStore(this.#database, this.mapRuns);
      this.ended = new EndedStore(this.#database);
    } catch (error) {
      this.#database.close();
      throw refusal(file, error);
    }
  }

  close(): void {
    this.#database.close();
  }
}

function open(file: string): DatabaseSync {
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    return new DatabaseSync(file);
  } catch (error) {
    throw refusal(file, error);
  }
}
