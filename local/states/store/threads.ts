// The checkpoints of each execution's threads.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Checkpoint } from '../model/checkpoint.ts';
import { jsonText, jsonValue } from '../model/json.ts';

export class ThreadStore {
  readonly #save: StatementSync;
  readonly #find: StatementSync;
  readonly #forgetInner: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync) {
    this.#save = database.prepare('INSERT OR REPLACE INTO threads VALUES (?, ?, ?)');
    this.#find = database.prepare('SELECT place, checkpoint FROM threads WHERE execution = ? ORDER BY place');
    // Paths inside `/2` are from `/2/` up to, not including, `/20`: `0` is the character after the slash.
    this.#forgetInner = database.prepare(
      `DELETE FROM threads WHERE execution = ?1 AND place >= ?2 || '/' AND place < ?2 || '0'`,
    );
    this.#delete = database.prepare('DELETE FROM threads WHERE execution = ?');
  }

  save(
    execution: number,
    threads: readonly (readonly [path: string, checkpoint: Checkpoint])[],
    forgotten: readonly string[],
  ): void {
    for (const path of forgotten) this.#forgetInner.run(execution, path);
    for (const [path, checkpoint] of threads) {
      this.#save.run(execution, path, jsonText(checkpoint));
    }
  }

  find(execution: number): Map<string, Checkpoint> {
    return new Map(
      this.#find.all(execution).map(({ place, checkpoint }) => [
        String(place),
        jsonValue(String(checkpoint)) as unknown as Checkpoint, // written by save
      ]),
    );
  }

  delete(execution: number): void {
    this.#delete.run(execution);
  }
}
