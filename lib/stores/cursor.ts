// Cursors of lists: opaque to clients, validated when they are sent back.
import * as z from 'zod';
import { jsonValue } from '../json.ts';
import { ApiProblem } from '../problem.ts';

/**
 * A place in a list of AWS, in a cursor: its keys, version ids and tokens are of these characters. Others cannot be sent to
 * S3 (half a surrogate pair), or stand in its XML answer (NUL).
 */
export const awsPlace = z.string().regex(/^[\x21-\x7e]{1,4096}$/);

export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** What was encoded; undefined for a text that was not. */
export function cursorValue(cursor: string): unknown {
  return jsonValue(Buffer.from(cursor, 'base64url').toString());
}

/** @throws ApiProblem invalid-request when the cursor was not made by `encodeCursor` for this kind of list */
export function decodeCursor<Schema extends z.ZodType>(cursor: string, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(cursorValue(cursor));
  if (parsed.success) return parsed.data;
  throw invalidCursor();
}

export function invalidCursor(): ApiProblem {
  const message = 'The cursor is not from this list, or too old; ask for the first page again';
  return new ApiProblem('invalid-request', message, {
    problems: [{ code: 'invalid-cursor', pointer: '/query/cursor', message }],
  });
}
