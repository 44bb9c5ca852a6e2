// Every workflow that the documents show compiles without a problem. Those of docs/problems.md have tests of their own.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import { found } from '../../infrastructure/generate/problem-docs.ts';
import { stepKinds } from '../../lib/workflow-format/steps.ts';
import { projectFolder, readPage, workflowsOf } from '../support/documents.ts';

const catalogue = await buildCatalogue();
const pages = (await readdir(path.join(projectFolder, 'docs')))
  .filter((name) => name.endsWith('.md') && name !== 'problems.md')
  .map((name) => `docs/${name}`);
const shown = await Promise.all(
  [...pages, 'README.md'].map(async (page) =>
    workflowsOf(await readPage(page)).map((document) => [page, String(document['id']), document] as const),
  ),
);

test.each(shown.flat())('%s: %s compiles', (_page, _id, document) => {
  expect(found(document, catalogue)).toEqual({ problems: [], warnings: [] });
});

test('the guide, the reference and the README show workflows', () => {
  const counted = Object.groupBy(shown.flat(), ([page]) => page);
  for (const [page, least] of [
    ['docs/workflows.md', 6],
    ['docs/workflow-reference.md', 12],
    ['README.md', 1],
  ] as const)
    expect([page, counted[page]?.length]).toEqual([page, expect.toSatisfy((count) => count >= least)]);
});

test('the reference explains every kind of step under its name', async () => {
  const headings = [...(await readPage('docs/workflow-reference.md')).matchAll(/^### `(\w+)`$/gm)];
  expect(headings.map(([, name]) => name)).toEqual(expect.arrayContaining(Object.keys(stepKinds)));
});
