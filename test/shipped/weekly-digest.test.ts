// weekly_digest on the whole stack: a week that becomes a page, a quiet one, and failures that somebody is told of.
import { readFile } from 'node:fs/promises';
import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { auth, gmail } from '@googleapis/gmail';
import { Client as NotionClient } from '@notionhq/client';
import PostalMime from 'postal-mime';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { executionArn, executionOfId } from '../../lib/arns.ts';
import { googleClient } from '../../local/providers/google/seed.ts';
import { notionIds } from '../../local/providers/notion/seed.ts';
import { logOf, startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ seed: true });
});
afterAll(() => stack.close());
afterEach(() => {
  for (const proxy of Object.values(stack.faults)) proxy.clear();
});

const input = {
  repo_name: 'acme/handbook',
  notion_parent_id: notionIds.digestDatabase,
  mail_to: 'Ada <ada@acme.example>',
};

/** Runs it to its end: the run, its log, the states that it entered, and the mails that it sent. */
async function run(own: Record<string, unknown> = {}) {
  const before = await sentIds();
  const { status, body } = await stack.call('POST', '/workflows/weekly_digest/executions', {
    body: { input: { ...input, ...own } },
    headers: { prefer: 'wait=25' },
  });
  expect(status, JSON.stringify(body)).toBe(200);
  const log = await logOf(stack, body.id);
  const ids = (await sentIds()).filter((id) => !before.includes(id));
  return { execution: body, log, states: await entered(body.id), mails: await Promise.all(ids.map(mail)) };
}

async function entered(id: string): Promise<string[]> {
  const { clientConfig, settings } = stack.stack;
  const { events = [] } = await new SFNClient(clientConfig).send(
    new GetExecutionHistoryCommand({
      executionArn: executionArn(executionOfId(id), settings.STATE_MACHINE_ARN_PREFIX),
      maxResults: 1000,
    }),
  );
  return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
}

function mailbox() {
  const url = stack.stack.settings.GOOGLE_TOKEN_URL ?? '';
  const client = new auth.OAuth2({
    clientId: googleClient.client_id,
    clientSecret: googleClient.client_secret,
    endpoints: { oauth2TokenUrl: url },
  });
  client.setCredentials({ refresh_token: googleClient.refresh_token });
  return gmail({ version: 'v1', rootUrl: `${new URL(url).origin}/`, auth: client }).users.messages;
}

async function sentIds(): Promise<string[]> {
  const { data } = await mailbox().list({ userId: 'me', labelIds: ['SENT'], maxResults: 500 });
  return (data.messages ?? []).flatMap(({ id }) => id ?? []);
}

async function mail(id: string) {
  const { data } = await mailbox().get({ userId: 'me', id, format: 'raw' });
  const { to, subject, text } = await PostalMime.parse(Buffer.from(data.raw ?? '', 'base64url'));
  return { to, subject, text: text?.trimEnd() };
}

const notion = () =>
  new NotionClient({
    auth: 'emulated-notion-token',
    baseUrl: stack.stack.settings.NOTION_BASE_URL ?? '',
    retry: false,
  });
const pages = async () =>
  (await notion().dataSources.query({ data_source_id: notionIds.digestDataSource })).results;

/** A page's blocks as text, with links as in Markdown. */
async function linesOf(id = ''): Promise<string[]> {
  const { results } = await notion().blocks.children.list({ block_id: id });
  return z.array(block).parse(results);
}
const richText = z.array(z.object({ plain_text: z.string(), href: z.string().nullable() }));
const block = z
  .looseObject({ type: z.string() })
  .transform((one) => z.object({ rich_text: richText }).parse(one[one.type]))
  .transform(({ rich_text }) =>
    rich_text
      // The mark of the call, which nobody sees.
      .filter(({ plain_text }) => plain_text !== '\u2060')
      .map(({ plain_text, href }) => (href ? `[${plain_text}](${href})` : plain_text))
      .join(''),
  );

const branches = [
  'commits',
  'fetch_commits',
  'fetch_issues',
  'fetch_pull_requests',
  'issues',
  'pull_requests',
];
/** The branches run at once: their states in the order of the alphabet, all others in their own. */
const inBranches = (states: readonly string[]) => states.filter((name) => branches.includes(name)).sort();
const around = (states: readonly string[]) => states.filter((name) => !branches.includes(name));

const toTheEnd = ['workflow.steps', 'period', 'news', 'quiet.when', 'summary', 'page'];
const date = (time: string | number) => new Date(time).toISOString().slice(0, 10);

test('a week becomes a page with a summary and links', async () => {
  const { execution, log, states, mails } = await run();
  expect([execution.status, execution.error]).toEqual(['succeeded', null]);
  expect([around(states), inBranches(states)]).toEqual([toTheEnd, branches]);
  expect(mails).toEqual([]);

  const [page, ...others] = await pages();
  expect(others).toEqual([]);
  const days = [date(Date.parse(log.started_at) - 7 * 86_400_000), date(log.started_at)];
  expect(page).toMatchObject({
    url: execution.output.page_url,
    properties: { Name: { title: [{ plain_text: `acme/handbook, ${days.join(' to ')}` }] } },
  });
  expect(execution.output).toMatchObject({ commits: 1, issues: 4, pull_requests: 2 });

  const { text } = log.steps.find(({ id }: { id: string }) => id === 'summary').output;
  const { commits } = log.steps.find(({ id }: { id: string }) => id === 'fetch_commits').output;
  const [{ sha, url }] = commits;
  const site = url.slice(0, url.indexOf('/acme/handbook'));
  const link = (path: string) => `${site}/acme/handbook/${path}`;
  expect(text).toMatch(/^\(emulated model\) .*Say where the status page is/s);
  expect(await linesOf(page?.id)).toEqual([
    ...text.split(/\n+/),
    'Commits',
    `[${sha.slice(0, 7)}](${link(`commit/${sha}`)}) Say where the status page is (#6), by demo`,
    'Issues',
    `[#3](${link('issues/3')}) Broken link to the expenses form (open)`,
    `[#2](${link('issues/2')}) On-call rota: who swaps with whom in December? (open)`,
    `[#4](${link('issues/4')}) Where do I send receipts? (closed)`,
    `[#1](${link('issues/1')}) Describe how to roll back a release (open)`,
    'Pull requests',
    `[#5](${link('pull/5')}) Say how to roll back a release (open)`,
    `[#6](${link('pull/6')}) Say where the status page is (merged)`,
  ]);
});

test('when nothing happened there is no page, and the model is not asked', async () => {
  const [asked, before] = [stack.faults.openai.requests.length, await pages()];
  const { execution, states, mails } = await run({ days: 0 });
  expect(execution).toMatchObject({
    status: 'succeeded',
    output: { commits: 0, issues: 0, pull_requests: 0, page_url: null },
  });
  expect([around(states), inBranches(states)]).toEqual([
    ['workflow.steps', 'period', 'news', 'quiet.when', 'quiet'],
    branches,
  ]);
  expect([stack.faults.openai.requests.length, await pages(), mails]).toEqual([asked, before, []]);
});

const refusal = {
  status: 400,
  headers: { 'content-type': 'application/json' },
  body: '{"object":"error","status":400,"code":"validation_error","message":"Notion does not like it"}',
};
const told = (
  repository: string,
  { id, error }: { id: string; error: { name: string; message: string } },
) => ({
  to: [{ name: 'Ada', address: 'ada@acme.example' }],
  subject: `The digest of ${repository} failed: ${error.name}`,
  text: `${error.message}\n\nThe run: ${id}`,
});

test('Notion refuses the page: the run fails with that, and one mail says so', async () => {
  const before = await pages();
  stack.faults.notion.inject([refusal], { forever: true });
  const { execution, states, mails } = await run();
  expect(execution).toMatchObject({
    status: 'failed',
    output: null,
    error: { name: 'InvalidInput', message: 'Notion answered 400: Notion does not like it' },
  });
  expect([around(states), inBranches(states)]).toEqual([[...toTheEnd, 'tell', 'workflow.failed'], branches]);
  expect(mails).toEqual([told('acme/handbook', execution)]);
  stack.faults.notion.clear();
  expect(await pages()).toEqual(before);
});

test('a repository that does not exist: its branches stop, and one mail says so', async () => {
  const { execution, log, states, mails } = await run({ repo_name: 'acme/nowhere' });
  expect(execution).toMatchObject({ status: 'failed', error: { name: 'NotFound' } });
  expect(execution.error.message).toMatch(/^The repository acme\/nowhere, .* does not exist/);
  expect(around(states)).toEqual(['workflow.steps', 'period', 'news', 'tell', 'workflow.failed']);
  const { step_id, ...error } = execution.error;
  expect(log.error).toEqual(execution.error);
  for (const id of ['news', step_id])
    expect(log.steps).toContainEqual(expect.objectContaining({ id, status: 'failed', error }));
  expect(mails).toEqual([told('acme/nowhere', execution)]);
});

test('Gmail sends the mail and its answer gets lost: there is still one', async () => {
  stack.faults.gmail.inject(['lose'], { path: /drafts\/send/ });
  const { execution, log, mails } = await run({ repo_name: 'acme/nowhere' });
  expect(mails).toEqual([told('acme/nowhere', execution)]);
  expect(log.steps.at(-1)).toMatchObject({ id: 'tell', status: 'succeeded', attempts: 2 });
});

test('no mail can be sent: the run still ends with its first error', async () => {
  stack.faults.gmail.inject([{ status: 403, body: '{"error":{"code":403,"message":"No"}}' }], {
    forever: true,
  });
  const { execution, log, mails } = await run({ repo_name: 'acme/nowhere' });
  expect(execution).toMatchObject({ status: 'failed', error: { name: 'NotFound' } });
  expect(log.steps.at(-1)).toMatchObject({ id: 'tell', status: 'caught' });
  expect(mails).toEqual([]);
});

test('with the trigger of the documentation it is due on Mondays at nine', async () => {
  const docs = await readFile(new URL('../../docs/workflow-reference.md', import.meta.url), 'utf8');
  const [, triggers = ''] = /^```json\n("triggers": .*?)^```/ms.exec(docs) ?? [];
  const file = new URL('../../statemachines/weekly_digest.workflow.json', import.meta.url);
  const document = { ...JSON.parse(await readFile(file, 'utf8')), ...JSON.parse(`{${triggers}}`) };
  expect((await stack.call('GET', '/schedules')).body.items).toEqual([]);
  const { headers } = await stack.call('GET', '/workflows/weekly_digest');
  const saved = await stack.call('PUT', '/workflows/weekly_digest', {
    body: document,
    headers: { 'if-match': headers.get('etag') ?? '' },
  });
  expect([saved.status, saved.body.warnings]).toEqual([200, []]);
  const { body } = await stack.call('GET', '/schedules');
  expect(body.items).toMatchObject([
    { id: 'weekly_digest.0', workflow_id: 'weekly_digest', state: 'enabled' },
  ]);
  const due = new Date(body.items[0].next_time).toLocaleString('en-GB', {
    timeZone: 'Europe/Berlin',
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
  });
  expect(due).toMatch(/^Monday.* 09:00$/);
});
