// The emulated Notion workspace: its objects, how they are made and changed, and how they look on the wire.
import { randomBytes } from 'node:crypto';
import type { BlockType, NewBlock } from './notion-content.ts';
import { NotionError, notFound } from './notion-errors.ts';
import {
  type PropertyDefinition,
  type PropertyValues,
  showDefinitions,
  titleOf,
} from './notion-properties.ts';

export type Parent =
  | { type: 'workspace'; workspace: true }
  | { type: 'page_id'; page_id: string }
  | { type: 'block_id'; block_id: string }
  | { type: 'data_source_id'; data_source_id: string; database_id: string };

interface Dated {
  id: string;
  created_time: string;
  last_edited_time: string;
  in_trash: boolean;
}
export interface Page extends Dated {
  parent: Parent;
  icon: unknown;
  cover: unknown;
  properties: PropertyValues;
}
export interface Block extends Dated {
  parent: Parent;
  type: BlockType;
  content: Record<string, unknown>;
}
export interface Database extends Dated {
  title: string;
  parent: Parent;
  data_source_id: string;
  properties: PropertyDefinition[];
}

/** Plain JSON. Order of keys is the order of making. */
export interface Workspace {
  databases: Record<string, Database>;
  pages: Record<string, Page>;
  blocks: Record<string, Block>;
  /** The ids of a page's or block's child blocks, in order. */
  children: Record<string, string[]>;
}

export const botId = '0b07b07b-07b0-4b07-8b07-b07b07b07b07';
const author = { object: 'user', id: botId };

/** A version 4 UUID of `randomBytes`, which follows from the request (see moments.ts). */
export function newId(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return withDashes(bytes.toString('hex'));
}

export function withDashes(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * An id as sent, with or without dashes, with them.
 * @throws NotionError validation_error
 */
export function readId(value: unknown, place: string): string {
  const hex = typeof value === 'string' ? value.replaceAll('-', '').toLowerCase() : '';
  if (/^[0-9a-f]{32}$/.test(hex)) return withDashes(hex);
  throw new NotionError(
    'validation_error',
    `${place.split('.', 1)} failed validation: ${place} should be a valid uuid, instead was \`${JSON.stringify(value)}\`.`,
  );
}

/** Notion's times are rounded down to the minute. */
export function minute(): string {
  return `${new Date().toISOString().slice(0, 16)}:00.000Z`;
}

export function dated(id = newId()): Dated {
  return { id, created_time: minute(), last_edited_time: minute(), in_trash: false };
}

/** Adds blocks below a page or block, after the child `after` or at the end, and returns their ids. */
export function addBlocks(
  space: Workspace,
  parent: Parent,
  blocks: readonly NewBlock[],
  after?: string,
): string[] {
  const parentId =
    parent.type === 'page_id' ? parent.page_id : parent.type === 'block_id' ? parent.block_id : '';
  space.children[parentId] ??= [];
  const siblings = space.children[parentId];
  const ids = blocks.map(({ type, content, children }) => {
    const id = newId();
    space.blocks[id] = { ...dated(id), parent, type, content };
    if (children.length > 0) addBlocks(space, { type: 'block_id', block_id: id }, children);
    return id;
  });
  const position = after === undefined ? siblings.length : siblings.indexOf(after) + 1;
  if (after !== undefined && position === 0) throw notFound('block', after);
  siblings.splice(position, 0, ...ids);
  return ids;
}

/** Marks a page as edited now, when the block or page `id` belongs to one. */
export function touch(space: Workspace, id: string): void {
  const page = space.pages[id];
  if (page) {
    page.last_edited_time = minute();
    return;
  }
  const parent = space.blocks[id]?.parent;
  if (parent?.type === 'page_id') touch(space, parent.page_id);
  if (parent?.type === 'block_id') touch(space, parent.block_id);
}

export function databaseOfSource(space: Workspace, id: string): Database | undefined {
  return Object.values(space.databases).find((database) => database.data_source_id === id);
}

/** How objects look depends on where the emulator listens and on the API version asked for. */
export interface View {
  readonly baseUrl: string;
  /** False for versions before 2025-09-03, in which a database is its own only data source. */
  readonly hasDataSources: boolean;
}

export function showPage(page: Page, view: View): Record<string, unknown> {
  const { id, created_time, last_edited_time, in_trash, icon, cover, properties } = page;
  const parent =
    page.parent.type === 'data_source_id' && !view.hasDataSources
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
    url: `${view.baseUrl}/${slug && `${slug}-`}${id.replaceAll('-', '')}`,
    public_url: null,
  };
}

export function showBlock(block: Block, space: Workspace): Record<string, unknown> {
  const { id, parent, created_time, last_edited_time, in_trash, type, content } = block;
  return {
    object: 'block',
    id,
    parent,
    created_time,
    last_edited_time,
    created_by: author,
    last_edited_by: author,
    has_children: (space.children[id] ?? []).length > 0,
    archived: in_trash,
    in_trash,
    type,
    [type]: content,
  };
}

export function showDatabase(database: Database, view: View): Record<string, unknown> {
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
    ...(view.hasDataSources
      ? { data_sources: [{ id: data_source_id, name: title }] }
      : { properties: showDefinitions(properties) }),
    icon: null,
    cover: null,
    url: `${view.baseUrl}/${id.replaceAll('-', '')}`,
    public_url: null,
  };
}

export function showDataSource(database: Database, view: View): Record<string, unknown> {
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
    properties: showDefinitions(properties),
    icon: null,
    cover: null,
    url: `${view.baseUrl}/${id.replaceAll('-', '')}`,
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
