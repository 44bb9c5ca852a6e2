// Notion blocks within Notion's limits.
import { expect, test } from 'vitest';
import { batches, countBlocks, textBlocks, titleText } from './notion-blocks.ts';

test('pieces become blocks', () => {
  expect(textBlocks('# A\n- b\n  1. c\n- [x] d\n> e\n***\n```js\nf\n```\n```weird\ng\n```\n**h** i')).toEqual(
    [
      { type: 'heading_1', heading_1: { rich_text: [{ text: { content: 'A' } }] } },
      {
        type: 'bulleted_list_item',
        bulleted_list_item: {
          rich_text: [{ text: { content: 'b' } }],
          children: [
            { type: 'numbered_list_item', numbered_list_item: { rich_text: [{ text: { content: 'c' } }] } },
          ],
        },
      },
      { type: 'to_do', to_do: { rich_text: [{ text: { content: 'd' } }], checked: true } },
      { type: 'quote', quote: { rich_text: [{ text: { content: 'e' } }] } },
      { type: 'divider', divider: {} },
      { type: 'code', code: { rich_text: [{ text: { content: 'f' } }], language: 'javascript' } },
      { type: 'code', code: { rich_text: [{ text: { content: 'g' } }], language: 'plain text' } },
      {
        type: 'paragraph',
        paragraph: {
          rich_text: [{ text: { content: 'h' }, annotations: { bold: true } }, { text: { content: ' i' } }],
        },
      },
    ],
  );
});

/** Every rich text of a block's own. */
const texts = (block: object): string[] =>
  Object.values(block).flatMap((value) =>
    (value?.rich_text ?? []).map((rich: { text: { content: string } }) => rich.text.content),
  );

test('long text is split at 2,000 characters, never inside one, and nothing is lost', () => {
  const long = `${'x'.repeat(1999)}😀${'y'.repeat(3000)}`;
  const [block, ...others] = textBlocks(long);
  expect(others).toEqual([]);
  expect(texts(block ?? {}).map((part) => part.length)).toEqual([1999, 2000, 1002]);
  expect(texts(block ?? {}).join('')).toBe(long);
});

test('a text beyond 100 rich texts continues in another block of the same kind', () => {
  const long = 'z'.repeat(2000 * 100 + 1);
  for (const text of [long, `## ${long}`, `- ${long}`, `\`\`\`\n${long}\n\`\`\``]) {
    const blocks = textBlocks(text);
    expect(blocks.map((block) => [block.type, texts(block).length])).toEqual([
      [blocks[0]?.type, 100],
      [blocks[0]?.type, 1],
    ]);
  }
});

test('an item keeps 100 items below it; the rest follow', () => {
  const blocks = textBlocks(`- a\n${'  - b\n'.repeat(103)}`);
  expect(blocks).toHaveLength(4);
  expect(countBlocks(blocks)).toBe(104);
});

test('batches have at most 100 blocks, 1,000 with those below, and 450 KB', () => {
  const sizes = (content: string) =>
    batches(textBlocks(content)).map((batch) => [batch.length, countBlocks(batch)]);
  expect(sizes('a\n\n'.repeat(250))).toEqual([
    [100, 100],
    [100, 100],
    [50, 50],
  ]);
  expect(sizes(`- a\n${'  - b\n'.repeat(99)}`.repeat(11))).toEqual([
    [10, 1000],
    [1, 100],
  ]);
  expect(sizes(`${'x'.repeat(199_000)}\n\n`.repeat(3))).toEqual([
    [2, 2],
    [1, 1],
  ]);
  expect(batches([])).toEqual([]);
});

test('a title is one line', () => {
  expect(titleText('Re: **a**\n b')).toEqual([{ text: { content: 'Re: **a** b' } }]);
});
