// notion.create_page, append_to_page and search_pages: what Notion is asked, and what comes back.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ActionHandler } from '../../../lib/actions/define-action.ts';
import { invoke, type ProviderServer, startProviderServer } from '../../../test/support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const { handler: createPage } = await import('./create-page.ts');
const { handler: appendToPage } = await import('./append-to-page.ts');
const { handler: searchPages } = await import('./search-pages.ts');

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
  server.stored.set('/ai-orchestra/test/connections/notion/default', '{"token":"ntn-1234"}');
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const error = (status: number, code: string, message = code) => ({
  status,
  body: { object: 'error', status, code, message },
});
/** A call that no other try came before, and so looks for nothing. */
const firstTry = (handler: ActionHandler, input: unknown) =>
  invoke(handler, input, { execution: { first_try: true } });
const mark = (batch = 0) => ({
  text: {
    content: '\u2060',
    link: {
      url: expect.stringMatching(new RegExp(`^https://ai-orchestra\\.invalid/[0-9a-f]{32}/${batch}$`)),
    },
  },
});
const marked = { type: 'paragraph', paragraph: { rich_text: [mark()] } };
const notFound = error(404, 'object_not_found');
const database = (...ids: string[]) => ({
  body: { object: 'database', id: 'db', data_sources: ids.map((id) => ({ id, name: `Source ${id}` })) },
});
const source = {
  body: {
    object: 'data_source',
    id: 'ds',
    properties: { Tags: { type: 'select' }, Betreff: { type: 'title' } },
  },
};
const page = { body: { object: 'page', id: 'p1', url: 'https://www.notion.so/p1', properties: {} } };
const db = '5c6a2821-6bb1-4a7e-b6e1-c50111515c3d';
const asked = () => server.asked.map(({ method, path }) => `${method} ${path}`);
const appended = { body: { object: 'list', results: [] } };

test('in a database: its only data source, its title property whatever its name', async () => {
  server.answer(database('ds'), source, page);
  expect(await firstTry(createPage, { parent_id: db, title: 'Hello', content: 'Text' })).toEqual({
    id: 'p1',
    url: 'https://www.notion.so/p1',
    title: 'Hello',
  });
  expect(asked()).toEqual([`GET /v1/databases/${db}`, 'GET /v1/data_sources/ds', 'POST /v1/pages']);
  expect(server.asked[2]?.headers['notion-version']).toBe('2026-03-11');
  expect(server.asked[2]?.headers.authorization).toBe('Bearer ntn-1234');
  expect(server.asked[2]?.json).toEqual({
    parent: { type: 'data_source_id', data_source_id: 'ds' },
    properties: { Betreff: { title: [{ text: { content: 'Hello' } }] } },
    children: [{ type: 'paragraph', paragraph: { rich_text: [{ text: { content: 'Text' } }, mark()] } }],
  });
});

test('below a page, and into a data source by its own id', async () => {
  server.answer(error(400, 'validation_error', 'p0 is a page, not a database'), notFound, page);
  await firstTry(createPage, { parent_id: db, title: 'Hello' });
  server.answer(notFound, source, page);
  await firstTry(createPage, { parent_id: db, title: 'Hello' });
  expect([server.asked[2]?.json, server.asked[5]?.json]).toEqual([
    {
      parent: { type: 'page_id', page_id: db },
      properties: { title: { title: [{ text: { content: 'Hello' } }] } },
      children: [marked],
    },
    {
      parent: { type: 'data_source_id', data_source_id: db },
      properties: { Betreff: { title: [{ text: { content: 'Hello' } }] } },
      children: [marked],
    },
  ]);
});

test('a database with several data sources is refused, naming them', async () => {
  server.answer(database('d1', 'd2'));
  await expect(firstTry(createPage, { parent_id: db, title: 'Hello' })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: `The database ${db} has several data sources; give the id of one of them (Source d1: d1, Source d2: d2)`,
  });
});

test('a parent that does not exist is NotFound; one without access is Unauthorized', async () => {
  server.answer(notFound, notFound, notFound);
  await expect(firstTry(createPage, { parent_id: db, title: 'Hello' })).rejects.toMatchObject({
    name: 'NotFound',
  });
  server.answer(error(403, 'restricted_resource'));
  await expect(firstTry(createPage, { parent_id: db, title: 'Hello' })).rejects.toMatchObject({
    name: 'Unauthorized',
  });
});

test.each(['../users', 'my-page', `${db}?x`, 'https://www.notion.so/p1'])(
  'not an id: %s',
  async (parent_id) => {
    await expect(firstTry(createPage, { parent_id, title: 'Hello' })).rejects.toMatchObject({
      name: 'InvalidInput',
      message:
        "The input is invalid. /parent_id: must be one of Notion's ids (32 hexadecimal digits) or a page's address, which ends with one",
    });
    expect(server.asked).toEqual([]);
  },
);

test('text beyond 99 blocks is appended in order', async () => {
  server.answer(database('ds'), source, page, appended, appended);
  const content = Array.from({ length: 201 }, (_, i) => `p${i}`).join('\n\n');
  await firstTry(createPage, { parent_id: db, title: 'Hello', content });
  expect(asked().slice(3)).toEqual(['PATCH /v1/blocks/p1/children', 'PATCH /v1/blocks/p1/children']);
  const sent = server.asked.slice(2).map(({ json }) => Object(json).children);
  expect(sent.map((blocks) => blocks.length)).toEqual([99, 99, 3]);
  expect(sent[2][2].paragraph.rich_text[0].text.content).toBe('p200');
});

test('a rate limit after the page was created says what is there, and the next try goes on after it', async () => {
  const content = 'a\n\n'.repeat(201);
  const blocks: unknown[] = [];
  let pages = 0;
  let appends = 0;
  server.answerBy(({ method, path, json }) => {
    if (path === `/v1/databases/${db}`) return database('ds');
    if (path === '/v1/data_sources/ds') return source;
    if (path.endsWith('/query')) {
      const title = { type: 'title', title: [{ plain_text: 'Hello' }] };
      const results = ['p0', 'p1'].map((id) => ({ ...page.body, id, properties: { Betreff: title } }));
      return {
        body: { object: 'list', results: pages === 0 ? [] : results, has_more: false, next_cursor: null },
      };
    }
    if (path.startsWith('/v1/blocks/p0/children')) return { body: { results: [], has_more: false } };
    if (method === 'GET' && path.startsWith('/v1/blocks/p1/children')) {
      const from = Number(/start_cursor=(\d+)/.exec(path)?.[1] ?? 0);
      const more = from + 100 < blocks.length;
      return {
        body: {
          results: blocks.slice(from, from + 100),
          has_more: more,
          next_cursor: more ? `${from + 100}` : null,
        },
      };
    }
    if (method === 'GET') return page;
    if (path === '/v1/pages') pages++;
    else if (++appends === 2) return error(429, 'rate_limited', 'Slow down');
    blocks.push(...Object(json).children);
    return page;
  });
  await expect(firstTry(createPage, { parent_id: db, title: 'Hello', content })).rejects.toMatchObject({
    name: 'RateLimited',
    message:
      'The page https://www.notion.so/p1 was created and 99 blocks were appended, but the rest could not be: Notion answered 429: Slow down',
  });
  const next = { execution: { started_at: '2026-03-02T09:30:10Z' } };
  expect(await invoke(createPage, { parent_id: db, title: 'Hello', content }, next)).toMatchObject({
    id: 'p1',
  });
  expect([pages, blocks.length]).toEqual([1, 201]);
  const query = server.asked.find(({ path }) => path.endsWith('/query'));
  expect(query?.json).toEqual({
    filter: { timestamp: 'created_time', created_time: { on_or_after: '2026-03-02T09:20:10.000Z' } },
    sorts: [{ timestamp: 'created_time', direction: 'descending' }],
  });
  // Another call with the same text makes a page of its own.
  const other = { execution: { ...next.execution, call_id: '1' } };
  await invoke(createPage, { parent_id: db, title: 'Hello', content: 'a' }, other);
  expect(pages).toBe(2);
});

test('append_to_page appends and counts; a limit before anything was written can be retried', async () => {
  server.answer(appended, error(429, 'rate_limited'));
  expect(await firstTry(appendToPage, { page_id: db, content: 'a\n- b\n  - c' })).toEqual({
    page_id: db,
    blocks_added: 3,
  });
  expect(asked()).toEqual([`PATCH /v1/blocks/${db}/children`]);
  await expect(firstTry(appendToPage, { page_id: db, content: 'a' })).rejects.toMatchObject({
    name: 'RateLimited',
  });
  await expect(firstTry(appendToPage, { page_id: db, content: ' \n' })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: 'The input is invalid. /content: must hold some text',
  });
});

test('search_pages returns the title whatever its property is called', async () => {
  const found = (id: string, properties: object) => ({
    object: 'page',
    id,
    url: `https://www.notion.so/${id}`,
    last_edited_time: '2026-03-02T09:30:00.000Z',
    properties,
  });
  const title = { id: 'title', type: 'title', title: [{ plain_text: 'Mail ' }, { plain_text: 'one' }] };
  const results = [found('a', { Tags: { type: 'select', select: null }, Betreff: title }), found('b', {})];
  server.answer({ body: { object: 'list', results, has_more: true, next_cursor: 'c' } });
  expect(await invoke(searchPages, { query: 'mail' })).toEqual({
    pages: [
      {
        id: 'a',
        title: 'Mail one',
        url: 'https://www.notion.so/a',
        last_edited_time: '2026-03-02T09:30:00.000Z',
      },
      { id: 'b', title: '', url: 'https://www.notion.so/b', last_edited_time: '2026-03-02T09:30:00.000Z' },
    ],
    has_more: true,
  });
  expect(server.asked[0]?.json).toEqual({
    query: 'mail',
    filter: { property: 'object', value: 'page' },
    sort: { timestamp: 'last_edited_time', direction: 'descending' },
    page_size: 100,
  });
});

test.each([
  'https://www.notion.so/acme/Mail-of-Monday-5c6a28216bb14a7eb6e1c50111515c3d',
  'https://www.notion.so/5c6a28216bb14a7eb6e1c50111515c3d?v=598337872cf94fdf8782e53db20768a5&pvs=4#59833787',
  'https://acme.notion.site/Cafe-abcdef-5c6a28216bb14a7eb6e1c50111515c3d',
])('the URL of a page is accepted as its id: %s', async (place) => {
  server.answer(appended, notFound, notFound, page);
  expect(await firstTry(appendToPage, { page_id: place, content: 'Text' })).toEqual({
    page_id: '5c6a28216bb14a7eb6e1c50111515c3d',
    blocks_added: 1,
  });
  await firstTry(createPage, { parent_id: place, title: 'Hello' });
  expect(asked().slice(0, 2)).toEqual([
    'PATCH /v1/blocks/5c6a28216bb14a7eb6e1c50111515c3d/children',
    'GET /v1/databases/5c6a28216bb14a7eb6e1c50111515c3d',
  ]);
  expect(server.asked[3]?.json).toMatchObject({
    parent: { page_id: '5c6a28216bb14a7eb6e1c50111515c3d' },
  });
});

test('links, styles, tables and code arrive as Notion has them', async () => {
  server.answer(notFound, notFound, page);
  const content = `**[Release notes](https://e.com/r)** \\*as is\\* [no link](/a)

| A | B |
|---|---|
| 1 | **2** |

1. Run
   \`\`\`bash
   npm ci
   \`\`\``;
  await firstTry(createPage, { parent_id: db, title: 'Hello', content });
  const text = (content: string, more: object = {}) => ({ text: { content, ...more } });
  const bold = { annotations: { bold: true } };
  expect(Object(server.asked[2]?.json).children).toEqual([
    {
      type: 'paragraph',
      paragraph: {
        rich_text: [
          { ...text('Release notes', { link: { url: 'https://e.com/r' } }), ...bold },
          text(' *as is* [no link](/a)'),
        ],
      },
    },
    {
      type: 'table',
      table: {
        table_width: 2,
        has_column_header: true,
        has_row_header: false,
        children: [
          { type: 'table_row', table_row: { cells: [[text('A')], [text('B')]] } },
          { type: 'table_row', table_row: { cells: [[text('1')], [{ ...text('2'), ...bold }]] } },
        ],
      },
    },
    {
      type: 'numbered_list_item',
      numbered_list_item: {
        rich_text: [text('Run'), mark()],
        children: [{ type: 'code', code: { rich_text: [text('npm ci')], language: 'bash' } }],
      },
    },
  ]);
});

test('append_to_page goes on after what earlier tries have written, of this call only', async () => {
  const blocks: unknown[] = [];
  const lost: number[] = [1, 2];
  let appends = 0;
  server.answerBy(({ method, json }) => {
    if (method === 'GET') return { body: { results: blocks, has_more: false, next_cursor: null } };
    blocks.push(...Object(json).children);
    return lost.includes(++appends) ? 'drop' : appended;
  });
  // Pictures have no text that could hold a mark.
  const content = Array.from({ length: 100 }, (_, i) => `![p${i}](https://e.com/${i}.png)`).join('\n\n');
  const append = (call_id: string) =>
    invoke(appendToPage, { page_id: db, content }, { execution: { call_id } });
  await expect(append('0')).rejects.toMatchObject({ name: 'ProviderUnavailable' });
  await expect(append('0')).rejects.toMatchObject({ name: 'ProviderUnavailable' });
  expect(await append('0')).toEqual({ page_id: db, blocks_added: 100 });
  const pictures = () => blocks.filter((block) => Object(block).type === 'image').length;
  expect([appends, pictures()]).toEqual([2, 100]);
  expect(blocks.filter((block) => Object(block).type === 'paragraph')).toEqual([
    { type: 'paragraph', paragraph: { rich_text: [mark(0)] } },
    { type: 'paragraph', paragraph: { rich_text: [mark(1)] } },
  ]);
  expect(await append('1')).toEqual({ page_id: db, blocks_added: 100 });
  expect([appends, pictures()]).toEqual([4, 200]);
});
