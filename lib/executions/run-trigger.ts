// What started a run, as its name and input tell: Step Functions keeps no other note of it.
import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { executionIdOfArn } from '../arns.ts';
import { exactValue } from '../exact-json.ts';
import { isObject, jsonValue } from '../json.ts';
import { executionId } from '../schemas/executions.ts';
import type { RunTrigger } from '../schemas/run-trigger.ts';
import {
  ADDED_INPUTS,
  SCHEDULED_NAME,
  STARTED_BY,
  VALUES_OF,
  WEBHOOK_INPUT,
} from '../workflow-format/triggers.ts';
import { expressStart } from './express-name.ts';

/** AWS's limit for the name of an execution. */
const MAX_NAME = 80;

const STARTED_NAME = /^(rerun-)?(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})-by-(.+)$/;

/** The name of an execution that a user starts: `<random>-by-<user>`. */
export function startedName(user: string): string {
  return signed(randomUUID(), user);
}

/** The same for the same text and user. */
export function repeatableName(text: string, user: string): string {
  return signed(createHash('sha256').update(text).digest('hex').slice(0, 32), user);
}

/**
 * The name of an execution that a user runs again.
 * @param text the same for the same text and user; undefined for a random one
 */
export function rerunName(text: string | undefined, user: string): string {
  const name = text === undefined ? startedName(user) : repeatableName(text, user);
  return `rerun-${name}`.slice(0, MAX_NAME);
}

/** Users of other issuers may have names with characters that no execution may have. */
function signed(unique: string, user: string): string {
  return `${unique}-by-${user.replace(/[^\w.+=@-]/g, '_') || '_'}`.slice(0, MAX_NAME);
}

const started = z.object({
  [STARTED_BY]: z
    .string()
    .transform((arn) => executionIdOfArn(arn))
    .pipe(executionId),
});
const inherited = z.object({ [VALUES_OF]: z.string() });
const delivered = z.object({ [WEBHOOK_INPUT]: z.object({ delivery: z.string().nullable() }) });

/** @param input its JSON text, if it is known */
export function triggerOf(name: string, input: string | undefined): RunTrigger | null {
  const [, again, user] = STARTED_NAME.exec(name) ?? [];
  if (user !== undefined) return { type: again === undefined ? 'api' : 'rerun', user };
  if (name.startsWith('hook-')) {
    const parsed = delivered.safeParse(input === undefined ? undefined : jsonValue(input));
    return { type: 'webhook', delivery: parsed.data?.[WEBHOOK_INPUT].delivery ?? null };
  }
  if (name.startsWith(SCHEDULED_NAME)) return { type: 'schedule' };
  if (expressStart(name)) return { type: 'api', user: null };
  const parsed = started.safeParse(input === undefined ? undefined : jsonValue(input));
  return parsed.data ? { type: 'workflow', execution_id: parsed.data[STARTED_BY] } : null;
}

/**
 * The JSON text of an input without what a `workflow` step adds to it at its top. A field of the same name within is the
 * author's.
 */
export function givenInput(text: string): string {
  if (!ADDED_INPUTS.some((name) => text.includes(name))) return text;
  const input = exactValue(text);
  if (!isObject(input) || !ADDED_INPUTS.some((name) => Object.hasOwn(input, name))) return text;
  const given = Object.entries(input).filter(([name]) => !ADDED_INPUTS.some((added) => added === name));
  return JSON.stringify(Object.fromEntries(given));
}

/** The ARN of the execution whose large values are those of a run. @param input its JSON text */
export function valuesOf(arn: string, input: string): string {
  return inherited.safeParse(jsonValue(input)).data?.[VALUES_OF] ?? arn;
}
