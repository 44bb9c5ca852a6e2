// Executions and their histories.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { HistoryEvent } from '../model/history.ts';
import type { MapRunStore } from './map-runs.ts';
import { RedriveStore } from './redrives.ts';
import type { ChildRow, ExecutionEnd, ExecutionRow, NewRow, ProgressRow, RestorePoint } from './rows.ts';
import { StatusEventStore } from './status-events.ts';
import { ThreadStore } from './threads.ts';
import { transaction } from './transaction.ts';

export interface ExecutionFilter {
  readonly machineArn: string;
  readonly version: number | undefined;
  readonly alias: string | undefined;
  readonly status: string | undefined;
  readonly redriven: boolean | undefined;
  /** Those that started earlier are of a deleted state machine of the same name. */
  readonly since: number;
}

/** Children of a Map Run. */
export interface ChildFilter {
  readonly mapRun: string;
  readonly status: string | undefined;
  readonly redriven: boolean | undefined;
}

const COLUMNS = `id, arn, name, machine_arn, version, revision, status, started_at, stopped_at, input, output,
  error, cause, trace_header, redrive_count, redriven_at, map_run, items, alias`;
const EXECUTIONS = `executions LEFT JOIN map_children ON map_children.execution = executions.id
  LEFT JOIN execution_aliases ON execution_aliases.execution = executions.id`;

type Row = Record<string, string | number | null>;

export class ExecutionStore {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  #lastId: number;
  readonly #insertAlias: StatementSync;
  readonly #insertChild: StatementSync;
  readonly #find: StatementSync;
  readonly #addEvents: StatementSync;
  readonly #saveEnded: StatementSync;
  readonly #history: StatementSync;
  readonly #lastEventId: StatementSync;
  readonly #threads: ThreadStore;
  readonly #mapRuns: MapRunStore;
  readonly redrives: RedriveStore;
  readonly statusEvents: StatusEventStore;

  constructor(database: DatabaseSync, mapRuns: MapRunStore) {
    this.#database = database;
    this.#mapRuns = mapRuns;
    this.redrives = new RedriveStore(database);
    this.#insert = database.prepare(`
      INSERT INTO executions (id, arn, name, machine_arn, version, revision, started_at, input, trace_header,
        status, stopped_at, output, error, cause) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    const last = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'executions'").get();
    this.#lastId = Number(last?.['seq'] ?? 0);
    this.#insertAlias = database.prepare('INSERT INTO execution_aliases VALUES (?, ?)');
    this.#insertChild = database.prepare('INSERT INTO map_children VALUES (?, ?, ?, ?, ?)');
    this.#find = database.prepare(`SELECT ${COLUMNS} FROM ${EXECUTIONS} WHERE arn = ?`);
    this.#addEvents = database.prepare('INSERT INTO history VALUES (?, ?, ?, ?)');
    this.#saveEnded = database.prepare(
      'UPDATE executions SET status = ?, stopped_at = ?, output = ?, error = ?, cause = ? WHERE id = ?',
    );
    this.#history = database.prepare(`
      SELECT events FROM history WHERE execution = ?1 AND first_id <= ?3 AND first_id >= COALESCE(
        (SELECT MAX(first_id) FROM history WHERE execution = ?1 AND first_id <= ?2), 0)
      ORDER BY first_id`);
    this.statusEvents = new StatusEventStore(database);
    this.#lastEventId = database.prepare(
      'SELECT last_id FROM history WHERE execution = ? ORDER BY first_id DESC LIMIT 1',
    );
    this.#threads = new ThreadStore(database);
  }

  /** The key for a row that is still to be inserted. No key is used twice. */
  newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #insertOne(id: number, { execution, child }: NewRow, end: ExecutionEnd | undefined): void {
    this.#insert.run(
      id,
      execution.arn,
      execution.name,
      execution.machineArn,
      execution.version ?? null,
      execution.revision,
      execution.startedAt,
      execution.input,
      execution.traceHeader ?? null,
      ...(end ? endColumns(end) : (['RUNNING', null, null, null, null] as const)),
    );
    if (execution.alias !== undefined) this.#insertAlias.run(id, execution.alias);
    if (child) this.#insertChild.run(id, child.mapRun, child.index, child.items, child.generation);
  }

  /** `acknowledged`: ids of status change events that have been delivered, and are deleted. */
  saveProgress(rows: readonly ProgressRow[], acknowledged: readonly number[]): void {
    transaction(this.#database, () => {
      for (const row of rows) this.#saveOne(row);
      this.statusEvents.delete(acknowledged);
    });
  }

  #saveOne(progress: ProgressRow): void {
    const { executionId, events, end, newRow, redrive } = progress;
    if (newRow) this.#insertOne(executionId, newRow, end);
    if (redrive) {
      this.redrives.save(executionId, redrive);
      this.#threads.delete(executionId);
      this.#threads.save(executionId, [...redrive.threads], []);
    }
    const [first] = events;
    const last = events.at(-1);
    if (first && last) this.#addEvents.run(executionId, first.id, last.id, JSON.stringify(events));
    if (end?.status !== 'SUCCEEDED') {
      this.#threads.save(executionId, progress.threads, progress.forgotten);
    } else if (!newRow) this.#threads.delete(executionId);
    if (end && !newRow) this.#saveEnded.run(...endColumns(end), executionId);
    for (const event of progress.statusEvents) this.statusEvents.add(event);
    for (const run of progress.mapRuns) this.#mapRuns.save(run);
  }

  /** Where an execution stood when it was last written. */
  restorePoint(executionId: number): RestorePoint {
    return { lastEventId: this.lastEventId(executionId), threads: this.#threads.find(executionId) };
  }

  lastEventId(executionId: number): number {
    return Number(this.#lastEventId.get(executionId)?.['last_id'] ?? 0);
  }

  find(arn: string): ExecutionRow | undefined {
    const row = this.#find.get(arn);
    return row && toExecution(row as Row);
  }

  /** The newest first, those older than the one with the key `before` (0: all). */
  list(
    { machineArn, version, alias, status, redriven, since }: ExecutionFilter,
    limit: number,
    before: number,
  ): ExecutionRow[] {
    return this.#database
      .prepare(
        `SELECT ${COLUMNS} FROM ${EXECUTIONS} WHERE machine_arn = ?1 AND started_at >= ?2
         AND (?3 IS NULL OR version = ?3) AND (?4 IS NULL OR status = ?4)
         AND (?6 = 0 OR id < ?6) AND (?7 IS NULL OR alias = ?7)
         AND (?8 IS NULL OR (redrive_count > 0) = ?8) ORDER BY id DESC LIMIT ?5`,
      )
      .all(
        ...[machineArn, since, version ?? null, status ?? null, limit, before, alias ?? null],
        flag(redriven),
      )
      .map((row) => toExecution(row as Row));
  }

  /** Without the children of Map Runs, which are resumed by their Map Run. */
  running(): ExecutionRow[] {
    return this.#database
      .prepare(
        `SELECT ${COLUMNS} FROM ${EXECUTIONS} WHERE status = 'RUNNING' AND map_run IS NULL ORDER BY id`,
      )
      .all()
      .map((row) => toExecution(row as Row));
  }

  /** The newest first, those older than the one with the key `before` (0: all). */
  listChildren({ mapRun, status, redriven }: ChildFilter, limit: number, before: number): ExecutionRow[] {
    return this.#database
      .prepare(
        `SELECT ${COLUMNS} FROM ${EXECUTIONS} WHERE map_run = ?1 AND (?2 IS NULL OR status = ?2)
         AND (?4 = 0 OR id < ?4) AND (?5 IS NULL OR (redrive_count > 0) = ?5) ORDER BY id DESC LIMIT ?3`,
      )
      .all(mapRun, status ?? null, limit, before, flag(redriven))
      .map((row) => toExecution(row as Row));
  }

  /** All children of a Map Run, each by the index of its batch. */
  children(mapRun: string): Map<number, ChildRow> {
    const rows = this.#database
      .prepare(`SELECT ${COLUMNS}, place, generation FROM ${EXECUTIONS} WHERE map_run = ?`)
      .all(mapRun);
    return new Map(
      rows.map((row) => [
        Number(row['place']),
        { ...toExecution(row as Row), generation: Number(row['generation']) },
      ]),
    );
  }

  /** The ARNs of Map Runs that a thread of a running execution will resume. */
  resumableMapRuns(): Set<string> {
    const rows = this.#database
      .prepare(
        `SELECT checkpoint ->> '$.entered.progress.mapRun' AS map_run
         FROM executions CROSS JOIN threads ON threads.execution = executions.id
         WHERE status = 'RUNNING' AND map_run IS NOT NULL`,
      )
      .all();
    return new Set(rows.map((row) => String(row['map_run'])));
  }

  /** Aborts the running children of a Map Run that no execution will resume. */
  abortChildren(mapRun: string, stoppedAt: number): void {
    this.#database
      .prepare(
        `UPDATE executions SET status = 'ABORTED', stopped_at = ? WHERE status = 'RUNNING'
         AND id IN (SELECT execution FROM map_children WHERE map_run = ?)`,
      )
      .run(stoppedAt, mapRun);
  }

  hasRunning(machineArn: string): boolean {
    return (
      this.#database
        .prepare(`SELECT 1 FROM executions WHERE status = 'RUNNING' AND machine_arn = ? LIMIT 1`)
        .get(machineArn) !== undefined
    );
  }

  /** The events with ids from `from` to `to`, both included, in the order of their ids. */
  history(executionId: number, from: number, to: number): HistoryEvent[] {
    return this.#history
      .all(executionId, from, to)
      .flatMap((row) => JSON.parse(String(row['events'])) as HistoryEvent[]) // written by saveProgress
      .filter(({ id }) => id >= from && id <= to);
  }
}

const endColumns = ({ status, stoppedAt, output, error, cause }: ExecutionEnd) =>
  [status, stoppedAt, output ?? null, error ?? null, cause ?? null] as const;

const flag = (value: boolean | undefined) => (value === undefined ? null : Number(value));
const text = (value: string | number | null | undefined) => (value == null ? undefined : String(value));
const number = (value: string | number | null | undefined) => (value == null ? undefined : Number(value));

function toExecution(row: Row): ExecutionRow {
  return {
    id: Number(row['id']),
    arn: String(row['arn']),
    name: String(row['name']),
    machineArn: String(row['machine_arn']),
    version: number(row['version']),
    alias: text(row['alias']),
    revision: Number(row['revision']),
    status: String(row['status']) as ExecutionRow['status'], // only these are ever written
    startedAt: Number(row['started_at']),
    stoppedAt: number(row['stopped_at']),
    input: String(row['input']),
    output: text(row['output']),
    error: text(row['error']),
    cause: text(row['cause']),
    traceHeader: text(row['trace_header']),
    redriveCount: Number(row['redrive_count']),
    redrivenAt: number(row['redriven_at']),
    ...(row['map_run'] != null && { mapRun: String(row['map_run']), itemCount: Number(row['items']) }),
  };
}
