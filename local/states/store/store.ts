// The engine's memory: one SQLite file. A write that has returned survives a kill of the process.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AliasStore } from './aliases.ts';
import { ExecutionStore } from './executions.ts';
import { MapRunStore } from './map-runs.ts';
import { StateMachineStore } from './state-machines.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS state_machines (
    arn TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL,
    created_at INTEGER NOT NULL, revision INTEGER NOT NULL, last_version INTEGER NOT NULL, tags TEXT NOT NULL
  ) STRICT;

  -- What an update replaces; executions and versions keep the one that they were made with.
  CREATE TABLE IF NOT EXISTS revisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, revision_id TEXT, machine_arn TEXT NOT NULL, definition TEXT NOT NULL,
    role_arn TEXT NOT NULL, logging TEXT NOT NULL, tracing TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE IF NOT EXISTS versions (
    machine_arn TEXT NOT NULL, number INTEGER NOT NULL, revision INTEGER NOT NULL,
    description TEXT, created_at INTEGER NOT NULL, PRIMARY KEY (machine_arn, number)
  ) STRICT, WITHOUT ROWID;

  -- Where an alias leads: a JSON text. Executions that were started with one keep its ARN.
  CREATE TABLE IF NOT EXISTS aliases (
    arn TEXT PRIMARY KEY, machine_arn TEXT NOT NULL, name TEXT NOT NULL, description TEXT,
    routing TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS aliases_by_machine ON aliases (machine_arn, name);
  CREATE TABLE IF NOT EXISTS execution_aliases (execution INTEGER PRIMARY KEY, alias TEXT NOT NULL) STRICT;

  CREATE TABLE IF NOT EXISTS executions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL UNIQUE, name TEXT NOT NULL, machine_arn TEXT NOT NULL,
    version INTEGER, revision INTEGER NOT NULL, status TEXT NOT NULL, started_at INTEGER NOT NULL,
    stopped_at INTEGER, input TEXT NOT NULL, output TEXT, error TEXT, cause TEXT, trace_header TEXT,
    last_event_id INTEGER NOT NULL, checkpoint TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS executions_by_machine ON executions (machine_arn, id);
  CREATE INDEX IF NOT EXISTS executions_running ON executions (status) WHERE status = 'RUNNING';

  -- A Map Run: its settings and counts, JSON texts. The child executions of Map Runs, with their place among them.
  CREATE TABLE IF NOT EXISTS map_runs (
    arn TEXT PRIMARY KEY, execution TEXT NOT NULL, status TEXT NOT NULL, started_at INTEGER NOT NULL,
    stopped_at INTEGER, settings TEXT NOT NULL, counts TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS map_runs_by_execution ON map_runs (execution, started_at);
  CREATE TABLE IF NOT EXISTS map_children (
    execution INTEGER PRIMARY KEY, map_run TEXT NOT NULL, place INTEGER NOT NULL, items INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS map_children_by_run ON map_children (map_run, place);

  -- Events in groups, as they were written: a JSON array in each row.
  CREATE TABLE IF NOT EXISTS history (
    execution INTEGER NOT NULL, first_id INTEGER NOT NULL, events TEXT NOT NULL,
    PRIMARY KEY (execution, first_id)
  ) STRICT, WITHOUT ROWID;

  -- Status change events that nobody has acknowledged yet. Ids are never used twice: the outbox goes by them.
  CREATE TABLE IF NOT EXISTS status_events (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL) STRICT;
`;

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
   */
  constructor(file: string) {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    this.#database = new DatabaseSync(file);
    try {
      // With a write-ahead log, NORMAL loses nothing when the process dies, only when the machine does.
      this.#database.exec(
        'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;',
      );
      this.#database.exec(SCHEMA);
    } catch (error) {
      this.#database.close();
      throw isLocked(error) ? new DatabaseInUse(file, { cause: error }) : error;
    }
    this.stateMachines = new StateMachineStore(this.#database);
    this.executions = new ExecutionStore(this.#database);
    this.aliases = new AliasStore(this.#database);
    this.mapRuns = new MapRunStore(this.#database);
  }

  close(): void {
    this.#database.close();
  }
}
