// The folder of the laptop's state.
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { takeHome } from './home.ts';

test('nobody else can look into the folder', async () => {
  const parent = await mkdtemp(path.join(tmpdir(), 'home-'));
  const home = path.join(parent, 'state');
  const release = await takeHome(home);
  expect((await stat(home)).mode & 0o777).toBe(0o700);
  await release();
  await rm(parent, { recursive: true });
});
