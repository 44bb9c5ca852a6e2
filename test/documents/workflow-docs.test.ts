// The workflows in the documentation compile without any problem. Those of docs/problems.md have tests of their own.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import { found } from '../../infrastructure/generate/problem-docs.ts';

const catalogue = await buildCatalogue();
const folder = path.resolve(import.meta.dirname, '../../docs');
const pages = (await readdir(folder)).filter((name) => name.endsWith('.md'));

/** Workflows stand in blocks marked as `json fixed`; other blocks of JSON are parts of one. */
const examples = (
  await Promise.all(
    pages.map(async (page) => {
      const blocks = (await readFile(path.join(folder, page), 'utf8')).matchAll(
        /^```json fixed\n(.*?)^```$/gms,
      );
      return [...blocks].map(([, text = ''], index): [string, unknown] => [
        `${page}, ${index + 1}`,
        JSON.parse(text),
      ]);
    }),
  )
).flat();

test('there are some', () => {
  expect(examples).not.toEqual([]);
});

test.each(examples)('%s compiles', (_, document) => {
  expect(found(document, catalogue)).toEqual({ problems: [], warnings: [] });
});
