// Transactions of the database.
import type { DatabaseSync } from 'node:sqlite';

/** Runs `work` as one transaction: all of it is written, or, when it throws, nothing. Within another one it is a part of that. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  if (database.isTransaction) return work();
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A failed COMMIT may have rolled back already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
