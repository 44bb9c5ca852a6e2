// What version 2026-03-11 of Notion's API has no more (https://developers.notion.com/guides/get-started/upgrade-guide-2026-03-11).
import { jsonValue } from '../../../lib/json.ts';
import { errorResponse, NotionError } from './errors.ts';

/** What each version calls: `2026-03-11` has it. */
function isCurrent(request: Request): boolean {
  return (request.headers.get('notion-version') ?? '') >= '2026-03-11';
}

/** The refusal of a request with a field of an older version, or in an older one with a field of this one. */
export function refuseField(request: Request, body: Buffer): Response | undefined {
  const { pathname } = new URL(request.url);
  if (request.method !== 'PATCH') return undefined;
  const appends = /^\/v1\/blocks\/[^/]+\/children$/.test(pathname);
  const [older, newer] = appends ? ['after', 'position'] : ['archived', 'in_trash'];
  const field = isCurrent(request) ? older : appends ? newer : undefined;
  const value = field === undefined ? undefined : Object(jsonValue(body.toString()))[field];
  if (value === undefined) return undefined;
  const message = `body failed validation: body.${field} should be not present, instead was \`${JSON.stringify(value)}\`.`;
  return errorResponse(new NotionError('validation_error', message));
}

/** An answer in the version that was asked for: `archived` was renamed to `in_trash`. */
export async function inVersion(request: Request, response: Response): Promise<Response> {
  if (!isCurrent(request) || !response.headers.get('content-type')?.includes('json')) return response;
  const body: unknown = JSON.parse(await response.text(), (key, value) =>
    key === 'archived' ? undefined : value,
  );
  return Response.json(body, { status: response.status });
}
