// The emulated GitHub through GitHub's own client.
import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../shared/emulator.ts';
import { githubToken } from './seed.ts';

const directory = mkdtempSync(join(tmpdir(), 'github-'));
const handbook = { owner: 'acme', repo: 'handbook' };
const silent = { debug() {}, info() {}, warn() {}, error() {} };
let emulator: Emulator;
let github: Octokit;
const clientWith = (auth?: string) =>
  new Octokit({ ...(auth && { auth }), baseUrl: emulator.url, log: silent });

async function start(): Promise<void> {
  emulator = await startEmulator('github', directory);
  github = clientWith(githubToken);
}
beforeAll(start);
afterAll(() => emulator.close());

async function fileText(path: string): Promise<string> {
  const { data } = await github.repos.getContent({ ...handbook, path });
  if (!('content' in data)) throw new Error('not a file');
  return Buffer.from(data.content, 'base64').toString();
}

test('the seeded repository has its files, commits and issues', async () => {
  const { data: repositories } = await github.repos.listForAuthenticatedUser();
  expect(repositories.map(({ full_name }) => full_name).sort()).toEqual(['acme/handbook', 'demo/notes']);
  expect(await fileText('docs/releasing.md')).toMatch(/^# Releasing\n/);
  const { data: commits } = await github.repos.listCommits(handbook);
  expect(commits.map(({ commit }) => commit.message)).toEqual([
    'Say where the status page is (#6)',
    'Add docs/expenses.md',
    'Add docs/on-call.md',
    'Add docs/releasing.md',
    'Start the handbook',
  ]);
  const { data: issues } = await github.issues.listForRepo(handbook);
  expect(issues.map(({ number, title }) => `${number} ${title}`)).toEqual([
    '3 Broken link to the expenses form',
    '2 On-call rota: who swaps with whom in December?',
    '1 Describe how to roll back a release',
  ]);
  const { data: all } = await github.issues.listForRepo({ ...handbook, state: 'all' });
  expect(all.map(({ number, state }) => `${number} ${state}`)).toEqual([
    '3 open',
    '2 open',
    '4 closed',
    '1 open',
  ]);
  const { data: pulls } = await github.pulls.list({ ...handbook, state: 'all' });
  expect(pulls.map(({ number, state, merged_at }) => [number, state, merged_at !== null])).toEqual([
    [5, 'open', false],
    [6, 'closed', true],
  ]);
  expect(await fileText('docs/status-page.md')).toMatch(/^# Status page\n/);
  const ages = issues.map(({ created_at }) => Math.round((Date.now() - Date.parse(created_at)) / 3_600_000));
  expect(ages).toEqual([5, 52, 170]);
});

test('a wrong token is 401, and so is writing without one', async () => {
  await expect(clientWith('ghp_wrong').users.getAuthenticated()).rejects.toMatchObject({
    status: 401,
    response: { data: { message: 'Bad credentials' } },
  });
  await expect(clientWith().issues.create({ ...handbook, title: 'x' })).rejects.toMatchObject({
    status: 401,
    response: { data: { message: 'Requires authentication' } },
  });
});

test('a restart keeps commits with their shas and issues with their times, and delivers no webhook again', async () => {
  const deliveries: string[] = [];
  const receiver = createServer((request, response) => {
    deliveries.push(`${request.headers['x-github-event']}`);
    response.end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => receiver.once('listening', resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  await github.repos.createWebhook({ ...handbook, config: { url }, events: ['issues', 'push'] });
  const delivered = new Promise((resolve) => receiver.once('request', resolve));
  const content = Buffer.from('# Travel\n').toString('base64');
  const written = await github.repos.createOrUpdateFileContents({
    ...handbook,
    path: 'docs/travel.md',
    message: 'Add travel',
    content,
  });
  await delivered;
  const issue = await github.issues.create({ ...handbook, title: 'Kept', labels: ['new-label'] });
  const { data: before } = await github.repos.listCommits(handbook);
  await emulator.close();
  expect(readFileSync(join(directory, 'github.jsonl'), 'utf8')).not.toContain(githubToken);
  // What a process killed while writing leaves behind.
  appendFileSync(join(directory, 'github.jsonl'), '{"at":17');
  deliveries.length = 0;
  await start();

  const { data: after } = await github.repos.listCommits(handbook);
  expect(after.map(({ sha }) => sha)).toEqual(before.map(({ sha }) => sha));
  expect(after[0]?.sha).toBe(written.data.commit.sha);
  expect(await fileText('docs/travel.md')).toBe('# Travel\n');
  const { data: kept } = await github.issues.get({ ...handbook, issue_number: issue.data.number });
  expect(kept).toMatchObject({
    title: 'Kept',
    created_at: issue.data.created_at,
    labels: [{ name: 'new-label' }],
  });
  expect(kept.html_url).toBe(`${emulator.url}/acme/handbook/issues/7`);
  expect(deliveries).toEqual([]);

  // The file can be updated by the sha that was told before the restart, and the webhook still works.
  const again = new Promise((resolve) => receiver.once('request', resolve));
  await github.repos.createOrUpdateFileContents({
    ...handbook,
    path: 'docs/travel.md',
    message: 'Change travel',
    content: Buffer.from('# Trips\n').toString('base64'),
    sha: written.data.content?.sha ?? '',
  });
  await again;
  receiver.close();
  await emulator.close();
  await start();
  expect(await fileText('docs/travel.md')).toBe('# Trips\n');
});

test('addresses in answers show pages, with everything escaped; they stay good after a restart', async () => {
  const issue = await github.issues.create({ ...handbook, title: '<b>"T"</b>', body: '<script>1</script>' });
  const file = await github.repos.createOrUpdateFileContents({
    ...handbook,
    path: 'docs/ä b.md',
    message: 'Add <i>',
    content: Buffer.from('# Ü <u>\n').toString('base64'),
  });
  await emulator.close();
  await start();
  const page = async (url = '') => {
    const response = await fetch(url);
    return [response.status, response.headers.get('content-type'), await response.text()];
  };
  const html = 'text/html; charset=utf-8';
  const issuePage = await page(issue.data.html_url);
  expect(issuePage).toEqual([
    200,
    html,
    expect.stringContaining('<pre>&#60;script&#62;1&#60;/script&#62;</pre>'),
  ]);
  expect(issuePage[2]).toContain('<h1>&#60;b&#62;&#34;T&#34;&#60;/b&#62; #');
  expect(await page(file.data.content?.html_url)).toEqual([
    200,
    html,
    expect.stringContaining('# Ü &#60;u&#62;'),
  ]);
  expect(await page(file.data.commit.html_url)).toEqual([
    200,
    html,
    expect.stringContaining('<h1>Add &#60;i&#62;</h1>'),
  ]);
  expect((await page(`${emulator.url}/acme/handbook`))[0]).toBe(200);
  expect((await page(`${emulator.url}/acme/handbook/issues/99`))[0]).toBe(404);
});

test("an error names GitHub's documentation", async () => {
  await expect(github.issues.listForRepo({ owner: 'acme', repo: 'none' })).rejects.toMatchObject({
    status: 404,
    message: 'Not Found - https://docs.github.com/rest',
  });
});

test('a port that somebody has taken meanwhile is given up', async () => {
  const { port } = new URL(emulator.url);
  await emulator.close();
  const other = createServer().listen(Number(port), '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  await start();
  expect(new URL(emulator.url).port).not.toBe(port);
  expect((await github.repos.get(handbook)).status).toBe(200);
  other.close();
});

test('version 2026-03-10 has its fields alone, and there is no other than it and the one before', async () => {
  const issue = (version: string | undefined) =>
    fetch(`${emulator.url}/repos/acme/handbook/issues/1`, {
      headers: {
        authorization: `Bearer ${githubToken}`,
        ...(version !== undefined && { 'x-github-api-version': version }),
      },
    });
  for (const version of [undefined, '2022-11-28']) {
    expect(await (await issue(version)).json()).toHaveProperty('assignee');
  }
  const current = await issue('2026-03-10');
  const body = await current.json();
  expect(body).toMatchObject({ number: 1, assignees: [] });
  expect(body).not.toHaveProperty('assignee');
  expect((await issue('2027-01-01')).status).toBe(400);
});
