// Random workflows do on the engine what they mean: results, failures, effects and their order.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { checkDefinitions } from './check-definitions.ts';
import { compare, compiledOf, fuzzRunner } from './compare.ts';
import { cases } from './generate.ts';

const runner = await fuzzRunner();
afterAll(() => runner.close());

const folder = path.join(import.meta.dirname, 'found');
const found = await Promise.all(
  (await readdir(folder)).map(async (file) => JSON.parse(await readFile(path.join(folder, file), 'utf8'))),
);

test.each(found)('found before: $about', async (one) => {
  checkDefinitions([compiledOf(one.workflow)]);
  await compare(one, runner);
});

test('fifty random workflows', { timeout: 1_200_000 }, async () => {
  const definitions: object[] = [];
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      definitions.push(compiledOf(one.workflow));
      await compare(one, runner);
    }),
    { numRuns: 50 },
  );
  expect(definitions.length).toBeGreaterThanOrEqual(50);
  checkDefinitions(definitions);
});
