// notion.append_to_page: adds text to the end of a page, once.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { bareId, notion, notionClient, notionId } from '../../../lib/providers/notion.ts';
import { countBlocks, textBlocks } from '../../../lib/providers/notion-blocks.ts';
import { appendBatches, batchesWritten, markedBatches } from '../../../lib/providers/notion-marks.ts';

export const handler = defineAction({
  title: 'Append to a page',
  summary: 'Adds text to the end of a page.',
  connection: notion,
  effect: 'write',
  once: 'marker',
  timeoutSeconds: 60,
  input: z.strictObject({
    page_id: notionId.describe('The page, by its id or its address'),
    content: z
      .string()
      .regex(/\S/, 'must hold some text')
      .describe(
        'The text, as GitHub reads Markdown: headings, lists, to-dos, quotes, tables, code, formulas, images, links',
      ),
  }),
  output: z.object({
    page_id: z.string().describe('The page, by its id'),
    blocks_added: z.int().describe('How many blocks the text became'),
  }),
  example: {
    input: { page_id: '59833787-2cf9-4fdf-8782-e53db20768a5', content: 'Ada has answered.' },
    output: { page_id: '59833787-2cf9-4fdf-8782-e53db20768a5', blocks_added: 1 },
  },
  async run({ page_id: given, content }, context) {
    const page_id = bareId(given);
    const client = notionClient(context);
    const { callKey, triedSince } = context;
    const blocks = textBlocks(content);
    const blocks_added = countBlocks(blocks);
    const batches = markedBatches(callKey, blocks);
    // Earlier tries may have appended some or all of it without an answer arriving.
    const written = triedSince ? await batchesWritten(client, page_id, callKey, batches.length) : 0;
    await appendBatches(client, page_id, batches.slice(written));
    return { page_id, blocks_added };
  },
});
