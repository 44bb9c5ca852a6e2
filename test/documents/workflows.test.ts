// Every workflow that the guide and the reference show compiles without a warning.
import { expect, test } from 'vitest';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import { stepKinds } from '../../lib/workflow-format/workflow.ts';
import { compileDocumented, readPage, workflowsOf } from '../support/documents.ts';

const catalogue = await buildCatalogue();
const pages = ['docs/workflows.md', 'docs/workflow-reference.md'];
const shown = await Promise.all(
  pages.map(async (page) => [page, workflowsOf(await readPage(page))] as const),
);

test.each(
  shown.flatMap(([page, documents]) =>
    documents.map((document) => [String(document['id']), page, document] as const),
  ),
)('%s of %s compiles without a warning', (_id, _page, document) => {
  const result = compileDocumented(document, catalogue);
  expect({ ok: result.ok, found: result.ok ? result.warnings : result.problems }).toEqual({
    ok: true,
    found: [],
  });
});

test('the reference shows as many workflows as it has things to show', () => {
  expect(shown.map(([, documents]) => documents.length)).toEqual([6, 14]);
});

test('the reference explains every kind of step under its name', async () => {
  const reference = await readPage('docs/workflow-reference.md');
  const headings = [...reference.matchAll(/^### `(\w+)`$/gm)].map(([, name]) => name);
  expect(headings).toEqual(expect.arrayContaining(Object.keys(stepKinds)));
});
