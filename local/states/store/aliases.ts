// Aliases of state machines: names for one published version, or for two that share the traffic.
import type { DatabaseSync } from 'node:sqlite';

export interface Route {
  readonly version: number;
  /** Percent of the executions. */
  readonly weight: number;
}

export interface AliasRow {
  readonly arn: string;
  readonly machineArn: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly routes: readonly Route[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

type Row = Record<string, string | number | null>;

export class AliasStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  save(alias: AliasRow): void {
    const { arn, machineArn, name, description, routes, createdAt, updatedAt } = alias;
    this.#database
      .prepare('INSERT OR REPLACE INTO aliases VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(arn, machineArn, name, description ?? null, JSON.stringify(routes), createdAt, updatedAt);
  }

  find(arn: string): AliasRow | undefined {
    const row = this.#database.prepare('SELECT * FROM aliases WHERE arn = ?').get(arn);
    return row && toAlias(row as Row);
  }

  /** By name. */
  list(machineArn: string): AliasRow[] {
    return this.#database
      .prepare('SELECT * FROM aliases WHERE machine_arn = ? ORDER BY name')
      .all(machineArn)
      .map((row) => toAlias(row as Row));
  }

  delete(arn: string): void {
    this.#database.prepare('DELETE FROM aliases WHERE arn = ?').run(arn);
  }
}

function toAlias(row: Row): AliasRow {
  return {
    arn: String(row['arn']),
    machineArn: String(row['machine_arn']),
    name: String(row['name']),
    description: row['description'] === null ? undefined : String(row['description']),
    routes: JSON.parse(String(row['routing'])) as readonly Route[], // written by save
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
  };
}
