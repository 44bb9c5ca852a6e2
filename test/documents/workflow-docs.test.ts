// docs/workflows.md: every problem code has its example, which prints what the page says, and a fix that compiles.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import { examples, withPrinted, workflowDocs } from '../../infrastructure/generate/workflow-docs.ts';
import { problemCodes } from '../../lib/compiler/problems/problem.ts';
import { problemSummaries } from '../../lib/compiler/problems/summaries.ts';

const page = await readFile(workflowDocs, 'utf8');
const catalogue = await buildCatalogue();
const all = examples(page, catalogue);

test('every code has one bad example and one fix, and no other is explained', () => {
  const of = (kind: string) => all.flatMap((e) => (e.kind === kind && e.code !== undefined ? [e.code] : []));
  expect(of('bad').toSorted()).toEqual([...problemCodes].toSorted());
  expect(of('fixed').toSorted()).toEqual([...problemCodes].toSorted());
});

test.each(all.map((example) => [example.kind, example.code ?? 'the introduction', example] as const))(
  'the %s example of %s',
  (kind, code, { result }) => {
    const found = (result.ok ? result.warnings : result.problems).map((problem) => problem.code);
    if (kind === 'bad') expect(found).toContain(code);
    else expect({ ok: result.ok, found }).toEqual({ ok: true, found: [] });
  },
);

test('what the page says is printed is printed (npm run goldens rewrites it)', () => {
  expect(withPrinted(page, catalogue)).toBe(page);
});

test('each explanation begins with the line that the API’s own page has', () => {
  const explained = [...page.matchAll(/^### `([^`\n]+)`\n\n(.*?)\n\n/gms)];
  expect(Object.fromEntries(explained.map(([, code, text]) => [code, text?.replaceAll('\n', ' ')]))).toEqual(
    problemSummaries,
  );
});
