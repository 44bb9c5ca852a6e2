// The dated file of OpenAI's models, held to the packages that it is made of; nothing that ships names one with an end.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calcPrice, findProvider } from '@pydantic/genai-prices';
import { expect, test } from 'vitest';
import { modelsFile, modelsText } from '../../infrastructure/generate/models.ts';
import { DEFAULT_MODEL } from '../../lib/model-settings.ts';
import { costOf, modelEnd } from '../../lib/models.ts';

const root = join(import.meta.dirname, '..', '..');

test('it is what npm run goldens makes of the packages', async () => {
  expect(await readFile(modelsFile, 'utf8')).toBe(await modelsText());
});

test('it has the ends that OpenAI announced, and the prices as of a date', async () => {
  const { shutdowns, prices, models } = JSON.parse(await readFile(modelsFile, 'utf8'));
  expect([shutdowns.as_of, prices.as_of]).toEqual(['2026-11-13', '2026-09-23']);
  const ends = Object.entries<{ shutdown?: string }>(models).filter(([, { shutdown }]) => shutdown);
  expect(ends).toHaveLength(72);
  expect(models).toMatchObject({
    'gpt-4o-mini': { input: 0.15, cached_input: 0.075, output: 0.6, shutdown: '2027-01-14' },
    'gpt-4o-mini-2024-07-18': { shutdown: '2027-01-14' },
    'gpt-5-mini': { shutdown: '2026-12-11' },
    'gpt-5.4-nano': { shutdown: '2027-04-01' },
    'o4-mini': { shutdown: '2026-10-23' },
  });
});

test('a call costs what the package computes, below and above the limit of a long one', async () => {
  const { models } = JSON.parse(await readFile(modelsFile, 'utf8'));
  const provider = findProvider({ providerId: 'openai' });
  if (!provider) throw new Error('The package does not know OpenAI');
  const priced = Object.entries<{ input?: number }>(models).filter(([, { input }]) => input !== undefined);
  expect(priced.length).toBeGreaterThan(80);
  for (const [model] of priced) {
    for (const prompt_tokens of [1_000, 271_999, 272_000, 272_001, 400_000]) {
      const [cached_tokens, cache_write_tokens, completion_tokens] = [300, 200, 777];
      const total_tokens = prompt_tokens + completion_tokens;
      const counts = { prompt_tokens, completion_tokens, total_tokens, cached_tokens, cache_write_tokens };
      const usage = {
        input_tokens: prompt_tokens,
        cache_read_tokens: cached_tokens,
        cache_write_tokens,
        output_tokens: completion_tokens,
      };
      const expected = calcPrice(usage, model, { provider, timestamp: new Date('2026-09-23T12:00:00Z') });
      expect([model, prompt_tokens, costOf(model, counts)]).toEqual([
        model,
        prompt_tokens,
        Number(expected?.total_price.toFixed(10)),
      ]);
    }
  }
});

test.each([
  ['the model', 'gpt-5.4-mini', {}, 0.005_25],
  ['a version of it', 'gpt-5.4-mini-2026-03-17', {}, 0.005_25],
  ['one that is not listed yet', 'gpt-5.4-mini-2027-01-01', {}, 0.005_25],
  ['a part from the cache', 'gpt-5.4-mini', { cached_tokens: 1_000 }, 0.004_575],
  ['a part written to the cache', 'gpt-6-sol', { cache_write_tokens: 1_000 }, 0.012_5],
  ['reasoning, which the answer includes', 'gpt-5.4-mini', { reasoning_tokens: 900 }, 0.005_25],
  ['a model that nobody knows', 'llama3.2', {}, null],
  ['one with a price, fine-tuned', 'ft:gpt-4o-mini-2024-07-18:acme::x', {}, null],
  ['one that answers with pictures', 'gpt-image-1', {}, null],
  [
    'tokens that nobody told',
    'gpt-5.4-mini',
    { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    null,
  ],
])('what a call costs: %s', (_, model, rest, cost) => {
  const usage = { prompt_tokens: 1_000, completion_tokens: 1_000, total_tokens: 2_000, ...rest };
  expect(costOf(model, usage)).toBe(cost);
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
