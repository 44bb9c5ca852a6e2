// docs/problems.md: every problem has an example that is refused with its code, and a fix without any problem.
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import { found, problemDocs, problemPage } from '../../infrastructure/generate/problem-docs.ts';
import { problemCodes, problemKinds } from '../../lib/compiler/problems/codes.ts';
import { problemExamples } from '../../lib/compiler/problems/examples.ts';

const catalogue = await buildCatalogue();
const root = path.resolve(import.meta.dirname, '../..');

test.each(problemCodes)('%s: the example has it, the fix has no problem', (code) => {
  const { bad, fixed } = problemExamples[code];
  const { problems, warnings } = found(bad, catalogue);
  const listed = problemKinds[code].severity === 'warning' ? warnings : problems;
  expect(listed.map((problem) => problem.code)).toContain(code);
  expect(found(fixed, catalogue)).toEqual({ problems: [], warnings: [] });
});

test('the page says what is printed (npm run goldens rewrites it)', async () => {
  expect(await readFile(problemDocs, 'utf8')).toBe(problemPage(catalogue));
});

test('nothing that is deployed or served holds the examples', async () => {
  const sources = globSync('{cli,functions,lib,local}/**/*.ts', { cwd: root });
  expect(sources.length).toBeGreaterThan(300);
  for (const file of sources.filter((name) => !name.endsWith('.test.ts')))
    expect([file, await readFile(path.join(root, file), 'utf8')]).not.toEqual([
      file,
      expect.stringContaining('problems/examples.ts'),
    ]);
});
