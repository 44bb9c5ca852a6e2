// Actions against the emulated providers; their effect is then read at the provider. Those of issues and of written
// mail have files of their own.
import { randomBytes } from 'node:crypto';
import { Client, LogLevel } from '@notionhq/client';
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { githubToken } from '../../local/providers/github/seed.ts';
import { googleClient } from '../../local/providers/google/seed.ts';
import { notionIds, notionToken } from '../../local/providers/notion/seed.ts';
import { type EmulatedActions, startEmulatedActions } from '../support/emulated-actions.ts';

let emulated: EmulatedActions;
let octokit: Octokit;
let notion: Client;

beforeAll(async () => {
  emulated = await startEmulatedActions('openai', 'github', 'notion', 'google');
  octokit = new Octokit({ auth: githubToken, baseUrl: emulated.url('github') });
  notion = new Client({
    auth: notionToken,
    baseUrl: emulated.url('notion'),
    retry: false,
    logLevel: LogLevel.ERROR,
  });
  const template = { id: 'shout', name: 'Shout', user_prompt: 'Summarise: {{ text }}', variables: ['text'] };
  emulated.server.stored.set('/templates-bucket/templates/shout.json', JSON.stringify(template));
});
afterAll(() => emulated.close());

const action: EmulatedActions['action'] = (path, input, options) => emulated.action(path, input, options);
const handbook = { owner: 'acme', repo: 'handbook' };

test('openai: the four actions give text, model and usage; JSON fits the schema', async () => {
  const text = 'The release moves to Thursday, since the tests failed. Jonas tells the customers about it.';
  const schema = {
    type: 'object',
    properties: { urgent: { type: 'boolean' }, topic: { type: 'string', enum: ['release', 'other'] } },
    required: ['urgent', 'topic'],
    additionalProperties: false,
  };
  const outputs = [
    await action('openai/generate-completion', {
      prompt: `Summarise: ${text}`,
      temperature: 0,
      max_tokens: 200,
    }),
    await action('openai/summarize', { text, max_length: 20 }),
    await action('openai/generate-sop', { task_description: 'Onboarding a new customer' }),
    await action('openai/chat', { template: 'shout', variables: { text } }),
  ];
  for (const output of outputs) {
    expect(output['text']).toMatch(/\w{3}/);
    expect(output['model']).toMatch(/^gpt-5.4-mini/);
    expect(Object(output['usage']).total_tokens).toBeGreaterThan(5);
  }
  expect(outputs[2]?.['text']).toMatch(/^# /);
  const asked = await action('openai/chat', {
    messages: [{ role: 'user', content: text }],
    response_format: { type: 'json_schema', json_schema: { name: 'triage', schema } },
  });
  expect(asked['json']).toEqual({
    urgent: expect.any(Boolean),
    topic: expect.stringMatching(/^(release|other)$/),
  });
});

test('github.create_issue: the issue is there', async () => {
  const output = await action('github/create-issue', {
    repo_name: 'acme/handbook',
    title: 'Page about travel',
    body: 'Who books what?',
    labels: ['documentation'],
  });
  const { data } = await octokit.rest.issues.get({ ...handbook, issue_number: Number(output['number']) });
  expect([data.title, data.body, data.state, data.html_url]).toEqual([
    'Page about travel',
    expect.stringMatching(/^Who books what\?\n\n<!-- ai-orchestra:[0-9a-f]{32} -->$/),
    'open',
    output['url'],
  ]);
  expect(data.labels.map((label) => (typeof label === 'string' ? label : label.name))).toEqual([
    'documentation',
  ]);
});

test('github.commit_file: created, left alone, replaced; each with its commit', async () => {
  const file = { repo_name: 'acme/handbook', file_path: 'sops/straße.md' };
  const read = async () => {
    const { data } = await octokit.rest.repos.getContent({ ...handbook, path: file.file_path });
    if (!('content' in data)) throw new Error('not a file');
    return Buffer.from(data.content, 'base64').toString();
  };
  const commits = async () =>
    (await octokit.rest.repos.listCommits({ ...handbook, path: file.file_path })).data.map(({ sha }) => sha);

  const created = await action('github/commit-file', { ...file, content: '# Grüße\n' });
  expect(created).toMatchObject({ created: true, changed: true, branch: 'main', path: 'sops/straße.md' });
  expect(await read()).toBe('# Grüße\n');
  expect(await commits()).toEqual([created['commit_sha']]);

  const again = await action('github/commit-file', { ...file, content: '# Grüße\n' });
  expect(again).toEqual({ ...created, created: false, changed: false });

  const replaced = await action('github/commit-file', { ...file, content: 'New\n', message: 'Rewrite' });
  expect(replaced).toMatchObject({ created: false, changed: true });
  expect(await read()).toBe('New\n');
  expect(await commits()).toEqual([replaced['commit_sha'], created['commit_sha']]);
  const { data } = await octokit.rest.git.getCommit({
    ...handbook,
    commit_sha: String(replaced['commit_sha']),
  });
  expect(data.message).toBe('Rewrite');
});

test('github: a repository that is not there, or named without its owner', async () => {
  const input = { repo_name: 'acme/nothing', title: 'x' };
  await expect(action('github/create-issue', input)).rejects.toMatchObject({ name: 'NotFound' });
  expect(await action('github/create-issue', { repo_name: 'notes', title: 'Mine' })).toMatchObject({
    repo_name: 'demo/notes',
  });
});

test('github.list_repositories: the two that there are', async () => {
  const output = await action('github/list-repositories', {});
  const names = Object(output['repositories']).map(({ full_name }: { full_name: string }) => full_name);
  expect([names.sort(), output['truncated']]).toEqual([['acme/handbook', 'demo/notes'], false]);
});

/** The blocks of a page with their plain text. */
async function blocks(id: string): Promise<[string, string][]> {
  const all: [string, string][] = [];
  let start_cursor: string | null = null;
  do {
    const list = await notion.blocks.children.list({ block_id: id, ...(start_cursor && { start_cursor }) });
    for (const block of list.results) {
      const { type } = Object(block);
      all.push([
        type,
        (Object(block)[type].rich_text ?? [])
          .map((rich: { plain_text: string }) => rich.plain_text)
          .join('')
          .replace('\u2060', ''),
      ]);
    }
    start_cursor = list.next_cursor;
  } while (start_cursor);
  return all;
}

test.each([
  ['a database', notionIds.digestDatabase, 'Name'],
  ['its data source', notionIds.digestDataSource, 'Name'],
  ['a page', notionIds.handbookPage, 'title'],
])('notion.create_page in %s', async (_what, parent_id, property) => {
  const content = '## To do\n1. Answer **Ada**\n   - today\n2. Rest\n\n```ts\nconst a = 1;\n```';
  const output = await action('notion/create-page', { parent_id, title: 'Mail of "Monday"', content });
  const page = Object(await notion.pages.retrieve({ page_id: String(output['id']) }));
  expect(page.properties[property].title[0].plain_text).toBe('Mail of "Monday"');
  expect(page.url).toBe(output['url']);
  expect(await blocks(page.id)).toEqual([
    ['heading_2', 'To do'],
    ['numbered_list_item', 'Answer Ada'],
    ['numbered_list_item', 'Rest'],
    ['code', 'const a = 1;'],
  ]);
});

test('notion.create_page and append_to_page: 250 blocks in order, then more at the end', async () => {
  const text = Array.from({ length: 250 }, (_, i) => `Paragraph ${i}`);
  const parent_id = notionIds.digestDatabase;
  const page = await action('notion/create-page', { parent_id, title: 'Long', content: text.join('\n\n') });
  expect(await blocks(String(page['id']))).toEqual(text.map((line) => ['paragraph', line]));
  const params = { page_id: page['id'], content: '> quoted\n\nend' };
  const more = await action('notion/append-to-page', params, { execution: { step_id: 'more' } });
  expect(more).toEqual({ page_id: page['id'], blocks_added: 2 });
  expect((await blocks(String(page['id']))).slice(249)).toEqual([
    ['paragraph', 'Paragraph 249'],
    ['quote', 'quoted'],
    ['paragraph', 'end'],
  ]);
});

test('notion.get_page gives a page as Markdown, in Notion’s own form, without the marks of what was written', async () => {
  const content = `# Plan {a}
Say **bold**, *it*, ~~no~~, \`x|y\` and [a link](https://e.com/a_(b)).
- one
  - two
1. first
2. second
- [x] done

> quoted

\`\`\`ts
const a = b < c;
\`\`\`

| A | B |
|---|---|
| 1 | $5 |

![A cat](https://e.com/cat.png)`;
  const made = await action('notion/create-page', {
    parent_id: notionIds.handbookPage,
    title: 'Plan',
    content,
  });
  expect(await action('notion/get-page', { page_id: made['url'] })).toEqual({
    id: made['id'],
    title: 'Plan',
    url: made['url'],
    last_edited_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    content: [
      '# Plan \\{a\\}',
      'Say **bold**, *it*, ~~no~~, `x|y` and [a link](https://e.com/a_(b)).',
      '- one',
      '\t- two',
      '1. first',
      '2. second',
      '- [x] done',
      '> quoted',
      '```typescript',
      'const a = b < c;',
      '```',
      '<table header-row="true">',
      '<tr>',
      '<td>A</td>',
      '<td>B</td>',
      '</tr>',
      '<tr>',
      '<td>1</td>',
      '<td>\\$5</td>',
      '</tr>',
      '</table>',
      '![A cat](https://e.com/cat.png)',
    ].join('\n'),
    truncated: false,
  });
});

test.each([
  ['image/png', 'image'],
  ['application/pdf', 'pdf'],
  ['text/csv', 'file'],
])(
  'notion.add_file puts a file of the type %s at the end of a page, byte for byte',
  async (content_type, type) => {
    const bytes = randomBytes(300_000);
    const file = { filename: 'ä file.bin', content: bytes.toString('base64'), content_type };
    const page = { page_id: notionIds.meetingNotesPage };
    const execution = { step_id: type };
    expect(await action('notion/add-file', { ...page, ...file }, { execution })).toEqual({
      ...page,
      filename: 'ä file.bin',
      size_bytes: 300_000,
    });
    // Another try finds it.
    await action('notion/add-file', { ...page, ...file }, { execution });
    const { results } = await notion.blocks.children.list({ block_id: notionIds.meetingNotesPage });
    const block = Object(results.at(-1));
    expect([block.type, results.filter((one) => Object(one).type === type).length]).toEqual([type, 1]);
    const answer = await fetch(block[type].file.url);
    expect(answer.headers.get('content-type')).toBe(content_type);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  },
);

test('notion.add_file sends what is larger than one part in parts, and Notion refuses those that are too small or missing', async () => {
  const bytes = randomBytes(21 * 1024 * 1024);
  const page = { page_id: notionIds.meetingNotesPage };
  const file = { filename: 'scan.pdf', content: bytes.toString('base64'), content_type: 'application/pdf' };
  const execution = { step_id: 'parts' };
  expect(await action('notion/add-file', { ...page, ...file }, { execution })).toMatchObject({
    size_bytes: bytes.length,
  });
  const { results } = await notion.blocks.children.list({ block_id: notionIds.meetingNotesPage });
  const answer = await fetch(Object(results.at(-1)).pdf.file.url);
  expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  const split = { mode: 'multi_part', filename: 'a.txt', content_type: 'text/plain' } as const;
  await expect(notion.fileUploads.create(split)).rejects.toThrow('number_of_parts is required');
  const upload = await notion.fileUploads.create({ ...split, number_of_parts: 2 });
  expect(upload.number_of_parts).toEqual({ total: 2, sent: 0 });
  const data = new Blob(['small'], { type: 'text/plain' });
  const sending = (rest: object) =>
    notion.fileUploads.send({ file_upload_id: upload.id, file: { filename: 'a.txt', data }, ...rest });
  await expect(sending({})).rejects.toThrow('part_number is required');
  await expect(sending({ part_number: '3' })).rejects.toThrow('part_number should be 1 to 2');
  await expect(sending({ part_number: '1' })).rejects.toThrow('smaller than the 5 MB');
  expect((await sending({ part_number: '2' })).number_of_parts).toEqual({ total: 2, sent: 1 });
  const completing = notion.fileUploads.complete({ file_upload_id: upload.id });
  await expect(completing).rejects.toThrow('1 of 2 parts were sent');
});

test('notion.search_pages finds the handbook; a page that is not there is NotFound', async () => {
  const output = await action('notion/search-pages', { query: 'handbook' });
  expect(output).toEqual({
    pages: [
      {
        id: notionIds.handbookPage,
        title: 'Team handbook',
        url: expect.stringContaining(notionIds.handbookPage.replaceAll('-', '')),
        last_edited_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    ],
    has_more: false,
  });
  const nowhere = { page_id: '11111111-aaaa-4aaa-8aaa-00000000ffff', content: 'x' };
  await expect(action('notion/append-to-page', nowhere)).rejects.toMatchObject({ name: 'NotFound' });
});

test('gmail: unread mails decoded, newest first; each the same by its id', async () => {
  const output = await action('gmail/list-messages', { max_results: 6, query: 'is:unread' });
  const messages: Record<string, string>[] = Object(output['messages']);
  expect(messages.map(({ subject }) => subject)).toEqual([
    'Invoice 2026-1187 is due on Friday',
    'Bug: the CSV export breaks names with umlauts',
    'Übergabe am Dienstag: Schlüssel fürs Büro',
    'Serverless Weekly 412: queues, costs and a conference',
    'How long are our logs kept?',
    '[Resolved] Elevated error rate on api.acme.example',
  ]);
  expect(output['has_more']).toBe(false);
  expect(messages[0]?.['body_text']).toContain('over 1,240.50 € for hosting');
  expect(messages[2]?.['from']).toBe('Jürgen Weiß <juergen.weiss@acme.example>');
  expect(messages[2]?.['body_text']).toContain('Königstraße 7');
  // A mail that is HTML only.
  expect(messages[5]?.['body_text']).toContain('Elevated error rate: resolved');
  expect(messages[5]?.['body_text']).not.toMatch(/<\w/);
  expect(messages[0]).toMatchObject({ unread: true, truncated: false, date: expect.stringMatching(/Z$/) });
  expect(await action('gmail/get-message', { message_id: messages[0]?.['id'] })).toEqual(messages[0]);
});

test('gmail: max_results bounds the list, a mail that is not there is NotFound', async () => {
  const output = await action('gmail/list-messages', { max_results: 2 });
  expect([Object(output['messages']).length, output['has_more']]).toEqual([2, true]);
  await expect(action('gmail/get-message', { message_id: 'nothing' })).rejects.toMatchObject({
    name: 'NotFound',
  });
});

test('wrong credentials are Unauthorized at every provider, a wrong grant ConnectionExpired, and none is told', async () => {
  const wrong = {
    openai: { api_key: 'wrong-credential-1' },
    github: { token: 'wrong-credential-2' },
    notion: { token: 'wrong-credential-3' },
    google: { ...googleClient, refresh_token: 'wrong-credential-4' },
  };
  for (const [provider, fields] of Object.entries(wrong)) {
    emulated.server.stored.set(`/ai-orchestra/test/connections/${provider}/wrong`, JSON.stringify(fields));
  }
  const inputs = {
    'openai/generate-completion': { prompt: 'Hello' },
    'github/create-issue': { repo_name: 'acme/handbook', title: 'x' },
    'notion/search-pages': { query: '' },
    'gmail/list-messages': {},
  };
  for (const [path, input] of Object.entries(inputs)) {
    const error = await emulated.action(path, input, { connection: 'wrong' }).catch((cause: Error) => cause);
    const wanted = path.startsWith('gmail/') ? 'ConnectionExpired' : 'Unauthorized';
    expect([path, Object(error).name]).toEqual([path, wanted]);
    expect(String(Object(error).stack)).not.toContain('wrong-credential');
  }
});
