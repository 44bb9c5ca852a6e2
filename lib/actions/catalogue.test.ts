// Reading the catalogue's file, and writing it as the build does.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import { readCatalogue } from './catalogue.ts';
import { deployedActionId } from './invocation/names.ts';

async function file(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'catalogue.json');
  await writeFile(path, text);
  return path;
}

test('what was built is read back, once a file', async () => {
  const built = await buildCatalogue();
  const path = await file(JSON.stringify(built));
  const read = await readCatalogue(path);
  expect(read).toEqual(built);
  await writeFile(path, '[]');
  expect(await readCatalogue(path)).toBe(read);
});

test.each(['{}', '[{"id":"x"}]', 'not json'])('not a catalogue: %s', async (text) => {
  const path = await file(text);
  await expect(readCatalogue(path)).rejects.toMatchObject({
    name: 'ConfigurationError',
    message: `CATALOGUE_FILE names ${path}, which cannot be read as an action catalogue; npm run build makes it`,
  });
});

test('a file that is not there can be read once it is', async () => {
  const path = await file('[]');
  await rm(path);
  await expect(readCatalogue(path)).rejects.toMatchObject({ name: 'ConfigurationError' });
  await writeFile(path, '[]');
  expect(await readCatalogue(path)).toEqual([]);
});

test('a deployed Lambda tells its action', () => {
  expect(deployedActionId('ai-orchestra-prod-github-create-issue')).toBe('github.create_issue');
  expect(deployedActionId('ai-orchestra-local-openai-chat')).toBe('openai.chat');
});
