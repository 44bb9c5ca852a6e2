// The actions for issues, pull requests, commits and files against the emulated GitHub.
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { githubToken } from '../../local/providers/github/seed.ts';
import {
  type ActionOptions,
  type EmulatedActions,
  startEmulatedActions,
} from '../support/emulated-actions.ts';

let emulated: EmulatedActions;
let octokit: Octokit;
beforeAll(async () => {
  emulated = await startEmulatedActions('github');
  octokit = new Octokit({ auth: githubToken, baseUrl: emulated.url('github') });
});
afterAll(() => emulated.close());

const handbook = { owner: 'acme', repo: 'handbook' };
/** Calls `github/<name>` for acme/handbook. */
const github = (name: string, input: object = {}, options?: ActionOptions) =>
  emulated.action(`github/${name}`, { repo_name: 'acme/handbook', ...input }, options);
const comments = async (issue_number: number) =>
  (await octokit.rest.issues.listComments({ ...handbook, issue_number, per_page: 100 })).data;
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

test('get_issue: the issue with its comments, the latest when not all are wanted', async () => {
  const issue = await github('get-issue', { issue_number: 4 });
  expect(issue).toEqual({
    number: 4,
    title: 'Where do I send receipts?',
    body: 'And until when?',
    truncated: false,
    state: 'closed',
    labels: ['question'],
    author: 'demo',
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    updated_at: expect.any(String),
    closed_at: expect.stringMatching(/Z$/),
    url: `${emulated.url('github')}/acme/handbook/issues/4`,
    pull_request: false,
    comments: [
      {
        author: 'demo',
        body: 'To receipts@acme.example, within 30 days: see docs/expenses.md.',
        truncated: false,
        created_at: expect.stringMatching(/Z$/),
      },
    ],
    has_more_comments: false,
  });
  const { data } = await octokit.rest.issues.create({ ...handbook, title: 'Long talk' });
  for (let i = 0; i < 7; i++) {
    await octokit.rest.issues.createComment({ ...handbook, issue_number: data.number, body: `Number ${i}` });
  }
  const long = await github('get-issue', { issue_number: data.number, max_comments: 2 });
  expect(Object(long['comments']).map(({ body }: { body: string }) => body)).toEqual([
    'Number 5',
    'Number 6',
  ]);
  expect([long['has_more_comments'], long['body']]).toEqual([true, '']);
});

test('get_issue: a pull request is one too; what is not there is NotFound', async () => {
  expect(await github('get-issue', { issue_number: 5 })).toMatchObject({
    title: 'Say how to roll back a release',
    state: 'open',
    pull_request: true,
    url: `${emulated.url('github')}/acme/handbook/pull/5`,
  });
  await expect(github('get-issue', { issue_number: 9999 })).rejects.toMatchObject({ name: 'NotFound' });
});

test('list_issues: by state, labels and time, last changed first, without pull requests', async () => {
  const numbers = async (input: object) => {
    const { issues, has_more } = await github('list-issues', input);
    return [Object(issues).map(({ number }: { number: number }) => number), has_more];
  };
  expect(await numbers({ labels: ['bug'] })).toEqual([[3], false]);
  expect(await numbers({ labels: ['question'] })).toEqual([[2], false]);
  expect(await numbers({ state: 'closed' })).toEqual([[4], false]);
  expect(await numbers({ state: 'all', labels: ['question'] })).toEqual([[2, 4], false]);
  expect(await numbers({ labels: ['documentation', 'question'] })).toEqual([[], false]);
  expect(await numbers({ labels: ['documentation'], since: daysAgo(1) })).toEqual([[], false]);
  expect(await numbers({ labels: ['bug'], since: daysAgo(1) })).toEqual([[3], false]);
  expect((await numbers({ max_results: 1 }))[1]).toBe(true);
});

test('list_pull_requests: open ones, those merged, those that changed lately', async () => {
  const open = await github('list-pull-requests');
  expect(open).toMatchObject({
    pull_requests: [
      {
        number: 5,
        draft: false,
        merged: false,
        merged_at: '',
        closed_at: '',
        head: 'rollback',
        base: 'main',
      },
    ],
    has_more: false,
  });
  const all = await github('list-pull-requests', { state: 'all', since: daysAgo(7) });
  expect(
    Object(all['pull_requests']).map(({ number, merged }: Record<string, unknown>) => [number, merged]),
  ).toEqual(
    expect.arrayContaining([
      [5, false],
      [6, true],
    ]),
  );
  const closed = await github('list-pull-requests', { state: 'closed', since: daysAgo(1) });
  expect(closed).toEqual({ pull_requests: [], has_more: false });
  const elsewhere = await github('list-pull-requests', { state: 'all', base: 'release' });
  expect(elsewhere).toEqual({ pull_requests: [], has_more: false });
});

test('list_commits: of the default branch, of a branch, of a file, of a week', async () => {
  const messages = async (input: object) =>
    Object((await github('list-commits', input))['commits']).map(
      ({ message }: { message: string }) => message,
    );
  expect(await messages({})).toEqual([
    'Say where the status page is (#6)',
    'Add docs/expenses.md',
    'Add docs/on-call.md',
    'Add docs/releasing.md',
    'Start the handbook',
  ]);
  expect((await messages({ branch: 'rollback', max_results: 1 }))[0]).toBe('Say how to roll back a release');
  expect(await messages({ path: 'docs/on-call.md' })).toEqual(['Add docs/on-call.md']);
  expect(await messages({ since: daysAgo(7) })).toEqual(['Say where the status page is (#6)']);
  expect(await messages({ until: daysAgo(59.5) })).toEqual(['Start the handbook']);
  const { commits, has_more } = await github('list-commits', { max_results: 1 });
  expect(has_more).toBe(true);
  expect(Object(commits)[0]).toMatchObject({
    sha: expect.stringMatching(/^[0-9a-f]{40}$/),
    author: 'demo',
    date: expect.stringMatching(/Z$/),
  });
  await octokit.rest.repos.createForAuthenticatedUser({ name: 'empty' });
  expect(await github('list-commits', { repo_name: 'empty' })).toEqual({ commits: [], has_more: false });
  await expect(github('list-commits', { branch: 'nowhere' })).rejects.toMatchObject({ name: 'NotFound' });
});

test('search_issues: words in any order and in comments, qualifiers, kinds', async () => {
  const found = async (query: string, more = {}) => {
    const { issues, total_count } = await github('search-issues', { query, ...more });
    const numbers = Object(issues).map(({ number }: { number: number }) => number);
    return [numbers.sort(), total_count];
  };
  expect(await found('release roll')).toEqual([[1], 1]);
  expect(await found('"roll back a release"')).toEqual([[1], 1]);
  expect(await found('"back roll"')).toEqual([[], 0]);
  // Only a comment says so.
  expect(await found('receipts@acme.example')).toEqual([[4], 1]);
  expect(await found('receipts@acme.example in:title')).toEqual([[], 0]);
  expect(await found('is:pr release')).toEqual([[5], 1]);
  expect(await found('label:bug is:open')).toEqual([[3], 1]);
  expect(await found(`is:closed closed:>=${daysAgo(7).slice(0, 10)}`)).toEqual([[4], 1]);
  expect(await found(`is:closed closed:<${daysAgo(7).slice(0, 10)}`)).toEqual([[], 0]);
  expect(await found('release', { repo_name: 'demo/notes' })).toEqual([[], 0]);
  const { issues } = await emulated.action('github/search-issues', { query: 'expenses form' });
  expect(issues).toMatchObject([{ number: 3, repo_name: 'acme/handbook', pull_request: false }]);
});

test('search_code: the files with all words, and where', async () => {
  const { files, total_count } = await github('search-code', { query: 'error rate' });
  expect(total_count).toBe(1);
  expect(Object(files)[0]).toEqual({
    repo_name: 'acme/handbook',
    path: 'docs/releasing.md',
    url: expect.stringContaining('/acme/handbook/blob/'),
    fragments: [expect.stringContaining('Watch the error rate for an hour. Above 1 %: roll back first')],
  });
  const paths = async (query: string) =>
    Object((await github('search-code', { query }))['files']).map(({ path }: { path: string }) => path);
  expect(await paths('releasing in:path')).toEqual(['docs/releasing.md']);
  expect(await paths('rate extension:ts')).toEqual([]);
  await expect(github('search-code', { query: 'extension:md' })).rejects.toMatchObject({
    name: 'InvalidInput',
  });
});

test('get_file: of the default branch and of another; a folder says what is in it', async () => {
  const read = (file_path: string, more = {}) => github('get-file', { file_path, ...more });
  expect(await read('docs/status-page.md')).toEqual({
    content: expect.stringMatching(/^# Status page\n/),
    truncated: false,
    path: 'docs/status-page.md',
    sha: expect.stringMatching(/^[0-9a-f]{40}$/),
    url: `${emulated.url('github')}/acme/handbook/blob/main/docs/status-page.md`,
  });
  expect((await read('docs/rollback.md', { branch: 'rollback' }))['content']).toMatch(/^# Rolling back\n/);
  await expect(read('docs/rollback.md')).rejects.toMatchObject({ name: 'NotFound' });
  await expect(read('docs')).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringMatching(
      /^docs in acme\/handbook is a directory\. In it: docs\/expenses\.md, docs\/on-call\.md, /,
    ),
  });
});

test('add_comment: the comment is there once, however often the same call is made', async () => {
  const call = { issue_number: 2, body: 'I take **Monday**.\r\n<b>"ü"</b> {% $x %}' };
  const written = await github('add-comment', call);
  expect(written).toMatchObject({ issue_number: 2, repo_name: 'acme/handbook' });
  expect(await github('add-comment', call)).toEqual(written);
  const [comment, ...others] = await comments(2);
  expect(others).toEqual([]);
  expect(comment?.id).toBe(written['id']);
  expect(comment?.html_url).toBe(written['url']);
  expect(comment?.body).toMatch(
    /^I take \*\*Monday\*\*\.\r\n<b>"ü"<\/b> \{% \$x %\}\n\n<!-- ai-orchestra:[0-9a-f]{32} -->$/,
  );
  // Whoever reads the issue in a workflow sees what was written, without the mark.
  expect(Object((await github('get-issue', { issue_number: 2 }))['comments'])[0].body).toBe(
    'I take **Monday**.\n<b>"ü"</b> {% $x %}',
  );
  const page = await (await fetch(String(written['url']))).text();
  expect(page).toContain('I take **Monday**.');
  expect(page).not.toContain('ai-orchestra:');
});

test('add_comment: other steps, iterations, calls of an agent and runs write their own', async () => {
  const others = [
    { step_id: 'other' },
    { call_id: '0' },
    { call_id: '1' },
    { id: 'arn:aws:states:us-east-1:000000000000:execution:m:later' },
    { step_id: 'step0', call_id: '' },
  ];
  const call = { issue_number: 3, body: 'The same words' };
  const urls = [];
  for (const execution of [...others, ...others]) {
    urls.push((await github('add-comment', call, { execution }))['url']);
  }
  expect(urls.slice(0, 5)).toEqual(urls.slice(5));
  expect(new Set(urls).size).toBe(5);
  expect(await comments(3)).toHaveLength(5);
});

test('add_comment: on a pull request, and not on what is not there', async () => {
  const output = await github('add-comment', { issue_number: 5, body: 'Tried it on staging.' });
  expect(Object((await comments(5))[0]).html_url).toBe(output['url']);
  const nowhere = github('add-comment', { issue_number: 9999, body: 'x' });
  await expect(nowhere).rejects.toMatchObject({ name: 'NotFound' });
});
