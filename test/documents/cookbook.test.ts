// The cookbook of docs/workflows.md: each recipe runs on the local engine, with the real actions against the emulated
// providers, and what it did is read back from these.
import { Client as NotionClient } from '@notionhq/client';
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import type { Catalogue } from '../../lib/actions/catalogue.ts';
import { githubToken } from '../../local/providers/github/seed.ts';
import { notionIds, notionToken } from '../../local/providers/notion/seed.ts';
import { readPage, workflowsOf } from '../support/documents.ts';
import { type EmulatedActions, startEmulatedActions } from '../support/emulated-actions.ts';
import { type Call, createRunner, type Run, type Runner } from '../support/run-compiled.ts';

const [, cookbook = ''] = (await readPage('docs/workflows.md')).split(/^## Cookbook$/m);
const recipes = new Map(workflowsOf(cookbook).map((recipe) => [recipe['id'], recipe]));
const place = { owner: 'acme', repo: 'handbook' };
const repo_name = 'acme/handbook';
const parent_id = notionIds.handbookPage;

let catalogue: Catalogue;
let actions: EmulatedActions;
let runner: Runner;
let github: Octokit;
let notion: NotionClient;
beforeAll(async () => {
  actions = await startEmulatedActions('github', 'notion', 'google');
  catalogue = await buildCatalogue();
  runner = await createRunner(catalogue);
  github = new Octokit({ auth: githubToken, baseUrl: actions.url('github') });
  notion = new NotionClient({ auth: notionToken, baseUrl: actions.url('notion') });
});
afterAll(async () => {
  await runner.close();
  await actions.close();
});

/** @param before what happens outside before a call; an error takes the place of the call */
function run(id: string, input: object, before?: (call: Call, count: number) => unknown): Promise<Run> {
  return runner.run(recipes.get(id), input, async (call, count) => {
    const refused = await before?.(call, count);
    if (refused instanceof Error) return refused;
    const { id: action = '' } = catalogue.find((entry) => entry.function_name === call.function) ?? {};
    const { input: params, execution } = call.event;
    try {
      return await actions.action(action.replace('.', '/').replaceAll('_', '-'), Object(params), {
        execution,
      });
    } catch (error) {
      return error;
    }
  });
}

/** The titles of the pages that were made below the handbook's, the last one first. */
async function pageTitles(): Promise<string[]> {
  const { results } = await notion.blocks.children.list({ block_id: parent_id, page_size: 100 });
  return results.flatMap((block) =>
    'type' in block && block.type === 'child_page' ? [block.child_page.title] : [],
  );
}

async function text(url: string): Promise<string[]> {
  const { results } = await notion.blocks.children.list({ block_id: url.slice(-32) });
  return results.flatMap((block) => {
    const { rich_text } = Object(Object(block)[Object(block).type]);
    // Without the mark that a write leaves.
    const words = Array.isArray(rich_text) ? rich_text.map((part) => part.plain_text).join('') : undefined;
    return words === undefined ? [] : [words.replaceAll('\u2060', '')];
  });
}

const calls = ({ calls: made }: Run) => made.map((call) => call.function);

test('every recipe is tried here', () => {
  expect([...recipes.keys()]).toEqual([
    'after_close',
    'page_per_subject',
    'list_changes',
    'open_issues',
    'report',
  ]);
});

test('poll until: asks until the issue is closed, and then comments once', async () => {
  const issue_number = 1;
  const { closed_at } = Object(
    (
      await run('after_close', { repo_name, issue_number }, async (call, count) => {
        if (call.function === 'github-get-issue' && count === 3)
          await github.rest.issues.update({ ...place, issue_number, state: 'closed' });
      }).then((result) => {
        expect(calls(result)).toEqual([...Array(3).fill('github-get-issue'), 'github-add-comment']);
        expect(result.status).toBe('SUCCEEDED');
        return result;
      })
    ).output,
  );
  const { data } = await github.rest.issues.listComments({ ...place, issue_number });
  expect(data.filter(({ body }) => body?.startsWith('Closed at')).map(({ body }) => body)).toEqual([
    expect.stringContaining(`Closed at ${closed_at}.`),
  ]);
});

test('poll until: another failure is not polled over', async () => {
  const result = await run('after_close', { repo_name, issue_number: 9999 });
  expect([result.status, result.error, calls(result)]).toEqual(['FAILED', 'NotFound', ['github-get-issue']]);
});

test('dedup: one page for each subject, and none when run again', async () => {
  const before = await pageTitles();
  const first = await run('page_per_subject', { parent_id });
  const { created } = Object(first.output);
  expect(created.length).toBeGreaterThan(3);
  expect((await pageTitles()).filter((title) => !before.includes(title)).toSorted()).toEqual(
    created.toSorted(),
  );
  const again = await run('page_per_subject', { parent_id });
  expect([again.status, again.output]).toEqual(['SUCCEEDED', { created: [] }]);
  expect(calls(again)).not.toContain('notion-create-page');
});

test('paging: windows without a gap, and all of their commits in one file', async () => {
  const { data } = await github.rest.repos.listCommits({ ...place, per_page: 100 });
  const result = await run('list_changes', { repo_name });
  expect([result.status, result.output]).toMatchObject(['SUCCEEDED', { commits: data.length }]);
  const windows = result.calls
    .filter((call) => call.function === 'github-list-commits')
    .map(({ event }) => Object(event.input))
    .toSorted((a, b) => (a.since < b.since ? -1 : 1));
  expect(windows).toHaveLength(12);
  for (const [n, { until }] of windows.slice(0, -1).entries())
    expect(Date.parse(windows[n + 1].since) - Date.parse(until)).toBe(1);
  const { data: file } = await github.rest.repos.getContent({ ...place, path: 'CHANGES.md' });
  const lines = Buffer.from(Object(file).content, 'base64').toString().split('\n');
  expect(lines.toSorted()).toEqual(data.flatMap(({ commit }) => commit.message.split('\n')).toSorted());
});

test('paging: a window that does not fit fails the run', async () => {
  const result = await runner.run(recipes.get('list_changes'), { repo_name, weeks: 2 }, () => ({
    commits: [],
    has_more: true,
  }));
  expect([result.status, result.error]).toEqual(['FAILED', 'WindowTooLarge']);
});

test('fan out and join: one page of all, with what could not be read', async () => {
  const { data } = await github.rest.issues.listForRepo({ ...place, state: 'open', per_page: 100 });
  const open = data.filter((issue) => !issue.pull_request).length;
  const repositories = [repo_name, 'acme/none'];
  const { status, output } = await run('open_issues', { repositories, parent_id });
  expect([status, output]).toMatchObject(['SUCCEEDED', { open, failed: 1 }]);
  expect(await pageTitles()).toContain(`${open} open issues`);
  expect(await text(Object(output).page)).toEqual([`${repo_name}: ${open} open`, 'failed: NotFound']);
});

test('fallback: the issue, or where GitHub refuses the page', async () => {
  const input = { repo_name, parent_id, title: 'Where is the key?' };
  const issue = await run('report', input);
  const { url } = Object(issue.output);
  const { data } = await github.rest.issues.get({
    ...place,
    issue_number: Number(/\/issues\/(\d+)$/.exec(url)?.[1]),
  });
  expect([data.title, data.html_url, calls(issue)]).toEqual([input.title, url, ['github-create-issue']]);
  const page = await run('report', { ...input, repo_name: 'acme/none' });
  expect(calls(page)).toEqual(['github-create-issue', 'notion-create-page']);
  expect(await pageTitles()).toContain(input.title);
  expect(await text(Object(page.output).url)).toEqual([expect.stringMatching(/^GitHub: NotFound\. /)]);
});
