// The actions for issues and their comments: the requests to GitHub, and the outputs from its responses.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type Asked,
  invoke,
  type ProviderServer,
  startProviderServer,
} from '../../../test/support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const { handler: addComment } = await import('./add-comment.ts');
const { handler: createIssue } = await import('./create-issue.ts');
const { handler: getIssue } = await import('./get-issue.ts');
const { handler: listIssues } = await import('./list-issues.ts');
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

test('the first try of create_issue opens one, and looks for none', async () => {
  server.answer({ status: 201, body: issue(7) });
  const input = { repo_name, title: 'Slow', body: 'Very', labels: ['bug'] };
  expect(await invoke(createIssue, input, { execution: { first_try: true } })).toEqual({
    number: 7,
    url: 'https://github.com/octo/web/issues/7',
    title: 'Issue 7',
    state: 'open',
    repo_name,
  });
  expect(asked()).toEqual(['POST /repos/octo/web/issues']);
  expect(server.asked[0]?.json).toEqual({
    title: 'Slow',
    body: expect.stringMatching(/^Very\n\n<!-- ai-orchestra:[0-9a-f]{32} -->$/),
    labels: ['bug'],
  });
});

test('create_issue: the next try finds what the first one made behind a hundred newer ones, and reads no older ones', async () => {
  const made: object[] = [];
  const newer = (from: number) => list(100, (i) => issue(from - i, { body: 'About something else' }));
  server.answerBy(({ method, path, json }) => {
    if (method === 'POST') {
      made.push(issue(7, { body: Object(json).body }));
      return 'drop';
    }
    if (/[?&]page=1(?:&|$)/.test(path)) return newer(300);
    return {
      body: [issue(9), issue(8, { body: null }), ...made, issue(1, { created_at: '2026-01-01T00:00:00Z' })],
    };
  });
  const execution = { started_at: '2026-03-02T09:35:00.123Z' };
  const input = { repo_name, title: 'Slow' };
  await expect(invoke(createIssue, input, { execution })).rejects.toMatchObject({
    name: 'ProviderUnavailable',
  });
  expect(await invoke(createIssue, input, { execution })).toMatchObject({ number: 7 });
  // Another call writes the same.
  await expect(
    invoke(createIssue, input, { execution: { ...execution, call_id: '1' } }),
  ).rejects.toMatchObject({
    name: 'ProviderUnavailable',
  });
  const looked =
    'GET /repos/octo/web/issues?state=all&since=2026-03-02T09:25:00Z&sort=created&direction=desc&per_page=100';
  const look = [`${looked}&page=1`, `${looked}&page=2`];
  const post = 'POST /repos/octo/web/issues';
  expect(asked()).toEqual([...look, post, ...look, ...look, post]);
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
  server.reset();
  server.answer({ body: comment(4) });
  expect(await invoke(addComment, input, { execution: { first_try: true } })).toMatchObject({ id: 4 });
});

test.each(['', ' \n', 'x'.repeat(65_001)])(
  'add_comment: a text that GitHub would not accept',
  async (body) => {
    const failed = invoke(addComment, { repo_name, issue_number: 7, body });
    await expect(failed).rejects.toMatchObject({ name: 'InvalidInput' });
    expect(server.asked).toEqual([]);
  },
);
