// The actions for issues, pull requests, searches and files: what GitHub is asked, and what is made of its answers.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type Asked,
  invoke,
  type ProviderServer,
  startProviderServer,
} from '../../../test/support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const { handler: addComment } = await import('./add-comment.ts');
const { handler: getFile } = await import('./get-file.ts');
const { handler: getIssue } = await import('./get-issue.ts');
const { handler: listCommits } = await import('./list-commits.ts');
const { handler: listIssues } = await import('./list-issues.ts');
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
const comment = (id: number, body: string | null = `Comment ${id}`) => ({
  id,
  user: null,
  body,
  created_at: '2026-03-02T10:00:00Z',
  html_url: `https://github.com/octo/web/issues/7#issuecomment-${id}`,
});
const list = (count: number, make: (i: number) => object) => ({
  body: Array.from({ length: count }, (_, i) => make(i)),
});

test('list_issues skips pull requests, and reads further pages for them', async () => {
  const pull = { pull_request: { url: 'x' } };
  server.answer(
    list(100, (i) => issue(i, i % 10 === 0 ? {} : pull)),
    list(100, (i) => issue(100 + i, i % 10 === 0 ? {} : pull)),
    list(3, (i) => issue(200 + i)),
  );
  const since = '2026-03-01T01:00:00.123+01:00';
  const output = await invoke(listIssues, { repo_name, state: 'all', labels: ['bug', 'a b'], since });
  expect(Object(output['issues']).map(({ number }: { number: number }) => number)).toEqual([
    ...Array.from({ length: 20 }, (_, i) => i * 10),
    200,
    201,
    202,
  ]);
  expect(output['has_more']).toBe(false);
  expect(Object(output['issues'])[0]).toEqual({
    number: 0,
    title: 'Issue 0',
    body: '',
    truncated: false,
    state: 'open',
    labels: ['bug', ''],
    author: 'ada',
    created_at: '2026-03-02T09:30:00Z',
    updated_at: '2026-03-02T10:00:00Z',
    closed_at: '',
    url: 'https://github.com/octo/web/issues/0',
    comments_count: 0,
  });
  expect(asked()).toEqual(
    [1, 2, 3].map(
      (page) =>
        `GET /repos/octo/web/issues?state=all&sort=updated&labels=bug,a b&since=2026-03-01T00:00:00Z&per_page=100&page=${page}`,
    ),
  );
});

test('list_issues stops when it has enough, and after ten pages', async () => {
  server.answer(list(100, issue));
  const some = await invoke(listIssues, { repo_name, max_results: 2 });
  expect([Object(some['issues']).length, some['has_more'], server.asked.length]).toEqual([2, true, 1]);
  server.reset();
  server.answerBy(() => list(100, (i) => issue(i, { pull_request: {} })));
  expect(await invoke(listIssues, { repo_name })).toEqual({ issues: [], has_more: true });
  expect(server.asked).toHaveLength(10);
});

test('100 issues of 60 KB fit into one output; short ones stay whole', async () => {
  server.answer(
    list(100, (i) => issue(i, { body: i === 5 ? 'short' : 'ü'.repeat(30_000) })),
    list(0, issue),
  );
  const output = await invoke(listIssues, { repo_name, max_results: 100 });
  const bytes = Buffer.byteLength(JSON.stringify(output));
  expect(bytes).toBeLessThan(200 * 1024);
  expect(bytes).toBeGreaterThan(185 * 1024);
  expect(Object(output['issues'])[5]).toMatchObject({ body: 'short', truncated: false });
  expect(Object(output['issues'])[6].truncated).toBe(true);
});

test('list_issues refuses a label with a comma, and an invalid time', async () => {
  await expect(invoke(listIssues, { repo_name, labels: ['a,b'], since: 'yesterday' })).rejects.toMatchObject({
    name: 'InvalidInput',
    message:
      'The input is invalid. /labels/0: cannot hold a comma; /since: must be a time with its offset: 2026-03-02T09:30:00Z',
  });
  expect(server.asked).toEqual([]);
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

test('get_issue reads the last pages of a long conversation', async () => {
  const page = ({ path }: Asked) => {
    const number = Number(/[?&]page=(\d+)/.exec(path)?.[1] ?? 0);
    return number === 0
      ? { body: issue(7, { comments: 250, user: null, body: 'A\r\nB' }) }
      : list(number === 3 ? 50 : 100, (i) => comment((number - 1) * 100 + i));
  };
  server.answerBy(page);
  const output = await invoke(getIssue, { repo_name, issue_number: 7, max_comments: 60 });
  expect(output).toMatchObject({
    author: 'ghost',
    body: 'A\nB',
    has_more_comments: true,
    pull_request: false,
  });
  const bodies = Object(output['comments']).map(({ body }: { body: string }) => body);
  expect([bodies.length, bodies[0], bodies.at(-1)]).toEqual([60, 'Comment 190', 'Comment 249']);
  expect(asked()).toEqual([
    'GET /repos/octo/web/issues/7',
    'GET /repos/octo/web/issues/7/comments?per_page=100&page=2',
    'GET /repos/octo/web/issues/7/comments?per_page=100&page=3',
  ]);
  server.reset();
  server.answerBy(page);
  expect(await invoke(getIssue, { repo_name, issue_number: 7, max_comments: 0 })).toMatchObject({
    comments: [],
    has_more_comments: true,
  });
  expect(server.asked).toHaveLength(1);
});

test('search_issues searches for issues unless the query says otherwise, and in one repository alone', async () => {
  const found = {
    body: {
      total_count: 3,
      items: [
        issue(1),
        issue(2, { pull_request: {} }),
        issue(3, { repository_url: 'https://api.github.com/repos/octo/secret' }),
      ],
    },
  };
  const queries: [object, string][] = [
    [{ query: ' slow\r\n search ' }, 'slow search is:issue'],
    [{ query: 'slow is:pr' }, 'slow is:pr'],
    [{ query: 'slow type:issue' }, 'slow type:issue'],
    [{ query: 'this:is:prime' }, 'this:is:prime is:issue'],
    [{ query: 'slow', repo_name }, 'slow repo:octo/web is:issue'],
    [{ query: 'slow or', repo_name, max_results: 5 }, 'slow or repo:octo/web is:issue'],
  ];
  for (const [input, q] of queries) {
    server.reset();
    server.answer(found);
    const output = await invoke(searchIssues, input);
    expect(new URL(server.asked[0]?.path ?? '', server.url).searchParams.get('q')).toBe(q);
    const repositories = Object(output['issues']).map((one: Record<string, unknown>) => one['repo_name']);
    expect(repositories).toEqual(['octo/web', 'octo/web', ...('repo_name' in input ? [] : ['octo/secret'])]);
    expect(Object(output['issues'])[1].pull_request).toBe(true);
  }
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

test('add_comment: after a lost response the retry finds the comment, and writes none', async () => {
  const input = { repo_name, issue_number: 7, body: 'Thank you' };
  let written: string | undefined;
  server.answerBy(({ method, json }) => {
    if (method === 'POST') {
      written = Object(json).body;
      return 'drop';
    }
    return { body: [comment(1), comment(2, null), ...(written === undefined ? [] : [comment(3, written)])] };
  });
  await expect(invoke(addComment, input)).rejects.toMatchObject({ name: 'ProviderUnavailable' });
  expect(await invoke(addComment, input)).toEqual({
    id: 3,
    url: 'https://github.com/octo/web/issues/7#issuecomment-3',
    issue_number: 7,
    repo_name,
    created_at: '2026-03-02T10:00:00Z',
  });
  expect(server.asked.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET']);
  const since = Date.parse(/since=([^&]+)/.exec(decodeURIComponent(server.asked[0]?.path ?? ''))?.[1] ?? '');
  // Step Functions redrives for 14 days.
  expect(Date.now() - since).toBeGreaterThan(14 * 86_400_000);
});

test.each(['', ' \n', 'x'.repeat(65_001)])(
  'add_comment: a text that GitHub would not accept',
  async (body) => {
    const failed = invoke(addComment, { repo_name, issue_number: 7, body });
    await expect(failed).rejects.toMatchObject({ name: 'InvalidInput' });
    expect(server.asked).toEqual([]);
  },
);
