// lib/models.json: prices and announced ends of OpenAI's models, made of two packages: the SDK's types tell the ends,
// @pydantic/genai-prices the prices. A script of its own, before the one that writes what the compiler prints, which has
// read the file by then.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProvider, type MatchLogic, type ModelPrice } from '@pydantic/genai-prices';

const root = join(import.meta.dirname, '..', '..');
export const modelsFile = join(root, 'lib', 'models.json');

/** When the version of the prices was published, which the package does not say (`npm view @pydantic/genai-prices time`). */
const PRICES = { version: '0.1.8', published: '2026-09-23' };

/** Models that answer with text; those of pictures, speech and search are billed by other counts too. */
const ANSWERS_TEXT =
  /^(?!.*(?:audio|image|realtime|transcribe|tts|search|oss|instruct|:))(?:gpt-|chatgpt-|codex-|o\d)/;

const ENTRY = /((?:"[^"]+"(?:, )?)+): Announced shutdown date: (\d{4}-\d{2}-\d{2})/g;

interface Rates {
  readonly input: number;
  readonly cached_input?: number;
  readonly cache_write?: number;
  readonly output: number;
}

/** @throws Error when a package says it in another form, so that nothing is overlooked */
export async function modelsText(): Promise<string> {
  const [{ ends, released }, prices] = await Promise.all([announcedEnds(), listPrices()]);
  const names = [...new Set([...ends.keys(), ...prices.keys()])].toSorted();
  const models = names.map((name) => {
    const shutdown = ends.get(name);
    return [name, { ...prices.get(name), ...(shutdown !== undefined && { shutdown }) }] as const;
  });
  const head = {
    shutdowns: { source: 'https://developers.openai.com/api/docs/deprecations', as_of: released },
    prices: {
      source: `@pydantic/genai-prices ${PRICES.version}`,
      as_of: PRICES.published,
      unit: 'USD for 1,000,000 tokens',
    },
  };
  return `${JSON.stringify({ ...head, models: Object.fromEntries(models) }, null, 2)}\n`;
}

async function announcedEnds() {
  const sdk = join(root, 'node_modules', 'openai');
  const types = await readFile(join(sdk, 'resources', 'shared.d.ts'), 'utf8');
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export type ChatModel\b/.exec(types)?.[1] ?? '';
  const text = comment.replaceAll(/\s*\n \* */g, ' ');
  const ends = [...text.matchAll(ENTRY)].flatMap(([, models = '', date = '']) =>
    [...models.matchAll(/"([^"]+)"/g)].map(([, model = '']) => [model, date] as const),
  );
  const announced = text.split('Announced shutdown date').length - 1;
  if (announced === 0 || announced !== [...text.matchAll(ENTRY)].length)
    throw new Error('The types of the package openai name the ends of models in another form');
  const changes = await readFile(join(sdk, 'CHANGELOG.md'), 'utf8');
  const released = /^## \[[^\]]+\]\([^)]*\) \((\d{4}-\d{2}-\d{2})\)/m.exec(changes)?.[1];
  if (released === undefined) throw new Error('The package openai does not say when it was released');
  return { ends: new Map(ends), released };
}

async function listPrices() {
  const folder = join(root, 'node_modules', '@pydantic', 'genai-prices');
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  if (version !== PRICES.version)
    throw new Error(
      `@pydantic/genai-prices is ${version}: say in ${import.meta.filename} when it was published`,
    );
  const models = findProvider({ providerId: 'openai' })?.models ?? [];
  return new Map(
    models.flatMap(({ match, prices }) => {
      const current = Array.isArray(prices)
        ? prices.findLast(
            ({ constraint }) =>
              constraint === undefined ||
              (constraint.type === 'start_date' && constraint.start_date <= PRICES.published),
          )?.prices
        : prices;
      const rates = current && ratesOf(current);
      return rates ? namesIn(match).map((name) => [name, rates] as const) : [];
    }),
  );
}

/** Names that are written out; dated ones are found by the name without the date. */
function namesIn(match: MatchLogic): string[] {
  if ('or' in match) return match.or.flatMap(namesIn);
  return 'equals' in match && ANSWERS_TEXT.test(match.equals) ? [match.equals] : [];
}

function ratesOf(
  price: ModelPrice,
): (Rates & { readonly long?: Rates & { readonly above: number } }) | undefined {
  const rates = (tier: number | undefined): Rates | undefined => {
    const rate = (name: string) => {
      const given = price[name];
      if (typeof given !== 'object') return given;
      if (given.tiers.length > 1) throw new Error('A price of @pydantic/genai-prices has several tiers');
      return tier === undefined ? given.base : (given.tiers[0]?.price ?? given.base);
    };
    const [input, output, cached_input, cache_write] = [
      rate('input_mtok'),
      rate('output_mtok'),
      rate('cache_read_mtok'),
      rate('cache_write_mtok'),
    ];
    if (input === undefined || output === undefined) return undefined;
    return {
      input,
      ...(cached_input !== undefined && { cached_input }),
      ...(cache_write !== undefined && { cache_write }),
      output,
    };
  };
  const base = rates(undefined);
  const above = typeof price['input_mtok'] === 'object' ? price['input_mtok'].tiers[0]?.start : undefined;
  const long = above === undefined ? undefined : rates(above);
  return base && { ...base, ...(long && above !== undefined && { long: { above, ...long } }) };
}

if (import.meta.main) {
  await writeFile(modelsFile, await modelsText());
  console.log('lib/models.json');
}
