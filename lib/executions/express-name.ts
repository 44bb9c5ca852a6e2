// Names of Express executions. Step Functions does not keep them, so that the name itself tells when they started.
import { randomBytes } from 'node:crypto';
import { timeOfPosition, timePosition } from '../newest-first.ts';

/** `express-<position of its start>-<random>`, all of the same length. */
const NAME = /^express-(\d{13})-[0-9a-f]{16}$/;

export function expressName(startedAt: Date): string {
  return `express-${timePosition(startedAt.getTime())}-${randomBytes(8).toString('hex')}`;
}

/** @returns when it started; undefined when it is not the name of an Express execution */
export function expressStart(name: string): Date | undefined {
  const [, position] = NAME.exec(name) ?? [];
  return position === undefined ? undefined : new Date(timeOfPosition(position));
}
