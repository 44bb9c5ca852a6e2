// The functions' log file by itself.
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFunctionLog } from './log.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'log-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('a log goes on where it was, and a full one makes room for a new one', async () => {
  const file = path.join(directory, 'logs', 'functions.log');
  const first = openFunctionLog(file);
  first.write('one', 'before\n');
  await first.close();
  const second = openFunctionLog(file);
  second.write('two', `a\n${'x'.repeat(17 * 1024 * 1024)}`);
  await second.close();
  const third = openFunctionLog(file);
  third.write('three', 'after');
  await third.close();
  expect(await readFile(file, 'utf8')).toBe('three after\n');
  expect((await readFile(`${file}.1`, 'utf8')).slice(0, 17)).toBe('one before\ntwo a\n');
  expect((await stat(`${file}.1`)).size).toBeGreaterThan(17 * 1024 * 1024);
});
