// Notion's pages: create, retrieve, update.
import * as z from 'zod';
import { readBlocks } from './content.ts';
import { archived, validate } from './errors.ts';
import { withFiles } from './file-routes.ts';
import { pageMarkdown } from './page-markdown.ts';
import { applyProperties, pageProperties } from './properties.ts';
import { pageChangeShape, pathId, type Routes, readBody, readParent, viewOptions } from './request.ts';
import { jsonResponse, pageObject } from './responses.ts';
import { addBlocks, currentMinute, findPage, newObject, type Page } from './store.ts';

export function addPageRoutes({ app, state: workspace, baseUrl }: Routes): void {
  const shape = z.looseObject({
    parent: z.record(z.string(), z.unknown()),
    properties: z.record(z.string(), z.unknown()).default({}),
    icon: z.unknown().optional(),
    cover: z.unknown().optional(),
  });

  app.post('/v1/pages', async (call) => {
    const sent = validate(shape, await readBody(call));
    const parent = readParent(workspace, sent.parent);
    const database = parent.type === 'data_source_id' ? workspace.databases[parent.database_id] : undefined;
    const properties = applyProperties(database?.properties ?? pageProperties, sent.properties);
    const blocks =
      sent['children'] === undefined ? [] : withFiles(workspace, readBlocks(sent['children']), baseUrl);
    const page: Page = {
      ...newObject(),
      parent,
      icon: sent.icon ?? null,
      cover: sent.cover ?? null,
      properties,
    };
    workspace.pages[page.id] = page;
    addBlocks(workspace, { type: 'page_id', page_id: page.id }, blocks);
    return jsonResponse(pageObject(page, viewOptions(call, baseUrl)));
  });

  app.get('/v1/pages/:id', (call) =>
    jsonResponse(pageObject(findPage(workspace, pathId(call, 'page')), viewOptions(call, baseUrl))),
  );

  // https://developers.notion.com/reference/retrieve-page-markdown
  app.get('/v1/pages/:id/markdown', (call) => {
    const { id } = findPage(workspace, pathId(call, 'page'));
    const markdown = pageMarkdown(id, workspace);
    return jsonResponse({ object: 'page_markdown', id, markdown, truncated: false, unknown_block_ids: [] });
  });

  app.patch('/v1/pages/:id', async (call) => {
    const page = findPage(workspace, pathId(call, 'page'));
    const sent = validate(pageChangeShape, await readBody(call));
    const trashed = sent.in_trash ?? sent.archived;
    if (page.in_trash && trashed !== false) throw archived();
    const database =
      page.parent.type === 'data_source_id' ? workspace.databases[page.parent.database_id] : undefined;
    page.properties = applyProperties(
      database?.properties ?? pageProperties,
      sent.properties ?? {},
      page.properties,
    );
    page.in_trash = trashed ?? page.in_trash;
    if (sent.icon !== undefined) page.icon = sent.icon;
    if (sent.cover !== undefined) page.cover = sent.cover;
    page.last_edited_time = currentMinute();
    return jsonResponse(pageObject(page, viewOptions(call, baseUrl)));
  });
}
