// What a run does outside it does once: in every iteration of its loops, and however often a call has to be made.
import { auth, gmail, type gmail_v1 } from '@googleapis/gmail';
import { Client, iteratePaginatedAPI } from '@notionhq/client';
import { Octokit } from '@octokit/rest';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { githubToken } from '../../local/providers/github/seed.ts';
import { googleClient } from '../../local/providers/google/seed.ts';
import { notionIds, notionToken } from '../../local/providers/notion/seed.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { until } from '../support/until.ts';

let stack: TestStack;
let octokit: Octokit;
let mailbox: gmail_v1.Gmail;
beforeAll(async () => {
  stack = await startTestStack();
  octokit = new Octokit({ auth: githubToken, baseUrl: stack.faults.github.url });
  const client = new auth.OAuth2({
    clientId: googleClient.client_id,
    clientSecret: googleClient.client_secret,
    endpoints: { oauth2TokenUrl: `${stack.faults.gmail.url}/oauth2/token` },
  });
  client.setCredentials({ refresh_token: googleClient.refresh_token });
  mailbox = gmail({ version: 'v1', rootUrl: `${stack.faults.gmail.url}/`, auth: client });
});
afterAll(() => stack.close());
afterEach(() => {
  for (const proxy of Object.values(stack.faults)) proxy.clear();
});

async function run(id: string, steps: unknown[], output: unknown) {
  const saved = await stack.call('POST', '/workflows', { body: { id, steps, output } });
  expect(saved.status, JSON.stringify(saved.body)).toBe(201);
  const { body } = await stack.call('POST', `/workflows/${id}/executions`, {
    body: {},
    headers: { prefer: 'wait=25' },
  });
  expect(body, JSON.stringify(body)).toMatchObject({ status: 'succeeded' });
  return body.output;
}

const retry = { max_attempts: 3, interval_seconds: 1, on: ['ProviderUnavailable'] };
const commentOn = (id: string, issue_number: number) => ({
  id,
  action: 'github.add_comment',
  params: { repo_name: 'acme/handbook', issue_number, body: 'The same words' },
  retry,
});
async function dataSources(notion: Client, database_id: string): Promise<string[]> {
  const database = await notion.databases.retrieve({ database_id });
  return 'data_sources' in database ? database.data_sources.map(({ id }) => id) : [];
}
const comments = async (issue_number: number) => {
  const { data } = await octokit.rest.issues.listComments({ owner: 'acme', repo: 'handbook', issue_number });
  return data.map(({ html_url }) => html_url);
};

test('an agent whose comment was written and whose answer got lost is told of the comment, and writes no second one', async () => {
  stack.faults.github.inject(['lose'], {
    when: ({ method, path }) => method === 'POST' && path.endsWith('/comments'),
  });
  const agent = {
    goal: 'Write a comment on issue #1 of acme/handbook: it is being looked into.',
    tools: ['github.add_comment'],
  };
  const before = await comments(1);
  const { text } = await run('agent', [{ id: 'answer', agent }], '{{ steps.answer }}');
  expect(await comments(1)).toHaveLength(before.length + 1);
  expect(text).not.toContain('failed');
  const posts = stack.faults.github.requests.filter(({ method }) => method === 'POST');
  expect(posts.map(({ path }) => path)).toEqual(['/repos/acme/handbook/issues/1/comments']);
});

test('loops in loops write the same comment as often as they are to', async () => {
  // One after the other, so that each could find what the ones before it wrote.
  const inOrder = { max_concurrency: 1 };
  const inner = { id: 'inner', for_each: [1, 2], ...inOrder, steps: [commentOn('comment', 2)] };
  const outer = { id: 'outer', for_each: ['a', 'b', 'c'], ...inOrder, steps: [inner] };
  const urls = await run('nested', [outer], {
    urls: '{{ steps.outer.url }}',
  });
  expect(new Set(urls.urls)).toEqual(new Set(await comments(2)));
  expect(await comments(2)).toHaveLength(6);
});

test('a comment whose answer got lost is found by the next try', async () => {
  stack.faults.github.inject(['lose'], { path: /\/comments$/ });
  const output = await run('lost_comment', [commentOn('comment', 3)], { url: '{{ steps.comment.url }}' });
  expect(await comments(3)).toEqual([output.url]);
});

test('an issue whose answer got lost is found by the next try, and a redrive finds it too', async () => {
  const { data: before } = await octokit.rest.issues.listForRepo({ owner: 'acme', repo: 'handbook' });
  const created = async () => {
    const { data } = await octokit.rest.issues.listForRepo({ owner: 'acme', repo: 'handbook' });
    return data
      .map(({ html_url }) => html_url)
      .filter((url) => !before.some(({ html_url }) => html_url === url));
  };
  const params = { repo_name: 'acme/handbook', title: 'The same title' };
  const issue = (id: string, policy: object) => ({
    id,
    action: 'github.create_issue',
    params,
    retry: policy,
  });
  const posted = { when: ({ method }: { method: string }) => method === 'POST' };
  stack.faults.github.inject(['lose'], posted);
  const output = await run('lost_issue', [issue('one', retry), issue('two', retry)], {
    urls: ['{{ steps.one.url }}', '{{ steps.two.url }}'],
  });
  expect((await created()).toSorted()).toEqual(output.urls.toSorted());
  stack.faults.github.inject(['lose'], posted);
  const document = {
    id: 'redriven_issue',
    steps: [issue('three', { max_attempts: 1 })],
    output: '{{ steps.three.url }}',
  };
  expect((await stack.call('POST', '/workflows', { body: document })).status).toBe(201);
  const { body } = await stack.call('POST', '/workflows/redriven_issue/executions', {
    body: {},
    headers: { prefer: 'wait=25' },
  });
  expect(body).toMatchObject({ status: 'failed', error: { name: 'ProviderUnavailable' } });
  expect((await stack.call('POST', `/executions/${body.id}/redrive`)).status).toBe(202);
  const redriven = await until(async () => {
    const { body: after } = await stack.call('GET', `/executions/${body.id}`);
    expect(after).toMatchObject({ status: 'succeeded' });
    return after;
  });
  expect((await created()).toSorted()).toEqual([...output.urls, redriven.output].toSorted());
});

test('pages and texts of Notion whose answers got lost are found by the next try; the same words of another call are not', async () => {
  const notion = new Client({ auth: notionToken, baseUrl: stack.faults.notion.url, logger: () => {} });
  // A page has room for the first 99 blocks, the rest is appended.
  const content = Array.from({ length: 150 }, (_, i) => `Line ${i}`).join('\n\n');
  const below = async (id: string) => {
    const texts: string[] = [];
    for await (const block of iteratePaginatedAPI(notion.blocks.children.list, { block_id: id })) {
      if ('type' in block && block.type === 'paragraph') {
        texts.push(
          block.paragraph.rich_text
            .map(({ plain_text }) => plain_text)
            .join('')
            .replace('\u2060', ''),
        );
      }
    }
    return texts;
  };
  const lines = content.split('\n\n');
  const page = (id: string, parent_id: string) => ({
    id,
    action: 'notion.create_page',
    params: { parent_id, title: 'The same title', content },
    retry,
  });
  const written = {
    when: ({ method, path }: { method: string; path: string }) =>
      (method === 'POST' && path === '/v1/pages') || method === 'PATCH',
  };
  stack.faults.notion.inject(['lose', 'lose'], written);
  const { digestDatabase } = notionIds;
  const pages = await run('lost_pages', [page('one', digestDatabase), page('two', digestDatabase)], {
    ids: ['{{ steps.one.id }}', '{{ steps.two.id }}'],
  });
  const [data_source_id = ''] = await dataSources(notion, digestDatabase);
  const { results } = await notion.dataSources.query({ data_source_id });
  const made = results.filter((one) => JSON.stringify(one).includes('The same title'));
  expect(made.map(({ id }) => id).toSorted()).toEqual(pages.ids.toSorted());
  for (const id of pages.ids) expect(await below(id)).toEqual(lines);

  stack.faults.notion.inject(['lose', 'lose'], written);
  const [parent] = pages.ids;
  const child = await run('lost_child', [page('one', parent), page('two', parent)], {
    ids: ['{{ steps.one.id }}', '{{ steps.two.id }}'],
  });
  const { results: children } = await notion.blocks.children.list({
    block_id: parent,
    start_cursor: child.ids[0],
  });
  expect(children.map(({ id }) => id)).toEqual(child.ids);
  for (const id of child.ids) expect(await below(id)).toEqual(lines);

  stack.faults.notion.inject(['lose', 'lose'], written);
  const append = (id: string) => ({
    id,
    action: 'notion.append_to_page',
    params: { page_id: child.ids[0], content },
    retry,
  });
  await run('lost_text', [append('one'), append('two')], null);
  expect(await below(child.ids[0])).toEqual([...lines, ...lines, ...lines]);
});

test('a draft and a mail whose answers got lost are found by the next try', async () => {
  const params = { to: ['anna.lind@acme.example'], subject: 'Once', body: 'Only once' };
  stack.faults.gmail.inject(['lose'], { path: /\/drafts$/ });
  const draft = { id: 'draft', action: 'gmail.create_draft', params, retry };
  const drafted = await run('lost_draft', [draft], { id: '{{ steps.draft.draft_id }}' });
  expect((await mailbox.users.drafts.list({ userId: 'me' })).data.drafts?.map(({ id }) => id)).toEqual([
    drafted.id,
  ]);
  stack.faults.gmail.inject(['lose'], { path: /\/drafts\/send$/ });
  const send = { id: 'send', action: 'gmail.send_message', params, retry };
  const sent = await run('lost_mail', [send], { id: '{{ steps.send.message_id }}' });
  const { data } = await mailbox.users.messages.list({ userId: 'me', q: 'in:sent' });
  expect(data.messages?.map(({ id }) => id)).toEqual([sent.id]);
});

test('a step that is tried again as a whole writes again what differs now, and nothing that it wrote before', async () => {
  stack.faults.github.inject([{ status: 500 }], {
    when: ({ method, path }) => method === 'GET' && path.endsWith('/issues/4'),
  });
  const { retry: _, ...comment } = commentOn('same', 4);
  const read = { action: 'github.get_issue', params: { repo_name: 'acme/handbook', issue_number: 4 } };
  const each = {
    id: 'each',
    for_each: '{{ [steps.now, "the end"] }}',
    max_concurrency: 1,
    steps: [{ ...comment, id: 'differs', params: { ...comment.params, body: '{{ item }}' } }],
  };
  const steps = [
    { id: 'now', transform: '{{ $uuid() }}' },
    comment,
    each,
    { id: 'check', ...read, retry: { max_attempts: 1 } },
  ];
  const again = { max_attempts: 2, interval_seconds: 1 };
  await run('again', [{ id: 'whole', parallel: { one: steps }, retry: again }], null);
  const { data } = await octokit.rest.issues.listComments({
    owner: 'acme',
    repo: 'handbook',
    issue_number: 4,
  });
  const bodies = data.map(({ body = '' }) => body.split('\n')[0]);
  expect(bodies.filter((body) => body === 'The same words')).toHaveLength(1);
  expect(bodies.filter((body) => body === 'the end')).toHaveLength(1);
  expect(bodies.filter((body) => /^[0-9a-f-]{36}$/.test(body ?? ''))).toHaveLength(2);
});
