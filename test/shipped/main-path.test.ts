// The main job: each shipped workflow, saved and run over HTTP, with its effect at the provider and its log.
import { readFile } from 'node:fs/promises';
import { Client as NotionClient } from '@notionhq/client';
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executionLog } from '../../lib/schemas/execution-log.ts';
import { githubToken } from '../../local/providers/github/seed.ts';
import { notionIds } from '../../local/providers/notion/seed.ts';
import { logOf, startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ seed: true });
});
afterAll(() => stack.close());

const shipped = async (id: string) =>
  JSON.parse(await readFile(new URL(`../../statemachines/${id}.workflow.json`, import.meta.url), 'utf8'));

async function run(id: string, input: Record<string, unknown>) {
  const { status, body } = await stack.call('POST', `/workflows/${id}/executions`, {
    body: { input },
    headers: { prefer: 'wait=25' },
  });
  expect([status, body.status, body.error]).toEqual([200, 'succeeded', null]);
  const log = await logOf(stack, body.id);
  expect(executionLog.parse(log)).toEqual(log);
  expect(log).toMatchObject({
    execution_id: body.id,
    workflow_id: id,
    workflow_version: 1,
    status: 'succeeded',
    input,
    output: body.output,
  });
  return { output: body.output, log };
}

const stepsOf = (log: { steps: { id: string; action: string; status: string; attempts: number }[] }) =>
  log.steps.map(({ id, action, status, attempts }) => [id, action, status, attempts]);

test('the shipped workflows and templates are there after the first start, as they are in the repository', async () => {
  const { body } = await stack.call('GET', '/workflows');
  expect(body.items.map(({ id, version }: { id: string; version: number }) => [id, version])).toEqual([
    ['answer_issue', 1],
    ['email_to_notion', 1],
    ['generate_sop_to_github', 1],
    ['simple_ai_completion', 1],
    ['triage_mail', 1],
    ['weekly_digest', 1],
  ]);
  for (const { id } of body.items) {
    expect((await stack.call('GET', `/workflows/${id}`)).body).toMatchObject(await shipped(id));
  }
  const templates = await stack.call('GET', '/prompts');
  expect(templates.body.items.map(({ id }: { id: string }) => id)).toEqual([
    'code_review',
    'email_summary',
    'meeting_notes',
    'sop_generator',
  ]);
});

test('simple_ai_completion asks the model', async () => {
  const { output, log } = await run('simple_ai_completion', { prompt: 'Say hello' });
  const [sent] = stack.faults.openai.requests;
  expect(JSON.parse(sent?.body ?? '')).toMatchObject({
    model: 'gpt-5.4-mini',
    input: [{ role: 'user', content: 'Say hello' }],
  });
  expect(output.text).toContain('Say hello');
  expect(output.text).toContain('(emulated model)');
  expect(stepsOf(log)).toEqual([['complete', 'openai.generate_completion', 'succeeded', 1]]);
  expect(log.steps[0].usage).toEqual(output.usage);
  expect(log.usage).toEqual(output.usage);
});

describe('email_to_notion', () => {
  test('writes one Notion page about the unread mail', async () => {
    const { output, log } = await run('email_to_notion', { notion_database_id: notionIds.digestDatabase });
    expect(stepsOf(log)).toEqual([
      ['fetch', 'gmail.list_messages', 'succeeded', 1],
      ['summary', 'openai.chat', 'succeeded', 1],
      ['page', 'notion.create_page', 'succeeded', 1],
    ]);
    const subjects = log.steps[0].output.messages.map(({ subject }: { subject: string }) => subject);
    expect(subjects).toContain('Übergabe am Dienstag: Schlüssel fürs Büro');
    expect(output.messages).toBe(subjects.length);

    const notion = new NotionClient({
      auth: 'emulated-notion-token',
      baseUrl: stack.stack.settings.NOTION_BASE_URL ?? '',
    });
    const { results } = await notion.dataSources.query({ data_source_id: notionIds.digestDataSource });
    const day = log.started_at.slice(0, 10);
    expect(results).toMatchObject([
      { properties: { Name: { title: [{ plain_text: `Unread mail, ${day} (${subjects.length})` }] } } },
    ]);
    const blocks = await notion.blocks.children.list({ block_id: results[0]?.id ?? '' });
    for (const subject of subjects) expect(JSON.stringify(blocks)).toContain(subject);
  });

  test('writes nothing when there is no mail', async () => {
    const { output, log } = await run('email_to_notion', {
      notion_database_id: notionIds.digestDatabase,
      query: 'subject:nosuchmail',
    });
    expect(output).toEqual({ messages: 0, page_url: null });
    expect(stepsOf(log)).toEqual([
      ['fetch', 'gmail.list_messages', 'succeeded', 1],
      ['summary', 'openai.chat', 'skipped', 0],
      ['page', 'notion.create_page', 'skipped', 0],
    ]);
  });
});

test('generate_sop_to_github commits a file, and the same file again makes no second commit', async () => {
  const input = {
    task_description: 'Water the plants',
    repo_name: 'acme/handbook',
    file_path: 'docs/sop/plants.md',
  };
  const { output, log } = await run('generate_sop_to_github', input);
  expect(stepsOf(log)).toEqual([
    ['sop', 'openai.generate_sop', 'succeeded', 1],
    ['commit', 'github.commit_file', 'succeeded', 1],
  ]);
  const github = new Octokit({
    auth: githubToken,
    baseUrl: stack.stack.settings.GITHUB_API_URL ?? '',
  });
  const place = { owner: 'acme', repo: 'handbook' };
  const { data: commit } = await github.rest.repos.getCommit({ ...place, ref: output.commit_sha });
  expect(commit.commit.message).toBe('Add SOP: Water the plants');
  const { data: file } = await github.rest.repos.getContent({ ...place, path: input.file_path });
  expect(Buffer.from('content' in file ? file.content : '', 'base64').toString()).toBe(
    log.steps[0].output.text,
  );

  const again = await run('generate_sop_to_github', input);
  expect(again.output.commit_sha).toBe(output.commit_sha);
});

test('answer_issue searches, comments once and says what it did', async () => {
  const { output, log } = await run('answer_issue', { repo_name: 'acme/handbook', issue_number: 1 });
  expect(stepsOf(log)).toEqual([
    ['issue', 'github.get_issue', 'succeeded', 1],
    ['answer', 'agent', 'succeeded', 1],
  ]);
  const calls = log.steps[1].turns.map(
    (turn: { calls: { action: string; status: string; input: object }[] }) =>
      turn.calls.map(({ action, status, input }) => [action, status, input]),
  );
  const place = { owner: 'acme', repo: 'handbook', issue_number: 1 };
  const github = new Octokit({ auth: githubToken, baseUrl: stack.stack.settings.GITHUB_API_URL ?? '' });
  const { data } = await github.rest.issues.listComments(place);
  const comments = data.filter((comment) => comment.body?.startsWith('(emulated model)'));
  expect(comments).toHaveLength(1);
  const body =
    '(emulated model) What was found on “roll back”:\n\n' +
    `- Describe how to roll back a release: ${comments[0]?.html_url.split('#')[0]}\n` +
    `- docs/releasing.md: ${comments[0]?.html_url.split('/issues')[0]}/blob/HEAD/docs/releasing.md`;
  const search = { query: 'roll back', repo_name: 'acme/handbook', max_results: 10 };
  expect(calls).toEqual([
    [
      ['github.search_issues', 'succeeded', search],
      ['github.search_code', 'succeeded', search],
    ],
    [['github.add_comment', 'succeeded', { body, repo_name: 'acme/handbook', issue_number: 1 }]],
    [],
  ]);
  expect(comments[0]?.body).toContain(body);
  expect(output).toEqual({
    text: expect.stringMatching(
      /^\(emulated model\) Tools used: github-search_issues, github-search_code, github-add_comment\./,
    ),
    turns: 3,
    tool_calls: 3,
    usage: log.usage,
  });
});

test('the seeds’ format is saved upgraded, and the seeds’ call runs it', async () => {
  const seeds = {
    id: 'seeds_mail',
    name: 'Email to Notion Summary',
    steps: [
      {
        id: 'fetch_email',
        type: 'gmail',
        action: 'list_messages',
        params: { max_results: 1 },
        next_step: 'summarize',
      },
      {
        id: 'summarize',
        type: 'openai',
        action: 'summarize',
        params: { text: '{{fetch_email_output}}' },
        next_step: 'save',
      },
      {
        id: 'save',
        type: 'notion',
        action: 'create_page',
        params: {
          parent_id: '{{notion_database_id}}',
          title: 'Email Summary',
          content: '{{summarize_output}}',
        },
      },
    ],
    variables: { notion_database_id: notionIds.handbookPage },
  };
  const saved = await stack.call('POST', '/workflows', { body: seeds });
  expect([saved.status, saved.body.problems]).toEqual([201, undefined]);
  expect(saved.body.steps.map(({ action }: { action: string }) => action)).toEqual([
    'gmail.list_messages',
    'openai.summarize',
    'notion.create_page',
  ]);
  const { status, body } = await stack.call('POST', '/workflows/execute', {
    body: { workflow_id: 'seeds_mail', variables: {} },
    headers: { prefer: 'wait=25' },
  });
  expect([status, body.status, body.error]).toEqual([200, 'succeeded', null]);
  expect(body.output).toMatchObject({ title: 'Email Summary' });
});

test('an HTTP API is read page by page, and what is overdue there becomes an issue', async () => {
  const example = await shipped('examples/orders_to_issue');
  const saved = await stack.call('POST', '/workflows', { body: example });
  expect([saved.status, saved.body.problems, saved.body.warnings]).toEqual([201, undefined, []]);
  const { output, log } = await run('orders_to_issue', { repo_name: 'acme/handbook' });
  expect(stepsOf(log)).toEqual([
    ['fetch', 'http.request', 'succeeded', 1],
    ['overdue', 'transform', 'succeeded', 0],
    ['issue', 'github.create_issue', 'succeeded', 1],
  ]);
  // Eight orders are open, of twelve, five a page.
  expect(log.steps[0].output).toMatchObject({ status: 200, pages: 2, next: null });
  expect(log.steps[0].output.items).toHaveLength(8);
  const octokit = new Octokit({ auth: githubToken, baseUrl: stack.stack.settings.GITHUB_API_URL ?? '' });
  const { data } = await octokit.issues.listForRepo({ owner: 'acme', repo: 'handbook' });
  const issue = data.find(({ html_url }) => html_url === output.issue_url);
  expect(issue?.title).toBe('5 orders are overdue');
  expect(issue?.body).toMatch(/^- A-1001 of Anna Lind, due on \d{4}-\d\d-\d\d\n/);
});

test('a service that tells what it was sent tells no run the credentials, nor the record of a call', async () => {
  const { origin } = new URL(stack.stack.connections['http/default']?.['base_url'] ?? '');
  const echo = (method: string, response?: string) => ({
    action: 'http.request',
    connection: 'default',
    params: { method, url: `${origin}/echo`, ...(response && { response }) },
  });
  const workflow = {
    id: 'echo',
    steps: [
      { id: 'posted', ...echo('POST') },
      { id: 'read', ...echo('GET', 'file') },
      { id: 'without', ...echo('GET'), connection: undefined },
    ],
  };
  expect((await stack.call('POST', '/workflows', { body: workflow })).status).toBe(201);
  const { log } = await run('echo', {});
  const [posted, read, without] = log.steps.map(({ output }: { output: unknown }) => output);
  expect(posted.json).toMatchObject({
    method: 'POST',
    headers: {
      authorization: 'Bearer [redacted]',
      'idempotency-key': expect.stringMatching(/^[\da-f-]{36}$/),
    },
  });
  expect(Buffer.from(read.content, 'base64').toString()).toContain('"Bearer [redacted]"');
  expect(without.json.headers).not.toHaveProperty('authorization');
  // What is left on the disk is looked through when the stack stops.
});

test('a run that is stopped has a log too', async () => {
  stack.faults.openai.inject(['hang']);
  const { body: started } = await stack.call('POST', '/workflows/simple_ai_completion/executions', {
    body: {},
  });
  expect(started.status).toBe('running');
  const soFar = await stack.call('GET', `/executions/${started.id}/log`);
  expect([soFar.status, soFar.body.status]).toEqual([200, 'running']);
  const stopped = await stack.call('POST', `/executions/${started.id}/stop`, {
    body: { reason: 'changed my mind' },
  });
  expect([stopped.status, stopped.body.status]).toEqual([202, 'aborted']);
  const log = await logOf(stack, started.id);
  expect(log).toMatchObject({
    status: 'aborted',
    output: null,
    error: { message: 'Stopped by demo: changed my mind' },
    steps: [{ status: 'aborted', error: null }],
  });
  stack.faults.openai.clear();
});
