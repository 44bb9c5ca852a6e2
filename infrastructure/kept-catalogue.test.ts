// That a catalogue is built once, and again when what was kept is damaged.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buildCatalogue } from './build-catalogue.ts';
import { keptCatalogue } from './kept-catalogue.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kept-catalogue-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('what is kept is what was built', async () => {
  const build = vi.fn(() => buildCatalogue());
  const built = await keptCatalogue(build, folder);
  expect(built.length).toBeGreaterThan(10);
  expect(await keptCatalogue(build, folder)).toEqual(built);
  expect(build).toHaveBeenCalledTimes(1);
});

test('a damaged file is built anew, one of other sources removed', async () => {
  await keptCatalogue(async () => [], folder);
  const [file = ''] = await readdir(folder);
  await writeFile(join(folder, file), '{');
  await writeFile(join(folder, 'catalogue-0.json'), '[]');
  const build = vi.fn(async () => []);
  await keptCatalogue(build, folder);
  expect(build).toHaveBeenCalledTimes(1);
  expect(await readdir(folder)).toEqual([file]);
});

test('a folder that cannot be written to is no failure', async () => {
  await writeFile(join(folder, 'file'), '');
  expect(await keptCatalogue(async () => [], join(folder, 'file'))).toEqual([]);
});
