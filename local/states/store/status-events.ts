// Status change events that have not been delivered.
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export class StatusEventStore {
  readonly #add: StatementSync;
  readonly #after: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync) {
    this.#add = database.prepare('INSERT INTO status_events (event) VALUES (?)');
    this.#after = database.prepare('SELECT id, event FROM status_events WHERE id > ? ORDER BY id LIMIT ?');
    this.#delete = database.prepare('DELETE FROM status_events WHERE id = ?');
  }

  /** @param event JSON text */
  add(event: string): void {
    this.#add.run(event);
  }

  /** Those after `id`, the oldest first. */
  after(id: number, limit: number): { readonly id: number; readonly event: string }[] {
    return this.#after.all(id, limit).map((row) => ({ id: Number(row['id']), event: String(row['event']) }));
  }

  delete(ids: readonly number[]): void {
    for (const id of ids) this.#delete.run(id);
  }
}
