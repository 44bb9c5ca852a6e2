// What is looked for in all that tests' stacks leave behind.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PlantedSecrets } from './planted-secrets.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planted-'));
});
afterAll(() => rm(folder, { recursive: true }));

const secrets = new PlantedSecrets();
secrets.add({ token: 'ghp_planted_0123', client_id: 'not-a-secret-at-all', secret: 'short' });
secrets.add({ private_key: '-----BEGIN KEY-----\nabc\n-----END KEY-----\n' });
secrets.add(null);

test('a secret is found as a text and within JSON, and what is none or too short is not', () => {
  const told = JSON.stringify({
    a: 'x ghp_planted_0123 y',
    b: '-----BEGIN KEY-----\nabc\n-----END KEY-----',
  });
  expect(secrets.in(told)).toEqual(['token', 'private_key']);
  expect(secrets.in('not-a-secret-at-all short')).toEqual([]);
  expect(() => secrets.refuseIn('ghp_planted_0123', 'GET /x')).toThrow('GET /x holds a credential: token');
});

test('files are looked through at any depth, also those that are no text, but for what is left out', async () => {
  await mkdir(path.join(folder, 's3', 'logs'), { recursive: true });
  await mkdir(path.join(folder, 'providers'));
  await writeFile(
    path.join(folder, 's3', 'logs', 'a.bin'),
    Buffer.concat([Buffer.from([0, 255]), Buffer.from('ghp_planted_0123')]),
  );
  await writeFile(path.join(folder, 'providers', 'github.json'), 'ghp_planted_0123');
  await writeFile(path.join(folder, 'lambda.log'), 'nothing');
  expect(await secrets.leftIn(folder, ['providers'])).toEqual([`${path.join('s3', 'logs', 'a.bin')}: token`]);
});
