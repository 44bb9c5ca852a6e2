// The emulated Notion through Notion's own client.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, isFullPage, LogLevel } from '@notionhq/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../shared/emulator.ts';
import { notionIds, notionToken } from './seed.ts';

const directory = mkdtempSync(join(tmpdir(), 'notion-'));
let emulator: Emulator;
let notion: Client;
const clientWith = (auth: string, notionVersion?: string) =>
  new Client({
    auth,
    baseUrl: emulator.url,
    retry: false,
    logLevel: LogLevel.ERROR,
    ...(notionVersion && { notionVersion }),
  });

async function start(): Promise<void> {
  emulator = await startEmulator('notion', directory);
  notion = clientWith(notionToken);
}
beforeAll(start);
afterAll(() => emulator.close());

const paragraph = (content: string) => ({ paragraph: { rich_text: [{ text: { content } }] } });
const digestPage = (title: string, children = [paragraph('Hello')]) =>
  notion.pages.create({
    parent: { data_source_id: notionIds.digestDataSource },
    properties: { Name: { title: [{ text: { content: title } }] } },
    children,
  });

test('a page in a data source is read back with its title, properties and text', async () => {
  const created = await notion.pages.create({
    parent: { database_id: notionIds.digestDatabase.replaceAll('-', '') },
    properties: {
      Name: { title: [{ text: { content: 'Budget "2027"' } }] },
      From: { email: 'anna@acme.example' },
      Received: { date: { start: '2026-11-20' } },
      Status: { select: { name: 'New' } },
    },
    children: [
      { heading_2: { rich_text: [{ text: { content: 'Summary' } }] } },
      paragraph('We are 3 % over.'),
    ],
  });
  const page = await notion.pages.retrieve({ page_id: created.id.replaceAll('-', '') });
  if (!isFullPage(page)) throw new Error('not a full page');
  expect(page.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(page.parent).toEqual({
    type: 'data_source_id',
    data_source_id: notionIds.digestDataSource,
    database_id: notionIds.digestDatabase,
  });
  expect(page.url).toBe(`${emulator.url}/Budget-2027-${page.id.replaceAll('-', '')}`);
  expect(page.created_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000Z$/);
  expect(page.properties).toMatchObject({
    Name: { id: 'title', type: 'title', title: [{ plain_text: 'Budget "2027"', href: null }] },
    From: { type: 'email', email: 'anna@acme.example' },
    Received: { type: 'date', date: { start: '2026-11-20', end: null } },
    Status: { type: 'select', select: { name: 'New' } },
  });
  const { results } = await notion.blocks.children.list({ block_id: page.id });
  expect(results).toMatchObject([
    {
      object: 'block',
      type: 'heading_2',
      heading_2: { rich_text: [{ plain_text: 'Summary' }], is_toggleable: false },
    },
    { type: 'paragraph', paragraph: { color: 'default', rich_text: [{ plain_text: 'We are 3 % over.' }] } },
  ]);
  const html = await (await fetch(page.url)).text();
  expect(html).toContain('<h1>Budget &#34;2027&#34;</h1><h3>Summary</h3><p>We are 3 % over.</p>');
});

test('a page below a page is listed as a child page, and blocks append with nested ones', async () => {
  const child = await notion.pages.create({
    parent: { page_id: notionIds.meetingNotesPage },
    properties: { title: { title: [{ text: { content: 'Retrospective' } }] } },
  });
  const { results: added } = await notion.blocks.children.append({
    block_id: child.id,
    children: [
      { toggle: { rich_text: [{ text: { content: 'More' } }], children: [paragraph('Inside')] } },
      { to_do: { rich_text: [{ text: { content: 'Ask' } }, { equation: { expression: 'x^2' } }] } },
      { equation: { expression: 'y^2' } },
    ],
  });
  expect(added).toMatchObject([
    { type: 'toggle', has_children: true },
    {
      type: 'to_do',
      to_do: {
        checked: false,
        rich_text: [{ type: 'text' }, { type: 'equation', plain_text: 'x^2', href: null }],
      },
    },
    { type: 'equation', equation: { expression: 'y^2' } },
  ]);
  const inside = await notion.blocks.children.list({ block_id: added[0]?.id ?? '' });
  expect(inside.results).toMatchObject([{ paragraph: { rich_text: [{ plain_text: 'Inside' }] } }]);
  const siblings = await notion.blocks.children.list({ block_id: notionIds.meetingNotesPage });
  expect(siblings.results.at(-1)).toMatchObject({
    type: 'child_page',
    child_page: { title: 'Retrospective' },
  });
});

test('a list pages by has_more and next_cursor', async () => {
  const page = await digestPage(
    'Long',
    Array.from({ length: 5 }, (_, index) => paragraph(`${index}`)),
  );
  const seen: string[][] = [];
  let cursor: string | undefined;
  do {
    const list = await notion.blocks.children.list({
      block_id: page.id,
      page_size: 2,
      ...(cursor && { start_cursor: cursor }),
    });
    seen.push(list.results.map((block) => JSON.stringify(block).match(/"plain_text":"(\d)"/)?.[1] ?? ''));
    expect(list.has_more).toBe(list.next_cursor !== null);
    cursor = list.next_cursor ?? undefined;
  } while (cursor);
  expect(seen).toEqual([['0', '1'], ['2', '3'], ['4']]);
});

test('search finds by title, without what is in the trash', async () => {
  const page = await digestPage('Zebra crossing');
  const titles = async () =>
    (await notion.search({ query: 'ZEBRA', filter: { property: 'object', value: 'page' } })).results.map(
      ({ id }) => id,
    );
  expect(await titles()).toEqual([page.id]);
  await notion.pages.update({ page_id: page.id, in_trash: true });
  expect(await titles()).toEqual([]);
  await expect(
    notion.blocks.children.append({ block_id: page.id, children: [paragraph('x')] }),
  ).rejects.toMatchObject({
    status: 400,
    message: "Can't edit block that is archived. You must unarchive the block before editing.",
  });
  const sources = await notion.search({
    query: 'digest',
    filter: { property: 'object', value: 'data_source' },
  });
  expect(sources.results).toMatchObject([{ object: 'data_source', id: notionIds.digestDataSource }]);
});

test('a query filters and sorts the pages of a data source', async () => {
  for (const name of ['Query B', 'Query A', 'Query C']) await digestPage(name);
  const { results } = await notion.dataSources.query({
    data_source_id: notionIds.digestDataSource,
    filter: {
      and: [
        { property: 'Name', title: { starts_with: 'Query' } },
        { property: 'From', email: { is_empty: true } },
      ],
    },
    sorts: [{ property: 'Name', direction: 'descending' }],
  });
  expect(results.map((page) => JSON.stringify(page).match(/"plain_text":"(.*?)"/)?.[1])).toEqual([
    'Query C',
    'Query B',
    'Query A',
  ]);
});

test('a database names its data source, which holds the properties', async () => {
  expect(await notion.databases.retrieve({ database_id: notionIds.digestDatabase })).toMatchObject({
    object: 'database',
    title: [{ plain_text: 'Mail digest' }],
    data_sources: [{ id: notionIds.digestDataSource, name: 'Mail digest' }],
  });
  const source = await notion.dataSources.retrieve({ data_source_id: notionIds.digestDataSource });
  expect(Object.entries(source.properties).map(([name, { type }]) => [name, type])).toEqual([
    ['Name', 'title'],
    ['From', 'email'],
    ['Received', 'date'],
    ['Status', 'select'],
  ]);
  expect(await notion.users.me({})).toMatchObject({ object: 'user', type: 'bot' });
});

test('version 2026-03-11 has position and in_trash, and refuses after and archived', async () => {
  const current = clientWith(notionToken, '2026-03-11');
  const page = await digestPage('Versions', []);
  const append = (text: string, place: object) =>
    current.blocks.children.append({ block_id: page.id, children: [paragraph(text)], ...place });
  const { results } = await append('two', { position: { type: 'end' } });
  await append('one', { position: { type: 'start' } });
  await append('three', {
    position: { type: 'after_block', after_block: { id: results[0]?.id ?? '' } },
  });
  const list = await current.blocks.children.list({ block_id: page.id });
  expect(JSON.stringify(list).match(/"plain_text":"\w+"/g)).toEqual(
    ['one', 'two', 'three'].map((text) => `"plain_text":"${text}"`),
  );
  await expect(append('x', { after: results[0]?.id })).rejects.toMatchObject({
    code: 'validation_error',
    message: `body failed validation: body.after should be not present, instead was \`"${results[0]?.id}"\`.`,
  });
  await expect(current.pages.update({ page_id: page.id, archived: true })).rejects.toMatchObject({
    message: 'body failed validation: body.archived should be not present, instead was `true`.',
  });
  expect(Object.keys(await current.pages.update({ page_id: page.id, in_trash: true }))).not.toContain(
    'archived',
  );
});

test('version 2022-06-28 has no data sources', async () => {
  const response = await fetch(`${emulator.url}/v1/databases/${notionIds.digestDatabase}`, {
    headers: { authorization: `Bearer ${notionToken}`, 'notion-version': '2022-06-28' },
  });
  const database: unknown = await response.json();
  expect(database).toMatchObject({ properties: { Name: { type: 'title' } } });
  expect(database).not.toHaveProperty('data_sources');
});

test.each([
  [
    'an unknown page',
    () => notion.pages.retrieve({ page_id: '99999999-9999-4999-8999-999999999999' }),
    {
      status: 404,
      code: 'object_not_found',
      message: /^Could not find page with ID: 99999999-9999-4999-8999-999999999999\./,
    },
  ],
  [
    'an id that is none',
    () => notion.pages.retrieve({ page_id: 'abc' }),
    {
      status: 400,
      code: 'validation_error',
      message: /path\.page_id should be a valid uuid, instead was `"abc"`\.$/,
    },
  ],
  [
    'a property that the data source does not have',
    () =>
      notion.pages.create({
        parent: { data_source_id: notionIds.digestDataSource },
        properties: { Subject: { title: [] } },
      }),
    { status: 400, code: 'validation_error', message: /^Subject is not a property that exists\.$/ },
  ],
  [
    'a value of another type',
    () =>
      notion.pages.create({
        parent: { data_source_id: notionIds.digestDataSource },
        properties: { Name: { rich_text: [] } },
      }),
    { status: 400, code: 'validation_error', message: /^Name is expected to be title\.$/ },
  ],
  [
    'text of 2001 characters',
    () => digestPage('x', [paragraph('y'.repeat(2001))]),
    {
      status: 400,
      code: 'validation_error',
      message:
        /^body failed validation: body\.children\[0\]\.paragraph\.rich_text\[0\]\.text\.content\.length should be ≤ `2000`, instead was `2001`\.$/,
    },
  ],
  [
    '101 children',
    () => digestPage('x', Array(101).fill(paragraph('y'))),
    {
      status: 400,
      code: 'validation_error',
      message: /^body failed validation: body\.children\.length should be ≤ `100`, instead was `101`\.$/,
    },
  ],
  [
    'a wrong token',
    () => clientWith('ntn_wrong').users.me({}),
    { status: 401, code: 'unauthorized', message: /^API token is invalid\.$/ },
  ],
])('%s is refused', async (_, call, { message, ...expected }) => {
  await expect(call()).rejects.toMatchObject({
    ...expected,
    message: expect.stringMatching(message),
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test.each([
  [{ method: 'GET', path: '/v1/users/me', headers: {} }, 'missing_version'],
  [
    { method: 'GET', path: '/v1/nothing', headers: { 'notion-version': '2025-09-03' } },
    'invalid_request_url',
  ],
  [
    { method: 'POST', path: '/v1/pages', headers: { 'notion-version': '2025-09-03' }, body: '{' },
    'invalid_json',
  ],
  [
    { method: 'POST', path: '/v1/pages', headers: { 'notion-version': '2025-09-03' }, body: '{}' },
    'validation_error',
  ],
])('%j is %s', async ({ path, headers, ...init }, code) => {
  const response = await fetch(emulator.url + path, {
    ...init,
    headers: { ...headers, authorization: `Bearer ${notionToken}` },
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ object: 'error', status: 400, code });
});

test('a restart keeps pages with their ids, and a refused request leaves nothing behind', async () => {
  const page = await digestPage('Kept');
  await expect(digestPage('x', [paragraph('y'.repeat(2001))])).rejects.toMatchObject({ status: 400 });
  const before = await notion.search({});
  const blocks = await notion.blocks.children.list({ block_id: page.id });
  const oldUrl = emulator.url;
  await emulator.close();
  await start();
  const after = await notion.search({});
  expect(JSON.parse(JSON.stringify(after.results).replaceAll(emulator.url, oldUrl))).toEqual(before.results);
  expect((await notion.blocks.children.list({ block_id: page.id })).results).toEqual(blocks.results);
});
