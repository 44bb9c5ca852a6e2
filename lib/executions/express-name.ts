// Names of Express executions. Step Functions does not list them, so that the name itself holds the order of the list.
import { randomBytes } from 'node:crypto';

/** `express-<milliseconds until LAST_MS>-<random>`, all of the same length. */
const NAME = /^express-(\d{13})-[0-9a-f]{16}$/;
/** The last millisecond with 13 digits, in the year 2286. */
const LAST_MS = 9_999_999_999_999;

/** S3 lists keys in ascending order only: counting down puts the latest first. */
export function expressName(startedAt: Date): string {
  return `${expressPrefix(startedAt)}-${randomBytes(8).toString('hex')}`;
}

/** The prefix of the names of all Express executions that started in that millisecond. */
export function expressPrefix(startedAt: Date): string {
  return `express-${String(LAST_MS - startedAt.getTime()).padStart(13, '0')}`;
}

/** @returns when it started; undefined when it is not the name of an Express execution */
export function expressStart(name: string): Date | undefined {
  const [, left] = NAME.exec(name) ?? [];
  return left === undefined ? undefined : new Date(LAST_MS - Number(left));
}
