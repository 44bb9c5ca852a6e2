// Notion blocks within Notion's limits.
import { expect, test } from 'vitest';
import { batches, countBlocks, textBlocks } from './notion-blocks.ts';

const rich = (content: string, more: object = {}) => ({ text: { content }, ...more });
const bullet = (text: string, children: object[] = []) => ({
  type: 'bulleted_list_item',
  bulleted_list_item: { rich_text: [rich(text)], ...(children.length > 0 && { children }) },
});
const paragraph = (...rich_text: object[]) => ({ type: 'paragraph', paragraph: { rich_text } });

test('pieces become blocks', () => {
  const text =
    '# A\n## B\n#### D\n- b\n  1. c\n- [x] d\n- [ ] e\n\n> f\n***\n```js\nf\n```\n```weird\ng\n```\n**h** i\n\n![j](https://e.com/j.png)\n\n3. k';
  expect(textBlocks(text)).toEqual([
    { type: 'heading_1', heading_1: { rich_text: [rich('A')] } },
    { type: 'heading_2', heading_2: { rich_text: [rich('B')] } },
    { type: 'heading_3', heading_3: { rich_text: [rich('D')] } },
    bullet('b', [{ type: 'numbered_list_item', numbered_list_item: { rich_text: [rich('c')] } }]),
    { type: 'to_do', to_do: { rich_text: [rich('d')], checked: true } },
    { type: 'to_do', to_do: { rich_text: [rich('e')], checked: false } },
    { type: 'quote', quote: { rich_text: [rich('f')] } },
    { type: 'divider', divider: {} },
    { type: 'code', code: { rich_text: [rich('f')], language: 'javascript' } },
    { type: 'code', code: { rich_text: [rich('g')], language: 'plain text' } },
    paragraph(rich('h', { annotations: { bold: true } }), rich(' i')),
    { type: 'image', image: { external: { url: 'https://e.com/j.png' }, caption: [rich('j')] } },
    paragraph(rich('3. k')),
  ]);
});

test.each([
  ['TS', 'typescript'],
  ['c#', 'c#'],
  ['cpp', 'c++'],
  ['bash', 'bash'],
  ['sh', 'shell'],
  ['yml', 'yaml'],
  ['Dockerfile', 'docker'],
  ['text', 'plain text'],
  ['constructor', 'plain text'],
  ['', 'plain text'],
])('code in %s is %s', (name, language) => {
  expect(textBlocks(`\`\`\`${name}\nx\n\`\`\``)).toEqual([
    { type: 'code', code: { rich_text: [rich('x')], language } },
  ]);
});

test('a formula is an equation; one that is longer than Notion takes is code, or text', () => {
  const long = `x^${'1'.repeat(999)}`;
  expect(textBlocks(`$$x^2$$\n\na **\\(y^2\\)**\n\n$$${long}$$\n\nb $$${long}$$`)).toEqual([
    { type: 'equation', equation: { expression: 'x^2' } },
    paragraph(rich('a '), { equation: { expression: 'y^2' }, annotations: { bold: true } }),
    { type: 'code', code: { rich_text: [rich(long)], language: 'latex' } },
    paragraph(rich('b '), rich(long)),
  ]);
});

test('links that Notion would refuse stay text', () => {
  const text =
    'Set [the endpoint](https://<host>/path), [port](https://example.com:99999/) and [v6](https://[::1).';
  expect(textBlocks(text)).toEqual([paragraph(rich(text))]);
});

test('an image that Notion would refuse is a link', () => {
  expect(textBlocks('![a](https://e.com/a.webp)\n\n![](http://e.com/b.png)')).toEqual([
    paragraph({ text: { content: 'a', link: { url: 'https://e.com/a.webp' } } }),
    paragraph({ text: { content: 'http://e.com/b.png', link: { url: 'http://e.com/b.png' } } }),
  ]);
});

test('blocks go three levels deep; what is deeper stands beside what it belongs to', () => {
  expect(textBlocks('- a\n  - b\n    - c\n      - d\n        - e\n    - f')).toEqual([
    bullet('a', [bullet('b', [bullet('c'), bullet('d'), bullet('e'), bullet('f')])]),
  ]);
});

test('a table, and lines for it where none can be', () => {
  const text = '| A | B |\n|---|---|\n| 1 | **2** |';
  const row = (...cells: object[][]) => ({ type: 'table_row', table_row: { cells } });
  const bold = { annotations: { bold: true } };
  expect(textBlocks(text)).toEqual([
    {
      type: 'table',
      table: {
        table_width: 2,
        has_column_header: true,
        has_row_header: false,
        children: [row([rich('A')], [rich('B')]), row([rich('1')], [rich('2', bold)])],
      },
    },
  ]);
  expect(textBlocks('| | |\n|---|---|\n| 1 | |')).toEqual([
    {
      type: 'table',
      table: {
        table_width: 2,
        has_column_header: false,
        has_row_header: false,
        children: [row([rich('1')], [])],
      },
    },
  ]);
  const lines = [
    paragraph(rich('A'), rich(' | '), rich('B')),
    paragraph(rich('1'), rich(' | '), rich('2', bold)),
  ];
  expect(textBlocks(`- x\n\n  ${text.replaceAll('\n', '\n  ')}`)).toEqual([bullet('x', lines)]);
  const cell = '*a* '.repeat(60);
  expect(textBlocks(`| A |\n|---|\n| ${cell} |`).map(({ type }) => type)).toEqual([
    'paragraph',
    'paragraph',
    'paragraph',
  ]);
  const wide = `|${'a|'.repeat(101)}\n|${'-|'.repeat(101)}`;
  expect(textBlocks(wide).map(({ type }) => type)).toEqual(['paragraph', 'paragraph', 'paragraph']);
});

test('a table has at most 100 rows; the next one repeats the header', () => {
  const rows = (count: number) =>
    textBlocks(`| H |\n|---|\n${'| c |\n'.repeat(count)}`).map((block) =>
      'table' in block ? block.table.children.length : 0,
    );
  expect([rows(99), rows(100), rows(198), rows(199)]).toEqual([[100], [100, 2], [100, 100], [100, 100, 2]]);
  const [, second] = textBlocks(`| H |\n|---|\n${'| c |\n'.repeat(100)}`);
  expect(second && 'table' in second ? second.table.children[0] : undefined).toEqual({
    type: 'table_row',
    table_row: { cells: [[rich('H')]] },
  });
});

/** Every rich text of a block's own. */
const texts = (block: object): string[] =>
  Object.values(block).flatMap((value) =>
    (value?.rich_text ?? []).map((each: { text: { content: string } }) => each.text.content),
  );

test('a text beyond 100 rich texts continues in another block of the same kind', () => {
  const long = 'z'.repeat(2000 * 100 + 1);
  for (const text of [long, `## ${long}`, `- ${long}`, `> ${long}`, `\`\`\`\n${long}\n\`\`\``]) {
    const blocks = textBlocks(text);
    expect(blocks.map((block) => [block.type, texts(block).length])).toEqual([
      [blocks[0]?.type, 100],
      [blocks[0]?.type, 1],
    ]);
  }
  const [first, second] = textBlocks(`- ${long}\n  - below`);
  expect([first, second].map((block) => countBlocks(block ? [block] : []))).toEqual([1, 2]);
});

test('an item keeps 100 items below it; the rest follow', () => {
  const below = (count: number) => textBlocks(`- a\n${'  - b\n'.repeat(count)}`);
  expect([below(100), below(101), below(103)].map((blocks) => blocks.length)).toEqual([1, 2, 4]);
  expect(countBlocks(below(103))).toBe(104);
});

test('one block with all below it has at most 1,000 blocks and 450 KB; the rest follow', () => {
  const many = textBlocks(`- a\n${`  - b\n${'    - c\n'.repeat(99)}`.repeat(12)}`);
  expect(many.map((block) => countBlocks([block]))).toEqual([901, 100, 100, 100]);
  const large = textBlocks(`- a\n${`  - ${'x'.repeat(60_000)}\n`.repeat(10)}`);
  expect(large.map((block) => countBlocks([block]))).toEqual([8, 1, 1, 1]);
});

test('batches have room for one more block within 100, and 1,000 with those below, and at most 450 KB', () => {
  const sizes = (content: string) =>
    batches(textBlocks(content)).map((batch) => [batch.length, countBlocks(batch)]);
  expect(sizes('a\n\n'.repeat(250))).toEqual([
    [99, 99],
    [99, 99],
    [52, 52],
  ]);
  expect(sizes('a\n\n'.repeat(99))).toEqual([[99, 99]]);
  expect(sizes(`- a\n${'  - b\n'.repeat(99)}`.repeat(11))).toEqual([
    [9, 900],
    [2, 200],
  ]);
  expect(sizes(`${'x'.repeat(199_000)}\n\n`.repeat(3))).toEqual([
    [2, 2],
    [1, 1],
  ]);
  expect(batches([])).toEqual([]);
});
