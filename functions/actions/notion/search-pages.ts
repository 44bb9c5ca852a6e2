// notion.search_pages: pages by words of their title.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { notion, notionClient, page, pageTitle, reply } from '../../../lib/providers/notion.ts';

const MAX_PAGES = 100;

export const handler = defineAction({
  title: 'Search pages',
  summary: `Finds pages by words of their title, last edited first, at most ${MAX_PAGES}.`,
  connection: notion,
  effect: 'read',
  timeoutSeconds: 30,
  input: z.strictObject({
    query: z
      .string()
      .describe(
        'Words of the title; empty finds every page that the connection sees (pages only, no databases)',
      ),
  }),
  output: z.object({
    pages: z
      .array(
        z.object({
          id: z.string().describe("The page's id"),
          title: z.string().describe("The page's title; empty when it has none"),
          url: z.string().describe('The page in Notion'),
          last_edited_time: z.string().describe('When it was last edited, ISO 8601'),
        }),
      )
      .describe('The pages found'),
    has_more: z.boolean().describe('Whether there are more'),
  }),
  example: {
    input: { query: 'mail' },
    output: {
      pages: [
        {
          id: '59833787-2cf9-4fdf-8782-e53db20768a5',
          title: 'Mail of Monday',
          url: 'https://www.notion.so/Mail-of-Monday-598337872cf94fdf8782e53db20768a5',
          last_edited_time: '2026-03-02T09:30:00.000Z',
        },
      ],
      has_more: false,
    },
  },
  async run({ query }, context) {
    const { results, has_more } = await reply(
      z.object({ results: z.array(page.required({ last_edited_time: true })), has_more: z.boolean() }),
      notionClient(context).search({
        query,
        filter: { property: 'object', value: 'page' },
        sort: { timestamp: 'last_edited_time', direction: 'descending' },
        page_size: MAX_PAGES,
      }),
    );
    const pages = results.map((result) => ({
      id: result.id,
      title: pageTitle(result).slice(0, 500),
      url: result.url,
      last_edited_time: result.last_edited_time,
    }));
    return { pages, has_more };
  },
});
