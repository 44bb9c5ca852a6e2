// Redrives, and the client tokens by which a repeated request for one is recognised.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Redrive } from './rows.ts';

/** How many client tokens are remembered, and for how long in milliseconds (API reference, RedriveExecution). */
const TOKENS = 10;
const TOKEN_MS = 15 * 60 * 1000;

export class RedriveStore {
  readonly #reopen: StatementSync;
  readonly #setGeneration: StatementSync;
  readonly #addToken: StatementSync;
  readonly #dropTokens: StatementSync;
  readonly #tokens: StatementSync;

  constructor(database: DatabaseSync) {
    this.#reopen = database.prepare(
      `UPDATE executions SET status = 'RUNNING', stopped_at = NULL, output = NULL, error = NULL, cause = NULL,
       redrive_count = ?, redriven_at = ? WHERE id = ?`,
    );
    this.#setGeneration = database.prepare('UPDATE map_children SET generation = ? WHERE execution = ?');
    this.#addToken = database.prepare('INSERT OR REPLACE INTO redrive_tokens VALUES (?, ?, ?)');
    this.#dropTokens = database.prepare(
      'DELETE FROM redrive_tokens WHERE execution = ? AND redriven_at <= ?',
    );
    this.#tokens = database.prepare(
      `SELECT token, redriven_at FROM redrive_tokens WHERE execution = ? AND redriven_at > ?
       ORDER BY redriven_at DESC LIMIT ${TOKENS}`,
    );
  }

  save(id: number, { count, at, generation, token }: Redrive): void {
    this.#reopen.run(count, at, id);
    if (generation !== undefined) this.#setGeneration.run(generation, id);
    if (token === undefined) return;
    this.#dropTokens.run(id, at - TOKEN_MS);
    this.#addToken.run(id, token, at);
  }

  /** The time of the redrive that a request with that token has made, in milliseconds since 1970. */
  byToken(id: number, token: string, now: number): number | undefined {
    const found = this.#tokens.all(id, now - TOKEN_MS).find((row) => row['token'] === token);
    return found && Number(found['redriven_at']);
  }
}
