// Executions that have ended: which are the oldest, and what is deleted with them.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { transaction } from './transaction.ts';

export interface EndedExecution {
  readonly id: number;
  readonly arn: string;
  readonly machineArn: string;
  readonly revision: number;
}

/** Tables whose rows belong to an execution. */
const DEPENDENT_TABLES = ['history', 'threads', 'execution_aliases', 'redrive_tokens', 'map_children'];

export class EndedStore {
  readonly #database: DatabaseSync;
  readonly #oldest: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec('CREATE TEMP TABLE expired (execution INTEGER PRIMARY KEY)');
    // The children of a Map Run are deleted with the execution that the Map Run belongs to.
    this.#oldest = database.prepare(`
      SELECT id, arn, machine_arn, revision FROM executions WHERE status <> 'RUNNING' AND stopped_at <= ?
      AND NOT EXISTS (SELECT 1 FROM map_children WHERE execution = id) ORDER BY stopped_at LIMIT ?`);
  }

  /** Those that had ended at `stoppedBy` (milliseconds since 1970), the oldest first. */
  oldest(stoppedBy: number, limit: number): EndedExecution[] {
    return this.#oldest.all(stoppedBy, limit).map((row) => ({
      id: Number(row['id']),
      arn: String(row['arn']),
      machineArn: String(row['machine_arn']),
      revision: Number(row['revision']),
    }));
  }

  /** With their histories, the children of their Map Runs, and revisions that nothing else refers to. */
  delete(executions: readonly EndedExecution[]): void {
    const database = this.#database;
    const add = database.prepare('INSERT INTO expired VALUES (?)');
    transaction(database, () => {
      for (const { id } of executions) add.run(id);
      // A child may have Map Runs of its own.
      const runs = `SELECT map_runs.arn FROM expired JOIN executions ON executions.id = expired.execution
        CROSS JOIN map_runs ON map_runs.execution = executions.arn`;
      const addChildren = database.prepare(
        `INSERT OR IGNORE INTO expired SELECT execution FROM map_children WHERE map_run IN (${runs})`,
      );
      while (addChildren.run().changes > 0);
      database.exec(`DELETE FROM map_runs WHERE arn IN (${runs})`);
      for (const table of DEPENDENT_TABLES) {
        database.exec(`DELETE FROM ${table} WHERE execution IN (SELECT execution FROM expired)`);
      }
      database.exec(
        'DELETE FROM executions WHERE id IN (SELECT execution FROM expired); DELETE FROM expired',
      );
      for (const { machineArn, revision } of executions) this.#deleteUnused(machineArn, revision);
    });
  }

  #deleteUnused(machineArn: string, revision: number): void {
    this.#database
      .prepare(
        `DELETE FROM revisions WHERE id = ?2
         AND NOT EXISTS (SELECT 1 FROM state_machines WHERE arn = ?1 AND revision = ?2)
         AND NOT EXISTS (SELECT 1 FROM versions WHERE machine_arn = ?1 AND revision = ?2)
         AND NOT EXISTS (SELECT 1 FROM executions WHERE machine_arn = ?1 AND revision = ?2)`,
      )
      .run(machineArn, revision);
  }

  /** The size of the file without its free pages. */
  usedBytes(): number {
    const pragma = (name: string) => Number(this.#database.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  }

  /** Gives free pages back to the file system. */
  shrink(): void {
    this.#database.exec('PRAGMA incremental_vacuum');
  }
}
