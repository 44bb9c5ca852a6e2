// The ETag of a log: what it was made of. While that stays the same, so does the log.
import * as z from 'zod';
import { executionStatus } from '../schemas/executions.ts';
import { cursorValue, encodeCursor } from '../stores/cursor.ts';

/** Of a log in S3. A run that did not succeed may have been redriven since. */
const writtenTag = z.strictObject({
  etag: z.string().regex(/^"[\x21\x23-\x7e]*"$/),
  status: executionStatus,
  redrive_count: z.int(),
});
export type WrittenTag = z.output<typeof writtenTag>;

/** Of a run under way: the last event of its history, and the counts of its distributed loops. */
const liveTag = z.strictObject({ event: z.int(), redrive_count: z.int(), loops: z.array(z.array(z.int())) });

const logTag = z.union([writtenTag, liveTag]);
export type LogTag = z.output<typeof logTag>;

/** As HTTP writes an entity tag, with its quotation marks. */
export function encodeTag(tag: LogTag): string {
  return `"${encodeCursor(tag)}"`;
}

/** @returns undefined for a tag that was not made here: it names nothing that is known */
export function decodeTag(tag: string | undefined): LogTag | undefined {
  const text = /^(?:W\/)?"([\w-]+)"$/.exec(tag ?? '')?.[1];
  return text === undefined ? undefined : logTag.safeParse(cursorValue(text)).data;
}
