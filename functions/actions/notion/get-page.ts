// notion.get_page: a page's title and its content as Markdown.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import {
  bareId,
  notion,
  notionClient,
  notionId,
  page,
  pageTitle,
  reply,
} from '../../../lib/providers/notion.ts';
import { withoutMarks } from '../../../lib/providers/notion-marks.ts';

/** https://developers.notion.com/reference/retrieve-page-markdown */
const pageMarkdown = z.object({
  markdown: z.string(),
  truncated: z.boolean(),
  unknown_block_ids: z.array(z.string()).default([]),
});

export const handler = defineAction({
  title: 'Get a page',
  summary: "Gives a page's title and its content as Markdown.",
  connection: notion,
  effect: 'read',
  timeoutSeconds: 30,
  input: z.strictObject({
    page_id: notionId.describe('The page, by its id or its address'),
  }),
  output: z.object({
    id: z.string().describe("The page's id"),
    title: z.string().describe("The page's title; empty when it has none"),
    url: z.string().describe('The page in Notion'),
    last_edited_time: z.string().describe('When it was last edited, ISO 8601'),
    content: z
      .string()
      .describe(
        'Its content, as Notion writes Markdown: https://developers.notion.com/guides/data-apis/enhanced-markdown',
      ),
    truncated: z
      .boolean()
      .describe('Whether Notion has left out some of it: it is very long, or not to be seen'),
  }),
  example: {
    input: { page_id: '59833787-2cf9-4fdf-8782-e53db20768a5' },
    output: {
      id: '59833787-2cf9-4fdf-8782-e53db20768a5',
      title: 'Mail of Monday',
      url: 'https://www.notion.so/Mail-of-Monday-598337872cf94fdf8782e53db20768a5',
      last_edited_time: '2026-03-02T09:30:00.000Z',
      content: '# Invoice 1042\n- Due on Friday',
      truncated: false,
    },
  },
  async run({ page_id: given }, context) {
    const page_id = bareId(given);
    const client = notionClient(context);
    const found = await reply(page.required({ last_edited_time: true }), client.pages.retrieve({ page_id }));
    const { markdown, truncated, unknown_block_ids } = await reply(
      pageMarkdown,
      client.pages.retrieveMarkdown({ page_id }),
    );
    return {
      id: found.id,
      title: pageTitle(found).slice(0, 500),
      url: found.url,
      last_edited_time: found.last_edited_time,
      content: withoutMarks(markdown),
      truncated: truncated || unknown_block_ids.length > 0,
    };
  },
});
