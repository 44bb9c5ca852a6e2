// Links between the documents lead somewhere, and every file and folder that they name exists.
import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder, readPage } from '../support/documents.ts';

const pages = globSync(['*.md', 'docs/**/*.md', '.github/**/*.md', 'local/states/*.md'], {
  cwd: projectFolder,
}).toSorted();
const texts = new Map(await Promise.all(pages.map(async (page) => [page, await readPage(page)] as const)));

/** A page without its blocks of code. */
const prose = (page: string): string => (texts.get(page) ?? '').replaceAll(/^( *)```.*?^\1```$/gms, '');

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(page: string): string[] {
  return [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('there are documents', () => {
  expect(pages).toEqual(
    expect.arrayContaining(['CONTRIBUTING.md', 'README.md', 'SECURITY.md', 'docs/workflows.md']),
  );
});

test.each(pages)('the links of %s lead somewhere', (page) => {
  const links = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const broken = links.filter((link) => {
    if (/^(https:|\.\.\/security)/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? page : path.join(path.dirname(page), file);
    if (!existsSync(path.join(projectFolder, target))) return true;
    return anchor !== undefined && !anchors(target).includes(anchor);
  });
  expect(broken).toEqual([]);
});

/** What begins like a path of the project: `lib/…`, `docs/…`. */
const folders =
  'cli|dashboard|docs|functions|infrastructure|lib|local|statemachines|templates|test|\\.ci|\\.github';
const named = new RegExp(`(?<![\\w./-])(?:${folders})/[\\w./*<>{},-]*`, 'g');

test.each(pages.filter((page) => page !== 'CHANGELOG.md'))('the paths that %s names exist', (page) => {
  const paths = [...prose(page).matchAll(named)].map(([found]) => found.replace(/[.,]$/, ''));
  const missing = paths.filter((name) => {
    // `functions/actions/<provider>/<action>.ts`: any provider, any action.
    const pattern = name.replaceAll(/<[^>]*>/g, '*').replace(/\/$/, '');
    return globSync(pattern, { cwd: projectFolder }).length === 0;
  });
  expect(missing).toEqual([]);
});
