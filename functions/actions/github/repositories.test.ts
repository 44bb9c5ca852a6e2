// The actions for pull requests, commits, code and files: the requests to GitHub, and the outputs from its responses.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { invoke, type ProviderServer, startProviderServer } from '../../../test/support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const { handler: getFile } = await import('./get-file.ts');
const { handler: listCommits } = await import('./list-commits.ts');
const { handler: listPullRequests } = await import('./list-pull-requests.ts');
const { handler: searchCode } = await import('./search-code.ts');
const { handler: searchIssues } = await import('./search-issues.ts');

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
  server.stored.set('/ai-orchestra/test/connections/github/default', '{"token":"tok-1234"}');
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const repo_name = 'octo/web';
const asked = () => server.asked.map(({ method, path }) => `${method} ${decodeURIComponent(path)}`);
const issue = (number: number, more: object = {}) => ({
  number,
  title: `Issue ${number}`,
  body: null,
  state: 'open',
  user: { login: 'ada' },
  labels: [{ name: 'bug' }, { name: null }],
  comments: 0,
  created_at: '2026-03-02T09:30:00Z',
  updated_at: '2026-03-02T10:00:00Z',
  closed_at: null,
  html_url: `https://github.com/octo/web/issues/${number}`,
  repository_url: 'https://api.github.com/repos/octo/web',
  ...more,
});
const list = (count: number, make: (i: number) => object) => ({
  body: Array.from({ length: count }, (_, i) => make(i)),
});

test('list_pull_requests reads no further than the first that changed before', async () => {
  const pull = (number: number, updated_at: string) =>
    issue(number, {
      updated_at,
      head: { ref: 'topic' },
      base: { ref: 'main' },
      merged_at: number === 1 ? updated_at : null,
    });
  server.answer(list(100, (i) => pull(i, i < 3 ? '2026-03-05T00:00:00Z' : '2026-03-04T23:59:59Z')));
  const since = '2026-03-05T00:00:00Z';
  const output = await invoke(listPullRequests, { repo_name, state: 'closed', base: 'main', since });
  const merged = Object(output['pull_requests']).map((one: Record<string, unknown>) => [
    one['number'],
    one['merged'],
    one['merged_at'],
  ]);
  expect(merged).toEqual([
    [0, false, ''],
    [1, true, since],
    [2, false, ''],
  ]);
  expect(output['has_more']).toBe(false);
  expect(asked()).toEqual([
    'GET /repos/octo/web/pulls?state=closed&sort=updated&direction=desc&base=main&per_page=100&page=1',
  ]);
});

test('list_commits: a commit without a user, a very long message, an empty repository', async () => {
  const commit = (sha: string, message: string, more: object = {}) => ({
    sha,
    html_url: 'https://github.com/octo/web/commit/x',
    author: null,
    commit: { message, author: { name: 'Ada L.' }, committer: { date: '2026-03-02T09:30:00Z' } },
    ...more,
  });
  server.answer({
    body: [commit('a', 'm'.repeat(9000)), commit('b', 'x', { author: {}, commit: { message: 'x' } })],
  });
  const { commits } = await invoke(listCommits, { repo_name, branch: 'a/b', path: 'docs/ü.md' });
  expect(Object(commits)).toMatchObject([
    { author: 'Ada L.', date: '2026-03-02T09:30:00Z' },
    { author: '', date: '' },
  ]);
  expect(Object(commits)[0].message).toHaveLength(1498);
  expect(asked()).toEqual(['GET /repos/octo/web/commits?sha=a/b&path=docs/ü.md&per_page=100&page=1']);
  server.answer({ status: 409, body: { message: 'Git Repository is empty.' } });
  expect(await invoke(listCommits, { repo_name })).toEqual({ commits: [], has_more: false });
  server.answer({ status: 409, body: { message: 'Something else' } });
  await expect(invoke(listCommits, { repo_name })).rejects.toMatchObject({ name: 'Conflict' });
});

test.each([
  'x repo:octo/secret',
  'x -repo:octo/web',
  'REPO:a/b',
  '(user:octo x)',
  'org:"octo"',
  'x OR y',
  'x (OR) y',
  '"repo:a/b" x',
])('a query that would leave its repository is refused: %s', async (query) => {
  for (const handler of [searchIssues, searchCode]) {
    await expect(invoke(handler, { query, repo_name })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringMatching(
        /^The input is invalid\. \/query: cannot have (repo:|REPO:|user:|org:|OR) beside repo_name$/,
      ),
    });
  }
  expect(server.asked).toEqual([]);
});

test('search_code returns the matching fragments', async () => {
  const item = (full_name: string) => ({
    path: 'docs/a.md',
    html_url: 'https://github.com/octo/web/blob/c0ffee/docs/a.md',
    repository: { full_name },
    text_matches: [
      { property: 'content', fragment: 'the rollback' },
      { property: 'path', fragment: 'docs/a.md' },
    ],
  });
  server.answer({ body: { total_count: 2, items: [item('octo/web'), item('octo/secret')] } });
  expect(await invoke(searchCode, { query: 'rollback', repo_name })).toEqual({
    files: [
      {
        repo_name: 'octo/web',
        path: 'docs/a.md',
        url: 'https://github.com/octo/web/blob/c0ffee/docs/a.md',
        fragments: ['the rollback'],
      },
    ],
    total_count: 2,
  });
  expect(server.asked[0]?.headers.accept).toBe('application/vnd.github.text-match+json');
  // GitHub's names have no case.
  server.answer({ body: { total_count: 1, items: [item('octo/web')] } });
  expect(await invoke(searchCode, { query: 'rollback', repo_name: 'Octo/WEB' })).toMatchObject({
    files: [{ repo_name: 'octo/web' }],
  });
});

test('get_file: not a text, not a file, or too large', async () => {
  const file = (content: Buffer, more: object = {}) => ({
    body: {
      type: 'file',
      sha: 'c0ffee',
      html_url: 'https://github.com/octo/web/blob/main/a',
      size: content.length,
      encoding: 'base64',
      // GitHub breaks the lines.
      content: content.toString('base64').replace(/.{60}/g, '$&\n'),
      ...more,
    },
  });
  const text = `# ü\n${'x'.repeat(300_000)}`;
  server.answer(file(Buffer.from(text)));
  const output = await invoke(getFile, { repo_name, file_path: 'a', branch: 'b' });
  const content = String(output['content']);
  expect([text.startsWith(content), content.length, output['truncated']]).toEqual([true, 196_604, true]);
  expect(asked()).toEqual(['GET /repos/octo/web/contents/a?ref=b']);
  const refusals: [{ body: object }, string][] = [
    [file(Buffer.from([0x89, 0x50, 0xff])), 'a in octo/web is not a text in UTF-8'],
    [file(Buffer.from('a\0b')), 'a in octo/web is not a text in UTF-8'],
    [
      file(Buffer.from(''), { encoding: 'none', size: 2_000_000 }),
      'a in octo/web is too large: 2000000 bytes, a file may have 1 MB',
    ],
    [{ body: { type: 'symlink', target: '/etc/passwd' } }, 'a in octo/web is not a file, but a symlink'],
    [
      {
        body: [
          { path: 'a/b', type: 'dir' },
          { path: 'a/c', type: 'file' },
        ],
      },
      'a in octo/web is a directory. In it: a/b/, a/c',
    ],
  ];
  for (const [reply, message] of refusals) {
    server.answer(reply);
    await expect(invoke(getFile, { repo_name, file_path: 'a' })).rejects.toMatchObject({
      name: 'InvalidInput',
      message,
    });
  }
});
