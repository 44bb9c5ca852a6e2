// The tables of the engine's file, and how a file of an earlier version becomes one of this.
import type { DatabaseSync } from 'node:sqlite';
import { DatabaseForeign, DatabaseTooNew } from './refused.ts';
import { transaction } from './transaction.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS state_machines (
    arn TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL,
    created_at INTEGER NOT NULL, revision INTEGER NOT NULL, last_version INTEGER NOT NULL, tags TEXT NOT NULL
  ) STRICT;

  -- What an update replaces. Executions and versions keep the revision that they were created with.
  CREATE TABLE IF NOT EXISTS revisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, revision_id TEXT, machine_arn TEXT NOT NULL, definition TEXT NOT NULL,
    role_arn TEXT NOT NULL, logging TEXT NOT NULL, tracing TEXT NOT NULL, created_at INTEGER NOT NULL,
    encryption TEXT NOT NULL DEFAULT '{"type":"AWS_OWNED_KEY"}'
  ) STRICT;

  CREATE TABLE IF NOT EXISTS versions (
    machine_arn TEXT NOT NULL, number INTEGER NOT NULL, revision INTEGER NOT NULL,
    description TEXT, created_at INTEGER NOT NULL, PRIMARY KEY (machine_arn, number)
  ) STRICT, WITHOUT ROWID;

  -- The column routing is a JSON text. Executions that were started through an alias keep its ARN.
  CREATE TABLE IF NOT EXISTS aliases (
    arn TEXT PRIMARY KEY, machine_arn TEXT NOT NULL, name TEXT NOT NULL, description TEXT,
    routing TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS aliases_by_machine ON aliases (machine_arn, name);
  CREATE TABLE IF NOT EXISTS execution_aliases (execution INTEGER PRIMARY KEY, alias TEXT NOT NULL) STRICT;

  -- Written only at the start and at the end, as a row may be large.
  CREATE TABLE IF NOT EXISTS executions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL UNIQUE, name TEXT NOT NULL, machine_arn TEXT NOT NULL,
    version INTEGER, revision INTEGER NOT NULL, status TEXT NOT NULL, started_at INTEGER NOT NULL,
    stopped_at INTEGER, input TEXT NOT NULL, output TEXT, error TEXT, cause TEXT, trace_header TEXT,
    redrive_count INTEGER NOT NULL DEFAULT 0, redriven_at INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS executions_by_machine ON executions (machine_arn, id);
  CREATE INDEX IF NOT EXISTS executions_running ON executions (status) WHERE status = 'RUNNING';
  CREATE INDEX IF NOT EXISTS executions_ended ON executions (stopped_at) WHERE status <> 'RUNNING';

  -- Checkpoints, JSON texts, by the paths of the threads. A failed execution keeps them, to be redriven.
  CREATE TABLE IF NOT EXISTS threads (
    execution INTEGER NOT NULL, place TEXT NOT NULL, checkpoint TEXT NOT NULL, PRIMARY KEY (execution, place)
  ) STRICT, WITHOUT ROWID;

  -- Map Runs, with their settings and counts as JSON texts; and their children, each with the index of its batch.
  CREATE TABLE IF NOT EXISTS map_runs (
    arn TEXT PRIMARY KEY, execution TEXT NOT NULL, status TEXT NOT NULL, started_at INTEGER NOT NULL,
    stopped_at INTEGER, settings TEXT NOT NULL, counts TEXT NOT NULL,
    redrive_count INTEGER NOT NULL DEFAULT 0, redriven_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS map_runs_by_execution ON map_runs (execution, started_at);
  CREATE INDEX IF NOT EXISTS map_runs_running ON map_runs (status) WHERE status = 'RUNNING';
  CREATE TABLE IF NOT EXISTS map_children (
    execution INTEGER PRIMARY KEY, map_run TEXT NOT NULL, place INTEGER NOT NULL, items INTEGER NOT NULL,
    generation INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX IF NOT EXISTS map_children_by_run ON map_children (map_run, place);

  -- Client tokens, by which a repeated RedriveExecution is recognised.
  CREATE TABLE IF NOT EXISTS redrive_tokens (
    execution INTEGER NOT NULL, token TEXT NOT NULL, redriven_at INTEGER NOT NULL, PRIMARY KEY (execution, token)
  ) STRICT, WITHOUT ROWID;

  -- Events in groups, as they were written: a JSON array in each row.
  CREATE TABLE IF NOT EXISTS history (
    execution INTEGER NOT NULL, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL, events TEXT NOT NULL,
    PRIMARY KEY (execution, first_id)
  ) STRICT, WITHOUT ROWID;

  -- Status change events that have not been delivered. Ids are never used twice, as the outbox goes by them.
  CREATE TABLE IF NOT EXISTS status_events (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL) STRICT;
`;

/** Each brings a file from one version to the next. */
const MIGRATIONS = [
  // Checkpoints of only the top level, in the executions' own rows.
  `
  INSERT INTO threads SELECT id, '', json_object(
    'previousEventId', checkpoint ->> 'previousEventId', 'variables', checkpoint -> 'variables',
    'entered', json_object(
      'state', checkpoint ->> 'state', 'input', checkpoint -> 'input', 'eventId', checkpoint ->> 'enteredEventId',
      'at', checkpoint ->> 'enteredAt', 'progress', checkpoint -> 'progress'))
    FROM executions WHERE checkpoint IS NOT NULL;
  ALTER TABLE executions DROP COLUMN checkpoint;
  ALTER TABLE executions DROP COLUMN last_event_id;
  ALTER TABLE executions ADD COLUMN redrive_count INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE executions ADD COLUMN redriven_at INTEGER;
  ALTER TABLE map_runs ADD COLUMN redrive_count INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE map_runs ADD COLUMN redriven_at INTEGER;
  ALTER TABLE map_children ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE history RENAME TO history_0;
  CREATE TABLE history (
    execution INTEGER NOT NULL, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL, events TEXT NOT NULL,
    PRIMARY KEY (execution, first_id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO history SELECT execution, first_id, events ->> '$[#-1].id', events FROM history_0;
  DROP TABLE history_0;
  `,
  `ALTER TABLE revisions ADD COLUMN encryption TEXT NOT NULL DEFAULT '{"type":"AWS_OWNED_KEY"}';`,
];

/**
 * Writes nothing.
 * @throws DatabaseForeign for another program's file: its tables would get ours beside them
 * @throws DatabaseTooNew
 */
export function checkOwner(database: DatabaseSync, file: string): void {
  const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
  const has = (table: string): boolean => tables.some(({ name }) => name === table);
  if (tables.length > 0 && !(has('executions') && has('state_machines')))
    throw new DatabaseForeign(`${file} is not a file of this engine; name another one`);
  const found = versionOf(database);
  if (found > MIGRATIONS.length) {
    throw new DatabaseTooNew(
      `${file} is of version ${found}, and this engine reads up to ${MIGRATIONS.length}; take a newer engine, or name another file`,
    );
  }
}

/** Creates the tables, or migrates those of an earlier version. */
export function prepareSchema(database: DatabaseSync): void {
  const found = versionOf(database);
  const isNew = database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'executions'`).get() === undefined;
  transaction(database, () => {
    database.exec(SCHEMA);
    if (!isNew) for (const migration of MIGRATIONS.slice(found)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

const versionOf = (database: DatabaseSync): number =>
  Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
