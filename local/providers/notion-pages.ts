// Notion's pages: create, retrieve, update.
import * as z from 'zod';
import { readBlocks } from './notion-content.ts';
import { validate } from './notion-errors.ts';
import { applyProperties, pageProperties } from './notion-properties.ts';
import {
  answer,
  archived,
  body,
  findPage,
  pageChangeShape,
  type Routes,
  readParent,
  view,
} from './notion-wire.ts';
import { addBlocks, dated, minute, type Page, showPage } from './notion-workspace.ts';

export function addPageRoutes({ app, state: space, baseUrl }: Routes): void {
  const shape = z.looseObject({
    parent: z.record(z.string(), z.unknown()),
    properties: z.record(z.string(), z.unknown()).default({}),
    icon: z.unknown().optional(),
    cover: z.unknown().optional(),
  });

  app.post('/v1/pages', async (call) => {
    const sent = validate(shape, await body(call));
    const parent = readParent(space, sent.parent);
    const database = parent.type === 'data_source_id' ? space.databases[parent.database_id] : undefined;
    const properties = applyProperties(database?.properties ?? pageProperties, sent.properties);
    const blocks = sent['children'] === undefined ? [] : readBlocks(sent['children']);
    const page: Page = { ...dated(), parent, icon: sent.icon ?? null, cover: sent.cover ?? null, properties };
    space.pages[page.id] = page;
    addBlocks(space, { type: 'page_id', page_id: page.id }, blocks);
    return answer(showPage(page, view(call, baseUrl)));
  });

  app.get('/v1/pages/:id', (call) => answer(showPage(findPage(space, call), view(call, baseUrl))));

  app.patch('/v1/pages/:id', async (call) => {
    const page = findPage(space, call);
    const sent = validate(pageChangeShape, await body(call));
    const trashed = sent.in_trash ?? sent.archived;
    if (page.in_trash && trashed !== false) throw archived();
    const database =
      page.parent.type === 'data_source_id' ? space.databases[page.parent.database_id] : undefined;
    page.properties = applyProperties(
      database?.properties ?? pageProperties,
      sent.properties ?? {},
      page.properties,
    );
    page.in_trash = trashed ?? page.in_trash;
    if (sent.icon !== undefined) page.icon = sent.icon;
    if (sent.cover !== undefined) page.cover = sent.cover;
    page.last_edited_time = minute();
    return answer(showPage(page, view(call, baseUrl)));
  });
}
