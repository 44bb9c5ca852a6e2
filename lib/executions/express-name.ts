// Names of Express executions. Step Functions lists none of them, so the name has all that a list needs: its order.
import { randomBytes } from 'node:crypto';

/** `express-<milliseconds left>-<random>`, all of one length. */
const NAME = /^express-(\d{13})-[0-9a-f]{16}$/;
/** The last millisecond with 13 digits, in the year 2286. */
const LAST_MS = 9_999_999_999_999;

/** S3 lists keys in their own order only: counting down puts the latest first. */
export function expressName(startedAt: Date): string {
  return `${expressPrefix(startedAt)}-${randomBytes(8).toString('hex')}`;
}

/** What the names of all Express executions begin with that started in that millisecond. */
export function expressPrefix(startedAt: Date): string {
  return `express-${String(LAST_MS - startedAt.getTime()).padStart(13, '0')}`;
}

/** @returns undefined when it is no name of an Express execution */
export function expressStart(name: string): Date | undefined {
  const [, left] = NAME.exec(name) ?? [];
  return left === undefined ? undefined : new Date(LAST_MS - Number(left));
}
