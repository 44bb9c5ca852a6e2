// The pictures show every page that there is, and the README's is small enough to be one.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../project-folder.ts';
import { seenPages } from './pages.ts';

test('every page of the dashboard is among the pictures', async () => {
  const list = await readFile(join(projectFolder, 'dashboard/pages.ts'), 'utf8');
  const routes = [...list.matchAll(/path: '([^']+)'/g)].map(([, route]) => route);
  const seen = seenPages({ failedRun: 'a.1', waitingRun: 'a.2', succeededRun: 'a.3' });
  expect(routes).toContain('/runs/:id');
  expect([...new Set(seen.map(({ route }) => route))].sort()).toEqual([...new Set(routes)].sort());
});

test('the first picture of the README is the dashboard, of at most 200 KB', async () => {
  const readme = await readFile(join(projectFolder, 'README.md'), 'utf8');
  const [, first = ''] = /!\[[^\]]*\]\(([^)]+)\)/.exec(readme) ?? [];
  expect(first).toBe('docs/dashboard.png');
  expect((await stat(join(projectFolder, first))).size).toBeLessThanOrEqual(200_000);
});
