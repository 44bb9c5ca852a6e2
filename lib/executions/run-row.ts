// A run in the index of runs: what a list shows of it, and the S3 key that holds all of that.
import * as z from 'zod';
import { withoutSecrets } from '../actions/invocation/without-secrets.ts';
import { executionOfId, executionId as idOf } from '../arns.ts';
import { timeOfPosition, timePosition } from '../newest-first.ts';
import { executionId, executionStatus } from '../schemas/executions.ts';
import { type RunTrigger, runTrigger } from '../schemas/run-trigger.ts';
import type { ExecutionStatus } from './execution.ts';

export interface RunRow {
  readonly id: string;
  readonly status: ExecutionStatus;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly redrive_count: number;
  /** The id of the run that it is a rerun of. */
  readonly rerun_of: string | null;
  /** The id of the rerun that has succeeded in its place, or in that of the run that both are reruns of. */
  readonly mended_by: string | null;
  readonly workflow_version: number | null;
  readonly trigger: RunTrigger | null;
  /** The beginning of its input as JSON text. */
  readonly input_preview: string | null;
  readonly error: { readonly name: string; readonly step_id: string | null; readonly message: string } | null;
  readonly tokens: number | null;
  /** Null also where it is not known. */
  readonly cost_usd: number | null;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;
/** The longest folder is `runs/workflow-status/<48 characters>/<status>/`. */
const MAX_FOLDER_BYTES = 84;

/** How much is kept of the input and of the error's message: the first row that fits a key is taken, and the last one does. */
const cuts = [
  { preview: 200, message: 200 },
  { preview: 100, message: 100 },
  { preview: 40, message: 60 },
  { preview: 0, message: 0 },
] as const;

/** How much is kept of a name. */
const MAX_NAME = 80;

/** A row as it stands in a key: a list, whose names would take room. */
const written = z.tuple([
  executionStatus,
  z.int().min(0).nullable(),
  z.int().min(0),
  z.int().nullable(),
  runTrigger.nullable(),
  z.string().nullable(),
  z.tuple([z.string(), z.string().nullable(), z.string()]).nullable(),
  z.number().nullable(),
  // The name of the run that it is a rerun of, which is one of the same workflow: most runs have none.
  z.string().nullable().optional(),
  // What its models cost: most runs ask none.
  z.number().nullable().optional(),
  // The name of the rerun that has mended it.
  z.string().optional(),
]);

/**
 * Where a run stands in every list, the latest first: `<milliseconds until the last one>-<id>`. S3 lists keys in ascending
 * order only. Those that started in the same millisecond are sorted by their ids.
 */
export function runPosition({ started_at, id }: Pick<RunRow, 'started_at' | 'id'>): string {
  return `${timePosition(Date.parse(started_at))}-${id}`;
}

/** `<position>~<the rest of the row>`: `~` follows every character that an id may have. */
export function rowFile(row: RunRow): string {
  const position = runPosition(row);
  const room = MAX_KEY_BYTES - MAX_FOLDER_BYTES - position.length - 1;
  const [whole = '', ...shorter] = cuts.map((cut) => Buffer.from(rowText(row, cut)).toString('base64url'));
  return `${position}~${[whole, ...shorter].find((text) => text.length <= room) ?? ''}`;
}

/** @returns undefined when it is not what rowFile gives */
export function rowOfFile(file: string): RunRow | undefined {
  const [, left, id, text] = /^(\d{13})-([^~]+)~([\w-]+)$/.exec(file) ?? [];
  if (left === undefined || id === undefined || !executionId.safeParse(id).success) return undefined;
  const parsed = written.safeParse(parsedText(text ?? ''));
  if (!parsed.success) return undefined;
  const startedMs = timeOfPosition(left);
  const { workflowId } = executionOfId(id);
  const [
    status,
    took,
    redrive_count,
    workflow_version,
    trigger,
    input_preview,
    error,
    tokens,
    rerunOf,
    cost,
    mendedBy,
  ] = parsed.data;
  return {
    id,
    status,
    started_at: new Date(startedMs).toISOString(),
    ended_at: took === null ? null : new Date(startedMs + took).toISOString(),
    redrive_count,
    rerun_of: rerunOf == null ? null : idOf(workflowId, rerunOf),
    mended_by: mendedBy === undefined ? null : idOf(workflowId, mendedBy),
    workflow_version,
    trigger,
    input_preview,
    error: error && { name: error[0], step_id: error[1], message: error[2] },
    tokens,
    cost_usd: cost ?? null,
  };
}

function rowText(row: RunRow, cut: (typeof cuts)[number]): string {
  const { status, started_at, ended_at, redrive_count, workflow_version, trigger, error, tokens } = row;
  const took = ended_at === null ? null : Math.max(0, Date.parse(ended_at) - Date.parse(started_at));
  const value: z.input<typeof written> = [
    status,
    took,
    redrive_count,
    workflow_version,
    trigger && cutTrigger(trigger),
    row.input_preview === null ? null : shortened(withoutSecrets(row.input_preview), cut.preview),
    error && [
      indexedName(error.name),
      error.step_id === null ? null : indexedName(error.step_id),
      shortened(withoutSecrets(error.message), cut.message),
    ],
    tokens,
  ];
  const { cost_usd: cost, rerun_of: before, mended_by: mended } = row;
  if (before !== null || cost !== null || mended !== null)
    value.push(before === null ? null : executionOfId(before).name);
  if (cost !== null || mended !== null) value.push(cost);
  if (mended !== null) value.push(executionOfId(mended).name);
  return JSON.stringify(value);
}

/** An id that is cut would be another one: what does not fit, or looks like a secret, is left out. */
function cutTrigger(trigger: RunTrigger): RunTrigger {
  if (trigger.type === 'api' || trigger.type === 'rerun')
    return { type: trigger.type, user: trigger.user === null ? null : indexedName(trigger.user) };
  if (trigger.type !== 'webhook' || trigger.delivery === indexedName(trigger.delivery ?? '')) return trigger;
  return { type: 'webhook', delivery: null };
}

/** The text in one line, or its beginning with an ellipsis. */
export function shortened(text: string, length: number): string {
  const line = text.toWellFormed().replace(/\p{Cc}+/gu, ' ');
  if (line.length <= length) return line;
  // Cutting inside a pair of surrogates leaves a replacement character.
  return `${line
    .slice(0, length)
    .toWellFormed()
    .replace(/\uFFFD$/, '')}…`;
}

/** A name as the index has it. */
export const indexedName = (name: string): string => shortened(withoutSecrets(name), MAX_NAME);

function parsedText(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/**
 * Which of two rows of one run is the later truth: that of the later redrive, an end before a beginning.
 * @returns positive when the first is
 */
export function laterRow(a: RunRow, b: RunRow): number {
  const ended = (row: RunRow) => (row.ended_at === null ? 0 : 1);
  return (
    a.redrive_count - b.redrive_count ||
    ended(a) - ended(b) ||
    Date.parse(a.ended_at ?? a.started_at) - Date.parse(b.ended_at ?? b.started_at) ||
    // Of two reruns that succeeded at once both writers keep the same one.
    order(a.mended_by ?? '', b.mended_by ?? '') ||
    // Tokens are known from the log alone.
    (a.tokens ?? -1) - (b.tokens ?? -1) ||
    (a.cost_usd ?? -1) - (b.cost_usd ?? -1)
  );
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
