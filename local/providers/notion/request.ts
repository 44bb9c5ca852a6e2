// Reading requests to the emulated Notion: ids, bodies, parents, pages of lists.
import type { EmulatorContext } from 'emulate';
import * as z from 'zod';
import { archived, NotionError, validate } from './errors.ts';
import type { ViewOptions } from './responses.ts';
import { findDatabase, findDataSource, findPage, type Parent, type Workspace, withDashes } from './store.ts';

export type Routes = EmulatorContext<Workspace>;
export type Call = Parameters<Parameters<Routes['app']['get']>[1]>[0];

export const pageChangeShape = z.object({
  properties: z.record(z.string(), z.unknown()).optional(),
  archived: z.boolean().optional(),
  in_trash: z.boolean().optional(),
  icon: z.unknown().optional(),
  cover: z.unknown().optional(),
});
const pagingShape = z.object({
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

export function viewOptions(call: Call, baseUrl: string): ViewOptions {
  return { baseUrl, hasDataSources: (call.req.header('notion-version') ?? '') >= '2025-09-03' };
}

/** The paging of a list that is asked for by GET. */
export function queryPaging(call: Call): z.output<typeof pagingShape> {
  const page_size = call.req.query('page_size');
  const start_cursor = call.req.query('start_cursor');
  const given = {
    ...(page_size !== undefined && { page_size: Number(page_size) }),
    ...(start_cursor !== undefined && { start_cursor }),
  };
  return validate(pagingShape, given, 'query');
}

/** https://developers.notion.com/reference/request-limits: 500 KB a request. */
const MAX_BODY_BYTES = 500_000;

export async function readBody(call: Call): Promise<unknown> {
  const text = await call.req.text();
  if (text === '') return {};
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) {
    throw new NotionError(
      'validation_error',
      `body failed validation: body.length should be ≤ \`${MAX_BODY_BYTES}\`, instead was \`${Buffer.byteLength(text)}\`.`,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new NotionError('invalid_json', 'Error parsing JSON body.');
  }
}

/**
 * An id as it was sent, with or without dashes, in the form with dashes.
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

/** The id in the path. */
export function pathId(call: Call, kind: 'page' | 'block' | 'database' | 'data_source'): string {
  return readId(call.req.param('id'), `path.${kind}_id`);
}

export function readParent(workspace: Workspace, sent: Readonly<Record<string, unknown>>): Parent {
  if (sent['data_source_id'] !== undefined) {
    const id = readId(sent['data_source_id'], 'body.parent.data_source_id');
    return { type: 'data_source_id', data_source_id: id, database_id: findDataSource(workspace, id).id };
  }
  if (sent['database_id'] !== undefined) {
    const id = readId(sent['database_id'], 'body.parent.database_id');
    const { data_source_id } = findDatabase(workspace, id);
    return { type: 'data_source_id', data_source_id, database_id: id };
  }
  if (sent['page_id'] === undefined) {
    const missing = ['page_id', 'database_id', 'data_source_id'].map(
      (key) => `body.parent.${key} should be defined, instead was \`undefined\`.`,
    );
    throw new NotionError('validation_error', `body failed validation. Fix one:\n${missing.join('\n')}`);
  }
  const id = readId(sent['page_id'], 'body.parent.page_id');
  if (findPage(workspace, id).in_trash) throw archived();
  return { type: 'page_id', page_id: id };
}
