// Notion's objects and lists as its API returns them.
import { NotionError } from './errors.ts';
import { definitionObjects, titleOf } from './properties.ts';
import { type Block, botId, type Database, type Page, type Workspace } from './store.ts';

const author = { object: 'user', id: botId };

/** What the form of an object depends on. */
export interface ViewOptions {
  /** Where the emulator listens. */
  readonly baseUrl: string;
  /** False for API versions before 2025-09-03, in which a database is its own only data source. */
  readonly hasDataSources: boolean;
}

export function pageObject(page: Page, options: ViewOptions): Record<string, unknown> {
  const { id, created_time, last_edited_time, in_trash, icon, cover, properties } = page;
  const parent =
    page.parent.type === 'data_source_id' && !options.hasDataSources
      ? { type: 'database_id', database_id: page.parent.database_id }
      : page.parent;
  const slug = titleOf(properties)
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return {
    object: 'page',
    id,
    created_time,
    last_edited_time,
    created_by: author,
    last_edited_by: author,
    cover,
    icon,
    parent,
    archived: in_trash,
    in_trash,
    is_locked: false,
    properties,
    url: `${options.baseUrl}/${slug && `${slug}-`}${id.replaceAll('-', '')}`,
    public_url: null,
  };
}

export function blockObject(block: Block, workspace: Workspace): Record<string, unknown> {
  const { id, parent, created_time, last_edited_time, in_trash, type, content } = block;
  return {
    object: 'block',
    id,
    parent,
    created_time,
    last_edited_time,
    created_by: author,
    last_edited_by: author,
    has_children: (workspace.children[id] ?? []).length > 0,
    archived: in_trash,
    in_trash,
    type,
    [type]: content,
  };
}

export function databaseObject(database: Database, options: ViewOptions): Record<string, unknown> {
  const { id, created_time, last_edited_time, in_trash, title, parent, data_source_id, properties } =
    database;
  return {
    object: 'database',
    id,
    title: titleText(title),
    description: [],
    parent,
    is_inline: false,
    in_trash,
    archived: in_trash,
    created_time,
    last_edited_time,
    created_by: author,
    last_edited_by: author,
    ...(options.hasDataSources
      ? { data_sources: [{ id: data_source_id, name: title }] }
      : { properties: definitionObjects(properties) }),
    icon: null,
    cover: null,
    url: `${options.baseUrl}/${id.replaceAll('-', '')}`,
    public_url: null,
  };
}

export function dataSourceObject(database: Database, options: ViewOptions): Record<string, unknown> {
  const { id, created_time, last_edited_time, in_trash, title, parent, data_source_id, properties } =
    database;
  return {
    object: 'data_source',
    id: data_source_id,
    title: titleText(title),
    description: [],
    parent: { type: 'database_id', database_id: id },
    database_parent: parent,
    in_trash,
    archived: in_trash,
    is_inline: false,
    created_time,
    last_edited_time,
    created_by: author,
    last_edited_by: author,
    properties: definitionObjects(properties),
    icon: null,
    cover: null,
    url: `${options.baseUrl}/${id.replaceAll('-', '')}`,
    public_url: null,
  };
}

function titleText(content: string): unknown[] {
  const annotations = {
    bold: false,
    italic: false,
    strikethrough: false,
    underline: false,
    code: false,
    color: 'default',
  };
  return [{ type: 'text', text: { content, link: null }, annotations, plain_text: content, href: null }];
}

/** A page as a block of the page that contains it. */
export function childPageObject(page: Page, workspace: Workspace): Record<string, unknown> {
  const { id, created_time, last_edited_time, in_trash, parent, properties } = page;
  return {
    object: 'block',
    id,
    parent,
    created_time,
    last_edited_time,
    has_children: (workspace.children[id] ?? []).length > 0,
    archived: in_trash,
    in_trash,
    type: 'child_page',
    child_page: { title: titleOf(properties) },
  };
}

/** A page of results: `start_cursor` is the id of its first one. */
export function listOf(
  all: readonly Record<string, unknown>[],
  { page_size, start_cursor }: { page_size: number; start_cursor?: string | undefined },
  type: string,
): Record<string, unknown> {
  const first = start_cursor === undefined ? 0 : all.findIndex(({ id }) => id === start_cursor);
  if (first < 0)
    throw new NotionError('validation_error', `The start_cursor provided is invalid: ${start_cursor}`);
  const next = all[first + page_size];
  return {
    object: 'list',
    results: all.slice(first, first + page_size),
    next_cursor: next?.['id'] ?? null,
    has_more: next !== undefined,
    type,
    [type]: {},
  };
}

export function jsonResponse(value: Record<string, unknown>): Response {
  return Response.json({ ...value, request_id: crypto.randomUUID() });
}
