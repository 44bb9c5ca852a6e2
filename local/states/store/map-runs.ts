// Map Runs: the settings and counts of distributed Maps.
import type { DatabaseSync } from 'node:sqlite';
import type { MapRunCounts, MapRunRow, MapRunSettings } from './rows.ts';

type Row = Record<string, string | number | null>;

export class MapRunStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  save(run: MapRunRow): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO map_runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        run.arn,
        run.executionArn,
        run.status,
        run.startedAt,
        run.stoppedAt ?? null,
        JSON.stringify(run.settings),
        JSON.stringify(run.counts),
        run.redriveCount,
        run.redrivenAt ?? null,
      );
  }

  find(arn: string): MapRunRow | undefined {
    const row = this.#database.prepare('SELECT * FROM map_runs WHERE arn = ?').get(arn);
    return row && toMapRun(row as Row);
  }

  /** The newest first. */
  list(executionArn: string, limit: number, offset: number): MapRunRow[] {
    return this.#database
      .prepare('SELECT * FROM map_runs WHERE execution = ? ORDER BY started_at DESC, arn LIMIT ? OFFSET ?')
      .all(executionArn, limit, offset)
      .map((row) => toMapRun(row as Row));
  }

  running(): MapRunRow[] {
    return this.#database
      .prepare("SELECT * FROM map_runs WHERE status = 'RUNNING'")
      .all()
      .map((row) => toMapRun(row as Row));
  }
}

function toMapRun(row: Row): MapRunRow {
  return {
    arn: String(row['arn']),
    executionArn: String(row['execution']),
    status: String(row['status']) as MapRunRow['status'], // only these are ever written
    startedAt: Number(row['started_at']),
    stoppedAt: row['stopped_at'] === null ? undefined : Number(row['stopped_at']),
    settings: JSON.parse(String(row['settings'])) as MapRunSettings, // written by save
    counts: JSON.parse(String(row['counts'])) as MapRunCounts, // written by save
    redriveCount: Number(row['redrive_count']),
    redrivenAt: row['redriven_at'] === null ? undefined : Number(row['redriven_at']),
  };
}
