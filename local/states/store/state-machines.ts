// State machines, their revisions and published versions.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { transaction } from './transaction.ts';

export interface Revision {
  /** The store's key, by which compiled definitions are cached. */
  readonly id: number;
  /** Undefined until the state machine was first updated, as in AWS. */
  readonly revisionId: string | undefined;
  readonly definition: string;
  readonly roleArn: string;
  /** loggingConfiguration, tracingConfiguration and encryptionConfiguration, JSON texts. */
  readonly logging: string;
  readonly tracing: string;
  readonly encryption: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface StateMachineRow {
  readonly arn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly status: 'ACTIVE' | 'DELETING';
  readonly createdAt: number;
  readonly lastVersion: number;
  /** JSON text. */
  readonly tags: string;
  readonly revision: Revision;
}

export interface VersionRow {
  readonly number: number;
  readonly description: string | undefined;
  readonly createdAt: number;
  readonly revision: Revision;
}

export type NewRevision = Omit<Revision, 'id'>;
export type NewStateMachine = Omit<StateMachineRow, 'revision' | 'lastVersion' | 'status'>;

type Row = Record<string, string | number | null>;

/** The most recently used are cached. */
const CACHED_REVISIONS = 100;

const REVISION_COLUMNS = `r.id AS r_id, r.revision_id AS r_revision_id, r.definition AS r_definition,
  r.role_arn AS r_role_arn, r.logging AS r_logging, r.tracing AS r_tracing, r.encryption AS r_encryption,
  r.created_at AS r_created_at`;

export class StateMachineStore {
  readonly #database: DatabaseSync;
  readonly #find: StatementSync;
  readonly #findVersion: StatementSync;
  readonly #findRevision: StatementSync;
  readonly #revisions = new Map<number, Revision>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#find = database.prepare('SELECT * FROM state_machines WHERE arn = ?');
    this.#findVersion = database.prepare('SELECT * FROM versions WHERE machine_arn = ? AND number = ?');
    this.#findRevision = database.prepare(`SELECT ${REVISION_COLUMNS} FROM revisions r WHERE r.id = ?`);
  }

  find(arn: string): StateMachineRow | undefined {
    const row = this.#find.get(arn) as Row | undefined;
    const revision = row && this.revision(Number(row['revision']));
    return row && revision && toStateMachine(row, revision);
  }

  /** Cached, as a revision never changes. */
  revision(id: number): Revision | undefined {
    const known = this.#revisions.get(id);
    const row = known ? undefined : this.#findRevision.get(id);
    const revision = known ?? (row && toRevision(row as Row));
    if (!revision) return undefined;
    // A Map keeps the order of insertion: the most recently used is the last.
    this.#revisions.delete(id);
    this.#revisions.set(id, revision);
    const [oldest] = this.#revisions.keys();
    if (this.#revisions.size > CACHED_REVISIONS && oldest !== undefined) this.#revisions.delete(oldest);
    return revision;
  }

  /** By name; `limit` rows after the first `offset`. */
  list(limit: number, offset: number): StateMachineRow[] {
    return this.#database
      .prepare(
        `SELECT m.*, ${REVISION_COLUMNS} FROM state_machines m JOIN revisions r ON r.id = m.revision
         ORDER BY m.created_at, m.name LIMIT ? OFFSET ?`,
      )
      .all(limit, offset)
      .map((row) => toStateMachine(row as Row));
  }

  /** All that `work` changes is kept, or nothing. */
  atomically<T>(work: () => T): T {
    try {
      return transaction(this.#database, work);
    } catch (error) {
      // Of what was undone nothing stays in memory: the next revision has the same id.
      this.#revisions.clear();
      throw error;
    }
  }

  create(machine: NewStateMachine, revision: NewRevision): void {
    transaction(this.#database, () => {
      const id = this.#addRevision(machine.arn, revision);
      this.#database
        .prepare('INSERT INTO state_machines VALUES (?, ?, ?, ?, ?, ?, 0, ?)')
        .run(machine.arn, machine.name, machine.type, 'ACTIVE', machine.createdAt, id, machine.tags);
    });
  }

  /** The new revision becomes the current one. */
  update(arn: string, revision: NewRevision): void {
    transaction(this.#database, () => {
      const id = this.#addRevision(arn, revision);
      this.#database.prepare('UPDATE state_machines SET revision = ? WHERE arn = ?').run(id, arn);
    });
  }

  setTags(arn: string, tags: string): void {
    this.#database.prepare('UPDATE state_machines SET tags = ? WHERE arn = ?').run(tags, arn);
  }

  markDeleting(arn: string): void {
    this.#database.prepare(`UPDATE state_machines SET status = 'DELETING' WHERE arn = ?`).run(arn);
  }

  /** Its executions keep their revisions. */
  delete(arn: string): void {
    transaction(this.#database, () => {
      this.#database.prepare('DELETE FROM versions WHERE machine_arn = ?').run(arn);
      this.#database.prepare('DELETE FROM aliases WHERE machine_arn = ?').run(arn);
      this.#database.prepare('DELETE FROM state_machines WHERE arn = ?').run(arn);
    });
  }

  deleting(): string[] {
    return this.#database
      .prepare(`SELECT arn FROM state_machines WHERE status = 'DELETING'`)
      .all()
      .map((row) => String(row['arn']));
  }

  /** State machines whose deletion was requested, and whose executions have all ended. */
  deletable(): string[] {
    return this.#database
      .prepare(
        `SELECT arn FROM state_machines m WHERE status = 'DELETING'
         AND NOT EXISTS (SELECT 1 FROM executions e WHERE e.machine_arn = m.arn AND e.status = 'RUNNING')`,
      )
      .all()
      .map((row) => String(row['arn']));
  }

  /** Publishes the current revision and gives the new version's number. Numbers are never used twice. */
  publish(machine: StateMachineRow, description: string | undefined, createdAt: number): number {
    const number = machine.lastVersion + 1;
    transaction(this.#database, () => {
      this.#database
        .prepare('UPDATE state_machines SET last_version = ? WHERE arn = ?')
        .run(number, machine.arn);
      this.#database
        .prepare('INSERT INTO versions VALUES (?, ?, ?, ?, ?)')
        .run(machine.arn, number, machine.revision.id, description ?? null, createdAt);
    });
    return number;
  }

  version(arn: string, number: number): VersionRow | undefined {
    const row = this.#findVersion.get(arn, number) as Row | undefined;
    const revision = row && this.revision(Number(row['revision']));
    return row && revision && toVersion(row, revision);
  }

  /** The newest first. */
  versions(arn: string, limit: number, offset: number): VersionRow[] {
    return this.#database
      .prepare(
        `SELECT v.*, ${REVISION_COLUMNS} FROM versions v JOIN revisions r ON r.id = v.revision
         WHERE v.machine_arn = ? ORDER BY v.number DESC LIMIT ? OFFSET ?`,
      )
      .all(arn, limit, offset)
      .map((row) => toVersion(row as Row));
  }

  deleteVersion(arn: string, number: number): void {
    this.#database.prepare('DELETE FROM versions WHERE machine_arn = ? AND number = ?').run(arn, number);
  }

  #addRevision(arn: string, revision: NewRevision): number {
    const { lastInsertRowid } = this.#database
      .prepare(
        `INSERT INTO revisions (revision_id, machine_arn, definition, role_arn, logging, tracing, encryption, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        revision.revisionId ?? null,
        arn,
        revision.definition,
        revision.roleArn,
        revision.logging,
        revision.tracing,
        revision.encryption,
        revision.createdAt,
      );
    return Number(lastInsertRowid);
  }
}

function toRevision(row: Row): Revision {
  return {
    id: Number(row['r_id']),
    revisionId: row['r_revision_id'] === null ? undefined : String(row['r_revision_id']),
    definition: String(row['r_definition']),
    roleArn: String(row['r_role_arn']),
    logging: String(row['r_logging']),
    tracing: String(row['r_tracing']),
    encryption: String(row['r_encryption']),
    createdAt: Number(row['r_created_at']),
  };
}

function toStateMachine(row: Row, revision = toRevision(row)): StateMachineRow {
  return {
    arn: String(row['arn']),
    name: String(row['name']),
    type: row['type'] === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
    status: row['status'] === 'DELETING' ? 'DELETING' : 'ACTIVE',
    createdAt: Number(row['created_at']),
    lastVersion: Number(row['last_version']),
    tags: String(row['tags']),
    revision,
  };
}

function toVersion(row: Row, revision = toRevision(row)): VersionRow {
  return {
    number: Number(row['number']),
    description: row['description'] === null ? undefined : String(row['description']),
    createdAt: Number(row['created_at']),
    revision,
  };
}
