// notion.create_page: a new page in a database or below a page, once.
import type { Client } from '@notionhq/client';
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { InvalidInput, NotFound } from '../../../lib/errors.ts';
import {
  bareId,
  notion,
  notionClient,
  notionId,
  page,
  pageTitle,
  reply,
} from '../../../lib/providers/notion.ts';
import { textBlocks } from '../../../lib/providers/notion-blocks.ts';
import {
  appendBatches,
  batchesWritten,
  children,
  isMadeBy,
  listed,
  markedBatches,
} from '../../../lib/providers/notion-marks.ts';
import { titleText } from '../../../lib/providers/notion-text.ts';

const database = z.object({
  data_sources: z.array(z.object({ id: z.string(), name: z.string().nullish() })),
});
const dataSource = z.object({ properties: z.record(z.string(), z.object({ type: z.string() })) });

export const handler = defineAction({
  title: 'Create a page',
  summary: 'Creates a page in a database or below another page.',
  connection: notion,
  effect: 'write',
  once: 'marker',
  timeoutSeconds: 60,
  input: z.strictObject({
    parent_id: notionId.describe(
      'The database, data source or page that it goes into, by its id or its address',
    ),
    title: z.string().min(1).describe("The page's title"),
    content: z
      .string()
      .default('')
      .describe(
        'Its text, as GitHub reads Markdown: headings, lists, to-dos, quotes, tables, code, formulas, images, links',
      ),
  }),
  output: z.object({
    id: z.string().describe("The page's id"),
    url: z.string().describe('The page in Notion'),
    title: z.string().describe("The page's title"),
  }),
  example: {
    input: {
      parent_id: '5c6a28216bb14a7eb6e1c50111515c3d',
      title: 'Mail of Monday',
      content: '## To do\n\n- Answer Ada',
    },
    output: {
      id: '59833787-2cf9-4fdf-8782-e53db20768a5',
      url: 'https://www.notion.so/Mail-of-Monday-598337872cf94fdf8782e53db20768a5',
      title: 'Mail of Monday',
    },
  },
  async run({ parent_id: given, title, content }, context) {
    const parent_id = bareId(given);
    const client = notionClient(context);
    const { callKey, triedSince } = context;
    const [first = [], ...rest] = markedBatches(callKey, textBlocks(content), true);
    const source = await findDataSource(client, parent_id);
    const text = titleText(title);
    const line = text.map((part) => part.text.content).join('');
    // An earlier try may have created it without its answer arriving, and may not have come to its end.
    const before =
      triedSince &&
      (await findMade(client, callKey, pagesSince(client, source?.id, parent_id, line, triedSince)));
    const written =
      before && rest.length > 0 ? await batchesWritten(client, before.id, callKey, rest.length + 1) : 1;
    const created =
      before ??
      (await reply(
        page,
        client.pages.create({
          parent: source
            ? { type: 'data_source_id', data_source_id: source.id }
            : { type: 'page_id', page_id: parent_id },
          // A page below a page has a single property, title.
          properties: { [source?.titleProperty ?? 'title']: { title: text } },
          children: first,
        }),
      ));
    const left = rest.slice(written - 1);
    await appendBatches(client, created.id, left, `The page ${created.url} was created`);
    return { id: created.id, url: created.url, title: line };
  },
});

const childPage = z.object({
  id: z.string(),
  created_time: z.string(),
  child_page: z.object({ title: z.string() }),
});

/** The ids of the pages with a title that were created since a time, the newest of a data source first. */
async function* pagesSince(
  client: Client,
  dataSourceId: string | undefined,
  parentId: string,
  title: string,
  since: Date,
): AsyncGenerator<string> {
  if (dataSourceId === undefined) {
    for await (const block of children(client, parentId)) {
      const { data } = childPage.safeParse(block);
      if (data?.child_page.title === title && Date.parse(data.created_time) >= since.getTime()) yield data.id;
    }
    return;
  }
  const pages = listed((from) =>
    client.dataSources.query({
      data_source_id: dataSourceId,
      filter: { timestamp: 'created_time', created_time: { on_or_after: since.toISOString() } },
      sorts: [{ timestamp: 'created_time', direction: 'descending' }],
      ...from,
    }),
  );
  for await (const one of pages) {
    const { data } = page.safeParse(one);
    if (data && pageTitle(data) === title) yield data.id;
  }
}

/** The one of the pages that a call created. */
async function findMade(client: Client, key: string, ids: AsyncGenerator<string>) {
  for await (const id of ids) {
    if (await isMadeBy(key, client, id)) return reply(page, client.pages.retrieve({ page_id: id }));
  }
  return undefined;
}

/** The data source that an id stands for, itself or as a database; undefined when it is neither and so may be a page. */
async function findDataSource(client: Client, id: string) {
  const parent = await found(reply(database, client.databases.retrieve({ database_id: id })));
  const [first, ...others] = parent?.data_sources ?? [];
  if (others.length > 0) {
    const names = parent?.data_sources
      .map((source) => `${source.name ?? 'untitled'}: ${source.id}`)
      .join(', ');
    throw new InvalidInput(
      `The database ${id} has several data sources; give the id of one of them (${names})`,
    );
  }
  const sourceId = first?.id ?? id;
  const source = await found(reply(dataSource, client.dataSources.retrieve({ data_source_id: sourceId })));
  if (!source) return undefined;
  // Every data source has exactly one property of type title, under any name.
  const titleProperty = Object.entries(source.properties).find(([, { type }]) => type === 'title')?.[0];
  return { id: sourceId, titleProperty };
}

/** When the id belongs to another kind of object, Notion answers 404 or, for some kinds, 400. */
async function found<Value>(call: Promise<Value>): Promise<Value | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof NotFound || error instanceof InvalidInput) return undefined;
    throw error;
  }
}
