// lib/model-end-dates.json, made of what the OpenAI SDK's types say of models that end. A script of its own, before the
// one that writes what the compiler prints, which has read the file by then.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
export const modelEndDates = join(root, 'lib', 'model-end-dates.json');

const SOURCE = 'https://developers.openai.com/api/docs/deprecations';
const ENTRY = /((?:"[^"]+"(?:, )?)+): Announced shutdown date: (\d{4}-\d{2}-\d{2})/g;

/** @throws Error when the SDK says it in another form, so that no end is overlooked */
export async function modelEndDatesText(): Promise<string> {
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
  const shutdown_dates = Object.fromEntries(ends.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ source: SOURCE, as_of: released, shutdown_dates }, null, 2)}\n`;
}

if (import.meta.main) {
  await writeFile(modelEndDates, await modelEndDatesText());
  console.log('lib/model-end-dates.json');
}
