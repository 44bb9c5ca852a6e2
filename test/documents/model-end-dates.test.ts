// The dated file of models that end, held to the SDK that is installed; nothing that ships names one of them.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { modelEndDates, modelEndDatesText } from '../../infrastructure/generate/model-end-dates.ts';
import { modelEnd } from '../../lib/model-end-dates.ts';
import { DEFAULT_MODEL } from '../../lib/model-settings.ts';

const root = join(import.meta.dirname, '..', '..');

test('it is what npm run goldens makes of the SDK’s types', async () => {
  expect(await readFile(modelEndDates, 'utf8')).toBe(await modelEndDatesText());
});

test('it has the ends that OpenAI announced', async () => {
  const { as_of, shutdown_dates: dates } = JSON.parse(await readFile(modelEndDates, 'utf8'));
  expect(as_of).toMatch(/^20\d\d-\d\d-\d\d$/);
  expect(Object.keys(dates)).toHaveLength(72);
  expect(dates).toMatchObject({
    'gpt-4o-mini': '2027-01-14',
    'gpt-4o-mini-2024-07-18': '2027-01-14',
    'gpt-5-mini': '2026-12-11',
    'gpt-5.4-nano': '2027-04-01',
    'o4-mini': '2026-10-23',
  });
});

test('the default model is one that the SDK knows, and has no announced end', async () => {
  const types = await readFile(join(root, 'node_modules/openai/resources/shared.d.ts'), 'utf8');
  expect(types).toContain(`'${DEFAULT_MODEL}'`);
  expect(modelEnd(DEFAULT_MODEL)).toBeUndefined();
  expect(modelEnd('gpt-4o-mini')).toEqual({
    message: 'OpenAI shuts the model gpt-4o-mini down on 2027-01-14',
    hint: 'Name another model, such as gpt-5.4-mini, or none (as of 2026-11-13, https://developers.openai.com/api/docs/deprecations).',
  });
});

test('templates and workflows that ship name no model with an end, and send nothing that a reasoning model refuses', async () => {
  const files = (
    await Promise.all(
      ['templates', 'statemachines', 'statemachines/examples'].map(async (folder) =>
        (
          await readdir(join(root, folder))
        )
          .filter((file) => /^(?!workflow\.schema)[^.]+(\.workflow)?\.json$/.test(file))
          .map((file) => join(root, folder, file)),
      ),
    )
  ).flat();
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    const text = await readFile(file, 'utf8');
    const models = [...text.matchAll(/"model": "([^"{]+)"/g)].map(([, model = '']) => model);
    expect([file, models.filter(modelEnd)]).toEqual([file, []]);
    expect([file, text.match(/"(temperature|top_p)": [^{]/g)]).toEqual([file, null]);
  }
});
