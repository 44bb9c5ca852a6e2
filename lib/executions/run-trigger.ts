// What started a run, as its name and input tell: Step Functions keeps no other note of it.
import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { jsonValue } from '../json.ts';
import { WEBHOOK_INPUT } from '../workflow-format/triggers.ts';
import { expressStart } from './express-name.ts';
import type { RunTrigger } from './run-row.ts';

/** AWS's limit for the name of an execution. */
const MAX_NAME = 80;

const API_NAME = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})-by-(.+)$/;

/** The name of an execution that a user starts: `<random>-by-<user>`. */
export function startedName(user: string): string {
  return signed(randomUUID(), user);
}

/** The same for the same text and user. */
export function repeatableName(text: string, user: string): string {
  return signed(createHash('sha256').update(text).digest('hex').slice(0, 32), user);
}

/** Users of other issuers may have names with characters that no execution may have. */
function signed(unique: string, user: string): string {
  return `${unique}-by-${user.replace(/[^\w.+=@-]/g, '_') || '_'}`.slice(0, MAX_NAME);
}

const delivered = z.object({ [WEBHOOK_INPUT]: z.object({ delivery: z.string().nullable() }) });

/** @param input its JSON text, if it is known */
export function triggerOf(name: string, input: string | undefined): RunTrigger | null {
  const [, user] = API_NAME.exec(name) ?? [];
  if (user !== undefined) return { type: 'api', user };
  if (name.startsWith('hook-')) {
    const parsed = delivered.safeParse(input === undefined ? undefined : jsonValue(input));
    return { type: 'webhook', delivery: parsed.data?.[WEBHOOK_INPUT].delivery ?? null };
  }
  if (name.startsWith('schedule-')) return { type: 'schedule' };
  return expressStart(name) ? { type: 'api', user: null } : null;
}
