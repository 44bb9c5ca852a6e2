// `orchestra states --database`: files that the engine refuses.
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from './testing/run.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'orchestra-states-'));
});
afterEach(() => rm(folder, { recursive: true }));

const states = (options: readonly string[]) => run(['states', '--port', '0', ...options]);

/** A file that the engine has created. */
async function engineFile(): Promise<string> {
  const file = path.join(folder, 'states.db');
  expect((await states(['-d', file])).code).toBe(0);
  return file;
}

test.each<[what: string, make: () => Promise<string>, message: string]>([
  [
    'in a folder that cannot be created',
    async () => {
      await writeFile(path.join(folder, 'file'), '');
      return path.join(folder, 'file', 'below', 'states.db');
    },
    'The folder of FILE cannot be made (not a directory); name a file in a folder that can be written',
  ],
  [
    'that is a folder',
    async () => folder,
    'FILE cannot be opened for writing (unable to open database file); name a file in a folder that can be written',
  ],
  [
    'of text',
    async () => {
      const file = path.join(folder, 'notes.txt');
      await writeFile(file, 'Dear diary, '.repeat(1000));
      return file;
    },
    'FILE is not a file of this engine; name another one',
  ],
  [
    'of another program',
    async () => {
      const file = path.join(folder, 'other.db');
      const database = new DatabaseSync(file);
      database.exec('CREATE TABLE history (url TEXT); PRAGMA user_version = 7');
      database.close();
      return file;
    },
    'FILE is not a file of this engine; name another one',
  ],
  [
    'of a later version',
    async () => {
      const file = await engineFile();
      const database = new DatabaseSync(file);
      database.exec('PRAGMA user_version = 99');
      database.close();
      return file;
    },
    'FILE is of version 99, and this engine reads up to NOW; take a newer engine, or name another file',
  ],
  [
    'that was truncated',
    async () => {
      const file = await engineFile();
      await truncate(file, 8192);
      return file;
    },
    'FILE is damaged (database disk image is malformed); name another file, or put an earlier copy in its place',
  ],
])('a file %s is refused and left unchanged', async (_, make, message) => {
  const file = await make();
  const before = await readFile(file).catch(() => undefined);
  const { code, stdout, stderr } = await states(['-d', file]);
  expect([code, stdout, stderr.replace(/up to \d+/, 'up to NOW')]).toEqual([
    2,
    '',
    `orchestra: ${message.replace('FILE', file)}\n`,
  ]);
  expect(await readFile(file).catch(() => undefined)).toEqual(before);
});

test('a file with an unreadable checkpoint is refused before any execution is resumed', async () => {
  const file = await engineFile();
  const database = new DatabaseSync(file);
  database.exec(`
    INSERT INTO revisions (id, machine_arn, definition, role_arn, logging, tracing, created_at)
      VALUES (1, 'm', '{"StartAt": "P", "States": {"P": {"Type": "Succeed"}}}', 'r', '{}', '{}', 0);
    INSERT INTO executions (id, arn, name, machine_arn, revision, status, started_at, input)
      VALUES (1, 'a', 'a', 'm', 1, 'RUNNING', 0, '{}'), (2, 'b', 'b', 'm', 1, 'RUNNING', 0, '{}');
    INSERT INTO threads VALUES (2, '', '{"previousEventId')`);
  database.close();
  expect(await states(['-d', file])).toEqual({
    code: 2,
    stdout: '',
    stderr: `orchestra: ${file} is damaged (malformed JSON); name another file, or put an earlier copy in its place\n`,
  });
  const after = new DatabaseSync(file);
  expect(after.prepare('SELECT COUNT(*) AS events FROM history').get()).toEqual({ events: 0 });
  after.close();
});
