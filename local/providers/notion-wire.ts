// Reading requests to the emulated Notion and writing its answers.
import type { EmulatorContext } from 'emulate';
import * as z from 'zod';
import { NotionError, notFound } from './notion-errors.ts';
import {
  type Block,
  type Database,
  databaseOfSource,
  type Page,
  type Parent,
  readId,
  type View,
  type Workspace,
} from './notion-workspace.ts';

export type Routes = EmulatorContext<Workspace>;
export type Call = Parameters<Parameters<Routes['app']['get']>[1]>[0];

export const pageChangeShape = z.object({
  properties: z.record(z.string(), z.unknown()).optional(),
  archived: z.boolean().optional(),
  in_trash: z.boolean().optional(),
  icon: z.unknown().optional(),
  cover: z.unknown().optional(),
});
export const pagingShape = z.object({
  page_size: z.int().min(1).max(100).default(100),
  start_cursor: z.string().optional(),
});
export const searchShape = pagingShape.extend({
  query: z.string().default(''),
  filter: z
    .object({ property: z.literal('object'), value: z.enum(['page', 'data_source', 'database']) })
    .optional(),
  sort: z
    .object({ timestamp: z.literal('last_edited_time'), direction: z.enum(['ascending', 'descending']) })
    .optional(),
});
export const queryShape = pagingShape.extend({
  filter: z.record(z.string(), z.unknown()).optional(),
  sorts: z
    .array(
      z.object({
        property: z.string().optional(),
        timestamp: z.enum(['created_time', 'last_edited_time']).optional(),
        direction: z.enum(['ascending', 'descending']),
      }),
    )
    .default([]),
});

export function view(call: Call, baseUrl: string): View {
  return { baseUrl, hasDataSources: (call.req.header('notion-version') ?? '') >= '2025-09-03' };
}

export async function body(call: Call): Promise<unknown> {
  const text = await call.req.text();
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new NotionError('invalid_json', 'Error parsing JSON body.');
  }
}

export function readParent(space: Workspace, sent: Readonly<Record<string, unknown>>): Parent {
  if (sent['data_source_id'] !== undefined) {
    const id = readId(sent['data_source_id'], 'body.parent.data_source_id');
    const database = databaseOfSource(space, id);
    if (!database) throw notFound('data source', id);
    return { type: 'data_source_id', data_source_id: id, database_id: database.id };
  }
  if (sent['database_id'] !== undefined) {
    const id = readId(sent['database_id'], 'body.parent.database_id');
    const database = space.databases[id];
    if (!database) throw notFound('database', id);
    return { type: 'data_source_id', data_source_id: database.data_source_id, database_id: id };
  }
  if (sent['page_id'] === undefined) {
    const missing = ['page_id', 'database_id', 'data_source_id'].map(
      (key) => `body.parent.${key} should be defined, instead was \`undefined\`.`,
    );
    throw new NotionError('validation_error', `body failed validation. Fix one:\n${missing.join('\n')}`);
  }
  const id = readId(sent['page_id'], 'body.parent.page_id');
  if (findParentPage(space, id, 'page').in_trash) throw archived();
  return { type: 'page_id', page_id: id };
}

export function findPage(space: Workspace, call: Call): Page {
  return findParentPage(space, readId(call.req.param('id'), 'path.page_id'), 'page');
}

export function findParentPage(space: Workspace, id: string, kind = 'block'): Page {
  const page = space.pages[id];
  if (!page) throw notFound(kind, id);
  return page;
}

export function blockId(call: Call): string {
  return readId(call.req.param('id'), 'path.block_id');
}

export function findBlock(space: Workspace, call: Call): Block {
  const id = blockId(call);
  const block = space.blocks[id];
  if (!block) throw notFound('block', id);
  if (block.in_trash) throw archived();
  return block;
}

export function findDatabase(space: Workspace, call: Call): Database {
  const id = readId(call.req.param('id'), 'path.database_id');
  const database = space.databases[id];
  if (!database) throw notFound('database', id);
  return database;
}

export function findDataSource(space: Workspace, call: Call): Database {
  const id = readId(call.req.param('id'), 'path.data_source_id');
  const database = databaseOfSource(space, id);
  if (!database) throw notFound('data source', id);
  return database;
}

export function archived(): NotionError {
  return new NotionError(
    'validation_error',
    "Can't edit block that is archived. You must unarchive the block before editing.",
  );
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

export function answer(value: Record<string, unknown>): Response {
  return Response.json({ ...value, request_id: requestId() });
}

export function errorAnswer({ status, code, message }: NotionError): Response {
  return Response.json({ object: 'error', status, code, message, request_id: requestId() }, { status });
}

function requestId(): string {
  return crypto.randomUUID();
}
