// Before each test file of those that share a process: what a file sets in the environment ends with it.
import { afterAll } from 'vitest';

// Texts are compared as they are printed to a file.
delete process.env['FORCE_COLOR'];

const before = { ...process.env };

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});
