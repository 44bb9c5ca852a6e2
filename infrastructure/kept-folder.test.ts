import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keptFolder } from './kept-folder.ts';

let cache: string;
beforeEach(async () => {
  cache = join(await mkdtemp(join(tmpdir(), 'kept-folder-')), 'cache');
});
afterEach(() => rm(join(cache, '..'), { recursive: true }));

const SOURCES = ['package.json'];
const make = (text: string) => async (folder: string) => {
  await mkdir(folder);
  await writeFile(join(folder, 'text'), text);
};

test('what was made is found again, and is made anew from other sources', async () => {
  const first = await keptFolder('thing', SOURCES, make('first'), cache);
  expect(await keptFolder('thing', SOURCES, make('second'), cache)).toBe(first);
  expect(await readFile(join(first, 'text'), 'utf8')).toBe('first');
  const other = await keptFolder('thing', ['biome.json'], make('other'), cache);
  expect(await readFile(join(other, 'text'), 'utf8')).toBe('other');
  // Somebody may still read the first.
  expect(await readdir(cache)).toHaveLength(2);
});

test('who asks while another makes it never gets the half of it', async () => {
  const half = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const slow = keptFolder(
    'thing',
    SOURCES,
    async (folder) => {
      await mkdir(folder);
      half.resolve();
      await goOn.promise;
      await writeFile(join(folder, 'text'), 'slow');
    },
    cache,
  );
  await half.promise;
  expect((await readdir(cache)).filter((name) => !name.endsWith(`.${process.pid}`))).toEqual([]);
  // As another process would leave it that was faster.
  const [unfinished] = await readdir(cache);
  const folder = join(cache, (unfinished ?? '').slice(0, -`.${process.pid}`.length));
  await make('fast')(folder);
  goOn.resolve();
  expect(await slow).toBe(folder);
  expect(await readFile(join(folder, 'text'), 'utf8')).toBe('fast');
  expect(await readdir(cache)).toHaveLength(1);
});

test('what was left half made is made anew, and what nobody asks for goes after a day', async () => {
  const old = join(cache, 'thing-00000000000000000000000000000000');
  await mkdir(old, { recursive: true });
  await utimes(old, new Date(0), new Date(0));
  await mkdir(join(cache, 'other-thing'));
  await utimes(join(cache, 'other-thing'), new Date(0), new Date(0));
  const failed = keptFolder(
    'thing',
    SOURCES,
    async (folder) => {
      await mkdir(folder);
      throw new Error('ended');
    },
    cache,
  );
  await expect(failed).rejects.toThrow('ended');
  const folder = await keptFolder('thing', SOURCES, make('whole'), cache);
  expect(await readFile(join(folder, 'text'), 'utf8')).toBe('whole');
  expect((await readdir(cache)).toSorted()).toEqual(
    ['other-thing', folder.slice(cache.length + 1)].toSorted(),
  );
});
