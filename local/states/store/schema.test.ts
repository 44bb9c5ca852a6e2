// A file of an earlier version of the engine is migrated, with its running executions.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestClock, TestEngine, types } from '../testing/engine.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'states-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Version 0, as far as these tests fill it. */
const VERSION_0 = `
  CREATE TABLE state_machines (
    arn TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL,
    created_at INTEGER NOT NULL, revision INTEGER NOT NULL, last_version INTEGER NOT NULL, tags TEXT NOT NULL
  ) STRICT;
  CREATE TABLE revisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, revision_id TEXT, machine_arn TEXT NOT NULL, definition TEXT NOT NULL,
    role_arn TEXT NOT NULL, logging TEXT NOT NULL, tracing TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE executions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL UNIQUE, name TEXT NOT NULL, machine_arn TEXT NOT NULL,
    version INTEGER, revision INTEGER NOT NULL, status TEXT NOT NULL, started_at INTEGER NOT NULL,
    stopped_at INTEGER, input TEXT NOT NULL, output TEXT, error TEXT, cause TEXT, trace_header TEXT,
    last_event_id INTEGER NOT NULL, checkpoint TEXT
  ) STRICT;
  CREATE TABLE map_runs (
    arn TEXT PRIMARY KEY, execution TEXT NOT NULL, status TEXT NOT NULL, started_at INTEGER NOT NULL,
    stopped_at INTEGER, settings TEXT NOT NULL, counts TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE map_children (
    execution INTEGER PRIMARY KEY, map_run TEXT NOT NULL, place INTEGER NOT NULL, items INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE history (
    execution INTEGER NOT NULL, first_id INTEGER NOT NULL, events TEXT NOT NULL,
    PRIMARY KEY (execution, first_id)
  ) STRICT, WITHOUT ROWID;
`;

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';
const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:m:e';

function writeVersion0(file: string, clock: TestClock): void {
  const now = clock.now();
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Set',
    States: {
      Set: { Type: 'Pass', Assign: { kept: 'yes' }, Next: 'Wait' },
      Wait: { Type: 'Wait', Seconds: 60, Next: 'Done' },
      Done: { Type: 'Pass', Output: '{% [$kept, $states.input.n] %}', End: true },
    },
  };
  const event = (id: number, type: string, details: object = {}) => ({
    id,
    previousEventId: id - 1,
    timestamp: now,
    type,
    ...details,
  });
  const checkpoint = {
    state: 'Wait',
    input: { n: 1 },
    variables: { kept: 'yes' },
    enteredEventId: 4,
    enteredAt: now,
    previousEventId: 4,
    progress: { kind: 'waiting', until: now + 60_000 },
  };
  const database = new DatabaseSync(file);
  database.exec(VERSION_0);
  database
    .prepare("INSERT INTO revisions VALUES (1, NULL, ?, ?, 'role', '{}', '{}', ?)")
    .run(MACHINE, JSON.stringify(definition), now);
  database
    .prepare("INSERT INTO state_machines VALUES (?, 'm', 'STANDARD', 'ACTIVE', ?, 1, 0, '[]')")
    .run(MACHINE, now);
  database
    .prepare(
      `INSERT INTO executions VALUES (1, ?, 'e', ?, NULL, 1, 'RUNNING', ?, NULL, '{"n":1}', NULL, NULL, NULL, NULL, 4, ?)`,
    )
    .run(EXECUTION, MACHINE, now, JSON.stringify(checkpoint));
  const groups = [
    [event(1, 'ExecutionStarted')],
    [event(2, 'PassStateEntered'), event(3, 'PassStateExited'), event(4, 'WaitStateEntered')],
  ];
  for (const events of groups) {
    database.prepare('INSERT INTO history VALUES (1, ?, ?)').run(events[0]?.id ?? 0, JSON.stringify(events));
  }
  database.close();
}

test('running executions go on', async () => {
  const clock = new TestClock();
  const file = join(folder, 'states.db');
  writeVersion0(file, clock);
  const engine = await TestEngine.start({ database: file, clock });
  try {
    expect(await clock.untilTimer()).toBe(60_000);
    clock.advance(60_000);
    const { output, events } = await engine.ended(EXECUTION);
    expect(output).toEqual(['yes', 1]);
    expect(events.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(types(events).slice(3)).toEqual([
      'WaitStateEntered',
      'WaitStateExited',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
  } finally {
    await engine.close();
  }
});

test('a file of a later version is refused and left unchanged', async () => {
  const file = join(folder, 'states.db');
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 99');
  database.close();
  await expect(TestEngine.start({ database: file })).rejects.toMatchObject({
    name: 'DatabaseTooNew',
    message: `${file} is of version 99, and this engine reads up to 2; take a newer engine, or name another file`,
  });
});
