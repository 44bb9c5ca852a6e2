// Group commit: changes that arrive together share one transaction and one flush to disk.
import { type FileHandle, open } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';

interface Change {
  apply(): () => void;
  fail(error: unknown): void;
}

/**
 * Runs changes one after the other in transactions, in the order in which they came.
 *
 * SQLite's own flush would stop the event loop for milliseconds at every commit; so the log is flushed
 * from a thread of Node's pool, and a change resolves only after that.
 */
export function createCommitter(
  database: DatabaseSync,
  logFile: string,
  {
    afterCommit,
    afterRollback,
  }: {
    /** Called after each commit, before its changes resolve. */
    readonly afterCommit: () => void;
    readonly afterRollback: () => void;
  },
) {
  let waiting: Change[] = [];
  let running: Promise<void> | undefined;
  let log: FileHandle | undefined;

  async function work(): Promise<void> {
    // Changes requested in the same turn of the event loop join the first transaction.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        database.exec('BEGIN IMMEDIATE');
        const resolvers = batch.map((change) => change.apply());
        database.exec('COMMIT');
        log ??= await open(logFile, 'r');
        await log.datasync();
        afterCommit();
        for (const resolve of resolvers) resolve();
      } catch (error) {
        for (const change of batch) change.fail(error);
        if (database.isTransaction) database.exec('ROLLBACK');
        afterRollback();
      }
    }
    running = undefined;
  }

  return {
    /** Runs a change in a transaction; one that throws is undone, and rejects with its error. */
    run<T>(change: () => T): Promise<T> {
      return new Promise<T>((resolve, fail) => {
        const apply = () => {
          database.exec('SAVEPOINT change');
          try {
            const value = change();
            database.exec('RELEASE change');
            return () => resolve(value);
          } catch (error) {
            // A full disk rolls the whole transaction back; the commit then fails for the whole batch.
            if (database.isTransaction) database.exec('ROLLBACK TO change; RELEASE change');
            return () => fail(error);
          }
        };
        waiting.push({ apply, fail });
        running ??= work();
      });
    },

    /** Waits for the changes in progress. */
    async close(): Promise<void> {
      await running;
      await log?.close();
    },
  };
}
