// Marks in the blocks that an action writes to Notion: by them a further try of a call finds what earlier ones wrote.
import type { BlockObjectRequest, Client } from '@notionhq/client';
import * as z from 'zod';
import { OrchestraError } from '../errors.ts';
import { reply } from './notion.ts';
import { batches } from './notion-blocks.ts';
import { MAX_ARRAY } from './notion-text.ts';

/**
 * Notion knows no key of a request, and a page or block has no field for one (the types of @notionhq/client 5.26.0), so that a mark is a link on
 * a character without width (U+2060). No name below `.invalid` leads anywhere (RFC 6761, section 6.4).
 */
const MARK = 'https://ai-orchestra.invalid';
const MARKS = /https:\/\/ai-orchestra\.invalid\/([0-9a-f]{32})\/(\d+)/g;
const INVISIBLE = '\u2060';

/** A mark in a page as Markdown. */
const MARK_LINKS = /\[\u2060\]\(https:\/\/ai-orchestra\.invalid\/[0-9a-f]{32}\/\d+\)/g;

/** A page's Markdown as its readers see it. */
export function withoutMarks(markdown: string): string {
  return markdown.replace(MARK_LINKS, '');
}

interface Mark {
  readonly key: string;
  /** Which of the call's batches it stands in, from 0. */
  readonly batch: number;
}

/**
 * The blocks in batches that Notion accepts in one request each, every one with its mark. A request is written whole or
 * not at all, so that the mark says that the batch is there.
 * @param atLeastOne a batch with nothing but its mark where there are no blocks
 */
export function markedBatches(
  key: string,
  blocks: readonly BlockObjectRequest[],
  atLeastOne = false,
): BlockObjectRequest[][] {
  const made = batches(blocks);
  return (made.length === 0 && atLeastOne ? [[]] : made).map((batch, index) => {
    const mark = markOf(key, index);
    const place = batch.map(richTextOf).findLast((text) => text && text.length < MAX_ARRAY);
    place?.push(mark);
    return place ? batch : [...batch, { type: 'paragraph', paragraph: { rich_text: [mark] } }];
  });
}

/** To be left in a batch's rich text. */
export function markOf(key: string, batch: number) {
  return { text: { content: INVISIBLE, link: { url: `${MARK}/${key}/${batch}` } } };
}

/** The text of a block in which a link is nothing unusual. */
function richTextOf(block: BlockObjectRequest) {
  if ('paragraph' in block) return block.paragraph.rich_text;
  if ('bulleted_list_item' in block) return block.bulleted_list_item.rich_text;
  if ('numbered_list_item' in block) return block.numbered_list_item.rich_text;
  if ('to_do' in block) return block.to_do.rich_text;
  if ('quote' in block) return block.quote.rich_text;
  if ('heading_1' in block) return block.heading_1.rich_text;
  if ('heading_2' in block) return block.heading_2.rich_text;
  return 'heading_3' in block ? block.heading_3.rich_text : undefined;
}

/** How many batches of a call are below a page or block. */
export async function batchesWritten(client: Client, id: string, key: string, of: number): Promise<number> {
  let written = 0;
  for await (const mark of marks(client, id)) {
    if (mark.key === key) written = Math.max(written, mark.batch + 1);
    if (written === of) break;
  }
  return written;
}

/** Whether a call created a page: then its mark is the first. */
export async function isMadeBy(key: string, client: Client, id: string): Promise<boolean> {
  for await (const mark of marks(client, id)) return mark.key === key;
  return false;
}

async function* marks(client: Client, id: string): AsyncGenerator<Mark> {
  for await (const block of children(client, id)) {
    for (const [, key = '', batch] of JSON.stringify(block).matchAll(MARKS))
      yield { key, batch: Number(batch) };
  }
}

const list = z.object({
  results: z.array(z.unknown()),
  has_more: z.boolean(),
  next_cursor: z.string().nullish(),
});

/** The blocks below a page or block, in order. */
export function children(client: Client, id: string): AsyncGenerator<unknown> {
  return listed((from) => client.blocks.children.list({ block_id: id, page_size: MAX_ARRAY, ...from }));
}

/** All items of a list that Notion gives page by page. */
export async function* listed(
  call: (from: { start_cursor?: string }) => Promise<unknown>,
): AsyncGenerator<unknown> {
  for (let from: { start_cursor?: string } = {}; ; ) {
    const { results, has_more, next_cursor } = await reply(list, call(from));
    yield* results;
    if (!has_more || !next_cursor) return;
    from = { start_cursor: next_cursor };
  }
}

/**
 * Appends the batches one after the other, in order. When one fails, the error's message says what is there; a further try
 * goes on after that.
 * @param before what the action has already done; undefined when nothing yet
 */
export async function appendBatches(
  client: Client,
  id: string,
  batches: readonly (readonly BlockObjectRequest[])[],
  before?: string,
): Promise<void> {
  let written = 0;
  for (const batch of batches) {
    try {
      await reply(z.object({}), client.blocks.children.append({ block_id: id, children: [...batch] }));
    } catch (error) {
      const done = [...(before ? [before] : []), ...(written > 0 ? [`${written} blocks were appended`] : [])];
      if (done.length > 0 && error instanceof OrchestraError) {
        error.message = `${done.join(' and ')}, but the rest could not be: ${error.message}`;
      }
      throw error;
    }
    written += batch.length;
  }
}
