// kill -9 in the middle of writing: what was acknowledged is there, and everything there is whole.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { ObjectStore } from './store.ts';

/** Overwrites twenty keys without end, four at a time, and prints each write that was acknowledged. */
const writer = (directory: string) => `
  const { ObjectStore } = await import(${JSON.stringify(new URL('./store.ts', import.meta.url).href)});
  const store = new ObjectStore(${JSON.stringify(directory)});
  await store.createBucket('bkt');
  let count = 0;
  const loop = async (lane) => {
    for (;;) {
      const n = count++, key = 'dir/' + lane + '/' + n % 5;
      await store.put('bkt', key, Buffer.alloc(20_000, n + ':'), { headers: {} }, () => {});
      console.log(key + ' ' + n);
    }
  };
  await Promise.all([0, 1, 2, 3].map(loop));`;

test('nothing acknowledged is lost, nothing is half', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 's3-crash-'));
  const acknowledged = new Map<string, number>();
  for (let round = 0; round < 5; round++) {
    acknowledged.clear();
    const child = spawn(process.execPath, ['--input-type=module', '-e', writer(directory)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    let writes = 0;
    for await (const line of createInterface(child.stdout)) {
      const [key = '', n = ''] = line.split(' ');
      acknowledged.set(key, Number(n));
      if (++writes === 40 + round * 7) child.kill('SIGKILL');
    }
    await exited;

    const store = new ObjectStore(directory);
    for (const [key, n] of acknowledged) {
      const version = store.find('bkt', key);
      const content = version && (await store.read(version));
      expect(content?.length).toBe(20_000);
      expect(
        createHash('md5')
          .update(content ?? '')
          .digest('hex'),
      ).toBe(version?.etag);
      expect(Number(content?.toString().split(':', 1)[0])).toBeGreaterThanOrEqual(n);
      const file = path.join(directory, 'bkt', key);
      expect(store.objectPath('bkt', key)).toBe(file);
      expect(await readFile(file)).toEqual(content);
    }
    await store.close();
  }
  // Contents that no version names are deleted after an opening that found a crash.
  const store = new ObjectStore(directory);
  await expect.poll(() => readdir(path.join(directory, '.objects', 'content'))).toHaveLength(20);
  await store.close();
  await rm(directory, { recursive: true });
});
