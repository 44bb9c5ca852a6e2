// The `.env` file as developers write it.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEnvFile } from './env-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'env-'));

test('reads values with quotes and comments, and leaves out what is set to nothing', () => {
  const path = join(directory, '.env');
  writeFileSync(path, '# keys\nOPENAI_API_KEY="sk-1 # 2"\nGITHUB_TOKEN=abc # mine\nNOTION_TOKEN=\n');
  expect(readEnvFile(path)).toEqual({ OPENAI_API_KEY: 'sk-1 # 2', GITHUB_TOKEN: 'abc' });
});

test('a file that is not there holds nothing', () => {
  expect(readEnvFile(join(directory, 'missing'))).toEqual({});
});

test('a path that cannot be read is an error', () => {
  expect(() => readEnvFile(directory)).toThrow('EISDIR');
});
