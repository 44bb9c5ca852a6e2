// What the emulated Notion holds: a workspace with its databases, pages and blocks, and how they change.
import { randomBytes } from 'node:crypto';
import type { BlockType, NewBlock } from './content.ts';
import { archived, notFound } from './errors.ts';
import type { PropertyDefinition, PropertyValues } from './properties.ts';

export type Parent =
  | { type: 'workspace'; workspace: true }
  | { type: 'page_id'; page_id: string }
  | { type: 'block_id'; block_id: string }
  | { type: 'data_source_id'; data_source_id: string; database_id: string };

interface StoredObject {
  id: string;
  created_time: string;
  last_edited_time: string;
  in_trash: boolean;
}
export interface Page extends StoredObject {
  parent: Parent;
  icon: unknown;
  cover: unknown;
  properties: PropertyValues;
}
export interface Block extends StoredObject {
  parent: Parent;
  type: BlockType;
  content: Record<string, unknown>;
}
export interface Database extends StoredObject {
  title: string;
  parent: Parent;
  data_source_id: string;
  properties: PropertyDefinition[];
}

export interface FileUpload extends StoredObject {
  status: 'pending' | 'uploaded';
  filename: string | null;
  content_type: string | null;
  /** In base64; empty before it was sent. */
  content: string;
  /** Of one that is sent in parts: these, in base64, until it is completed; null for one that is not there yet. */
  parts?: (string | null)[];
}

/** Plain JSON. Keys are in the order of creation. */
export interface Workspace {
  databases: Record<string, Database>;
  pages: Record<string, Page>;
  blocks: Record<string, Block>;
  files: Record<string, FileUpload>;
  /** The ids of a page's or block's child blocks, in order. */
  children: Record<string, string[]>;
}

export const botId = '0b07b07b-07b0-4b07-8b07-b07b07b07b07';

/** A version 4 UUID of `randomBytes`, which are the same when a request is replayed (see ../shared/replay.ts). */
export function newId(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return withDashes(bytes.toString('hex'));
}

export function withDashes(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Notion's times are rounded down to the minute. */
export function currentMinute(): string {
  return `${new Date().toISOString().slice(0, 16)}:00.000Z`;
}

/** What every object has, for a new one. */
export function newObject(id = newId()): StoredObject {
  return { id, created_time: currentMinute(), last_edited_time: currentMinute(), in_trash: false };
}

/** Adds blocks below a page or block, after the child `after`, first (null) or last, and returns their ids. */
export function addBlocks(
  workspace: Workspace,
  parent: Parent,
  blocks: readonly NewBlock[],
  after?: string | null,
): string[] {
  const parentId =
    parent.type === 'page_id' ? parent.page_id : parent.type === 'block_id' ? parent.block_id : '';
  workspace.children[parentId] ??= [];
  const siblings = workspace.children[parentId];
  const ids = blocks.map(({ type, content, children }) => {
    const id = newId();
    workspace.blocks[id] = { ...newObject(id), parent, type, content };
    if (children.length > 0) addBlocks(workspace, { type: 'block_id', block_id: id }, children);
    return id;
  });
  const position = after === undefined ? siblings.length : after === null ? 0 : siblings.indexOf(after) + 1;
  if (typeof after === 'string' && position === 0) throw notFound('block', after);
  siblings.splice(position, 0, ...ids);
  return ids;
}

/** Sets the edit time of the page that the block or page `id` belongs to, if any. */
export function touch(workspace: Workspace, id: string): void {
  const page = workspace.pages[id];
  if (page) {
    page.last_edited_time = currentMinute();
    return;
  }
  const parent = workspace.blocks[id]?.parent;
  if (parent?.type === 'page_id') touch(workspace, parent.page_id);
  if (parent?.type === 'block_id') touch(workspace, parent.block_id);
}

/** @param kind what the id was given as */
export function findPage(workspace: Workspace, id: string, kind: 'page' | 'block' = 'page'): Page {
  const page = workspace.pages[id];
  if (!page) throw notFound(kind, id);
  return page;
}

export function findBlock(workspace: Workspace, id: string): Block {
  const block = workspace.blocks[id];
  if (!block) throw notFound('block', id);
  if (block.in_trash) throw archived();
  return block;
}

export function findDatabase(workspace: Workspace, id: string): Database {
  const database = workspace.databases[id];
  if (!database) throw notFound('database', id);
  return database;
}

export function findDataSource(workspace: Workspace, id: string): Database {
  const database = Object.values(workspace.databases).find(({ data_source_id }) => data_source_id === id);
  if (!database) throw notFound('data source', id);
  return database;
}
