// Lists that end exactly at max_results, at a page, or one beside either.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ActionHandler } from '../../../lib/actions/define-action.ts';
import { invoke, type ProviderServer, startProviderServer } from '../../../test/support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
  server.stored.set('/ai-orchestra/test/connections/github/default', '{"token":"tok-1234"}');
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const repo_name = 'octo/web';
const issue = (number: number) => ({
  number,
  title: `Issue ${number}`,
  body: null,
  state: 'open',
  user: null,
  labels: [],
  created_at: '2026-03-02T09:30:00Z',
  updated_at: '2026-03-02T10:00:00Z',
  closed_at: null,
  html_url: `https://github.com/octo/web/issues/${number}`,
  repository_url: 'https://api.github.com/repos/octo/web',
  head: { ref: 'topic' },
  base: { ref: 'main' },
});
const commit = (number: number) => ({
  sha: String(number),
  html_url: 'https://github.com/octo/web/commit/x',
  author: null,
  commit: { message: 'x' },
});

const lists: readonly (readonly [string, string, (number: number) => object])[] = [
  ['list-issues', 'issues', issue],
  ['list-pull-requests', 'pull_requests', issue],
  ['list-commits', 'commits', commit],
];
describe.each(lists)('%s', (file, key, item) => {
  test.each([
    // What there is, max_results, how many are given, whether there are more, how many pages are read.
    [0, 1, 0, false, 1],
    [1, 1, 1, false, 1],
    [2, 1, 1, true, 1],
    [29, 30, 29, false, 1],
    [30, 30, 30, false, 1],
    [31, 30, 30, true, 1],
    [99, 100, 99, false, 1],
    [100, 100, 100, false, 2],
    [101, 100, 100, true, 2],
    [200, 100, 100, true, 2],
  ])('of %i at most %i: %i, more: %s, after %i pages', async (there, max_results, given, more, pages) => {
    const url = new URL(`./${file}.ts`, import.meta.url);
    const { handler }: { handler: ActionHandler } = await import(url.href);
    server.answerBy(({ path }) => {
      const { searchParams } = new URL(path, server.url);
      const size = Number(searchParams.get('per_page'));
      const first = (Number(searchParams.get('page')) - 1) * size;
      const count = Math.max(0, Math.min(size, there - first));
      return { body: Array.from({ length: count }, (_, i) => item(first + i)) };
    });
    const output = await invoke(handler, { repo_name, max_results });
    expect([Object(output[key]).length, output['has_more'], server.asked.length]).toEqual([
      given,
      more,
      pages,
    ]);
  });
});

test.each(['search-issues', 'search-code'])('%s asks for max_results', async (file) => {
  const { handler }: { handler: ActionHandler } = await import(new URL(`./${file}.ts`, import.meta.url).href);
  for (const max_results of [1, 100]) {
    server.answer({ body: { total_count: 0, items: [] } });
    await invoke(handler, { query: 'x', max_results });
  }
  expect(server.asked.map(({ path }) => new URL(path, server.url).searchParams.get('per_page'))).toEqual([
    '1',
    '100',
  ]);
  await expect(invoke(handler, { query: 'x', max_results: 101 })).rejects.toMatchObject({
    name: 'InvalidInput',
  });
});

test.each([
  // What there is, max_comments, how many are given, whether there are more.
  [2, 3, 2, false],
  [3, 3, 3, false],
  [4, 3, 3, true],
  [100, 100, 100, false],
  [101, 100, 100, true],
  [200, 100, 100, true],
])('get_issue: of %i comments the last %i: %i, more: %s', async (there, max_comments, given, more) => {
  const { handler } = await import('./get-issue.ts');
  server.answerBy(({ path }) => {
    const { searchParams, pathname } = new URL(path, server.url);
    if (!pathname.endsWith('/comments')) return { body: { ...issue(7), comments: there } };
    const size = Number(searchParams.get('per_page'));
    const first = (Number(searchParams.get('page') ?? 1) - 1) * size;
    const count = Math.max(0, Math.min(size, there - first));
    const comment = (id: number) => ({ id, user: null, body: String(id), created_at: '', html_url: '' });
    return { body: Array.from({ length: count }, (_, i) => comment(first + i)) };
  });
  const output = await invoke(handler, { repo_name, issue_number: 7, max_comments });
  const comments = Object(output['comments']).map(({ body }: { body: string }) => Number(body));
  expect([comments.length, comments[0], comments.at(-1), output['has_more_comments']]).toEqual([
    given,
    there - given,
    there - 1,
    more,
  ]);
});
