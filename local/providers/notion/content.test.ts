// What the emulated Notion refuses of a page's content, in Notion's words, and that it takes whatever the actions send.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batches, textBlocks } from '../../../lib/providers/notion-blocks.ts';
import { startEmulator } from '../shared/emulator.ts';
import { readBlocks } from './content.ts';
import { notionIds, notionToken } from './seed.ts';

const rich = (content: string, url?: string) => ({
  text: { content, ...(url !== undefined && { link: { url } }) },
});
const paragraph = (...rich_text: object[]) => ({ paragraph: { rich_text } });
const bullet = (children?: object[]) => ({
  bulleted_list_item: { rich_text: [], ...(children && { children }) },
});
const row = (...cells: object[][]) => ({ table_row: { cells } });
const table = (children: object[], table_width = 1) => ({ table: { table_width, children } });
const image = (url: string) => ({ image: { external: { url } } });
const creation = (message: string) => `Content creation Failed. Fix the following: \n${message}`;

test.each<[string, object[], string]>([
  ...[
    'url',
    '/docs',
    '#top',
    'mailto:a@e.com',
    'http://localhost:3000',
    'https://<host>/path',
    'https://e.com:99999/',
    'https://[::1',
  ].map((url): [string, object[], string] => [
    `the link ${url}`,
    [paragraph(rich('a', url))],
    creation('Invalid URL for link.'),
  ]),
  [
    'two links, one of them in a cell',
    [paragraph(rich('a', 'url'), rich('b', 'https://e.com')), table([row([rich('a', 'url')])])],
    creation('Invalid URL for link.\nInvalid URL for link.'),
  ],
  ['a link below', [bullet([bullet([paragraph(rich('a', 'url'))])])], creation('Invalid URL for link.')],
  [
    'a link of 2,001 characters',
    [paragraph(rich('a', `https://e.com/${'x'.repeat(1987)}`))],
    'body failed validation: body.children[0].paragraph.rich_text[0].text.link.url.length should be ≤ `2000`, instead was `2001`.',
  ],
  [
    '101 rich texts',
    [paragraph(...Array(101).fill(rich('a')))],
    'body failed validation: body.children[0].paragraph.rich_text.length should be ≤ `100`, instead was `101`.',
  ],
  ['an image of no known kind', [image('https://e.com/a.webp')], creation('Invalid image url.')],
  ['an image that is a path', [image('a.png')], creation('Invalid image url.')],
  [
    'a row of another width',
    [table([row([], []), row([])], 2)],
    creation('Number of cells in table row must match the table width of the parent table'),
  ],
  [
    'a table without rows',
    [table([])],
    'body failed validation: body.children[0].table.children.length should be ≥ `1`, instead was `0`.',
  ],
  [
    'a table in a list',
    [bullet([table([row([])])])],
    'body failed validation: body.children[0].bulleted_list_item.children[0].table.children should be not present, instead was `[{"table_row":{"cells":[[]]}}]`.',
  ],
  [
    'a fourth level',
    [bullet([bullet([bullet([bullet()])])])],
    'body failed validation: body.children[0].bulleted_list_item.children[0].bulleted_list_item.children[0].bulleted_list_item.children should be not present, instead was `[{"bulleted_list_item":{"rich_text":[]}}]`.',
  ],
  [
    'a block below a heading that cannot be toggled',
    [{ heading_1: { rich_text: [], children: [bullet()] } }],
    'body failed validation: body.children[0].heading_1.children should be not present, instead was `[{"bulleted_list_item":{"rich_text":[]}}]`.',
  ],
  [
    '101 blocks below one',
    [bullet(Array(101).fill(bullet()))],
    'body failed validation: body.children[0].bulleted_list_item.children.length should be ≤ `100`, instead was `101`.',
  ],
  [
    '1,001 blocks in all',
    [...Array(10).fill(bullet(Array(99).fill(bullet()))), bullet()],
    'body failed validation: body.children should have ≤ `1000` blocks in all, instead has `1001`.',
  ],
])('refused: %s', (_, blocks, message) => {
  expect(() => readBlocks(blocks)).toThrow(message);
});

test('refused: a language that Notion does not have, with those that it has', () => {
  expect(() => readBlocks([{ code: { rich_text: [], language: 'jsx' } }])).toThrow(
    /^body failed validation: body\.children\[0\]\.code\.language should be `"abap"`, `"abc"`, .*, or `"java\/c\/c\+\+\/c#"`, instead was `"jsx"`\.$/,
  );
});

test('three levels, a table and an image are taken, and read back whole', () => {
  expect(
    readBlocks([
      bullet([bullet([paragraph(rich('a', 'https://e.com'))])]),
      table([row([rich('b')])]),
      image('https://e.com/a.PNG'),
      { heading_1: { rich_text: [], is_toggleable: true, children: [bullet()] } },
    ]),
  ).toMatchObject([
    { children: [{ children: [{ type: 'paragraph' }] }] },
    {
      type: 'table',
      content: { table_width: 1, has_column_header: false, has_row_header: false },
      children: [{ type: 'table_row', content: { cells: [[{ plain_text: 'b' }]] } }],
    },
    { type: 'image', content: { type: 'external', external: { url: 'https://e.com/a.PNG' }, caption: [] } },
    { children: [{ type: 'bulleted_list_item' }] },
  ]);
});

// biome-ignore format: a list of pieces of Markdown
const fragments = [
  'a', ' ', '\n', '\n\n', '  ', '    ', '- ', '1. ', '7. ', '> ', '# ', '*', '**', '_', '~~', '`', '```\n', '```jsx\n',
  '|', '| a | b |\n|---|---|\n', '| c |\n', '- [ ] ', '- [x] ', '[', '](', ')', '[x](url)', '[x](/a "t")', '[x](https://e.com/a_(b))',
  '[x](mailto:a@e.com)', '<https://localhost>', 'https://e.com', 'http://[::1', '![a](https://e.com/a.png)', '![a](b.gif)',
  '\n![a](https://e.com/a.webp)\n', '[r]: https://e.com\n', '[r]', '---\n', '\\', '&amp;', '<b>', '<br>', '😀', '\t', 'x'.repeat(2001),
];
test('Notion takes whatever text becomes, batch by batch', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...fragments), { maxLength: 60 }), (parts) => {
      for (const batch of batches(textBlocks(parts.join('')))) readBlocks(batch);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['a long list, deep', '- a\n  - b\n    - c\n      - d\n'.repeat(2000)],
  ['a long table', `| a | b |\n|---|---|\n${'| c | d |\n'.repeat(3000)}`],
  ['many styles', '**a** *b* '.repeat(10_000)],
  ['wide characters', '漢'.repeat(80_000)],
  ['one item with all below it', `- a\n${`  - ${'漢'.repeat(500)}\n`.repeat(150)}`],
])('Notion takes %s', (_, text) => {
  for (const batch of batches(textBlocks(text))) {
    readBlocks(batch);
    expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(490_000);
  }
});

test('refused: a request of more than 500 KB', async () => {
  const emulator = await startEmulator('notion', mkdtempSync(join(tmpdir(), 'notion-')));
  const append = async (bytes: number) => {
    const empty = JSON.stringify({ children: [], after: '' });
    const response = await fetch(`${emulator.url}/v1/blocks/${notionIds.meetingNotesPage}/children`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${notionToken}`, 'notion-version': '2025-09-03' },
      body: JSON.stringify({ children: [], after: 'x'.repeat(bytes - empty.length) }),
    });
    const { code, message } = Object(await response.json());
    return [response.status, code, String(message).slice(0, 90)];
  };
  try {
    expect(await append(500_001)).toEqual([
      400,
      'validation_error',
      'body failed validation: body.length should be ≤ `500000`, instead was `500001`.',
    ]);
    expect((await append(500_000))[2]).toMatch(/^body failed validation: body\.after should be a valid uuid/);
  } finally {
    await emulator.close();
  }
});
