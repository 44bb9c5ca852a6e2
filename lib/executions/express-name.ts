// Names of Express executions. Step Functions does not keep them, so that the name itself tells when they started.
import { randomBytes } from 'node:crypto';

/** `express-<milliseconds until LAST_MS>-<random>`, all of the same length. */
const NAME = /^express-(\d{13})-[0-9a-f]{16}$/;
/** The last millisecond with 13 digits, in the year 2286. */
const LAST_MS = 9_999_999_999_999;

/** Counting down puts the latest of the logs first. */
export function expressName(startedAt: Date): string {
  const left = String(LAST_MS - startedAt.getTime()).padStart(13, '0');
  return `express-${left}-${randomBytes(8).toString('hex')}`;
}

/** @returns when it started; undefined when it is not the name of an Express execution */
export function expressStart(name: string): Date | undefined {
  const [, left] = NAME.exec(name) ?? [];
  return left === undefined ? undefined : new Date(LAST_MS - Number(left));
}
