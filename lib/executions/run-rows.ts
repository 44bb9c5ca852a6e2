// The rows of the index of runs: of a run that starts, and of one that has ended.
import * as z from 'zod';
import { executionOfArn, executionOfId } from '../arns.ts';
import type { ExecutionLog } from '../schemas/execution-log.ts';
import type { RunRow } from './run-row.ts';
import { givenInput, triggerOf } from './run-trigger.ts';

/**
 * What the event of a status change says (developer guide, "EventBridge events for Standard Workflows"): times are
 * milliseconds since 1970, and the input is left out when it is large. A person who sends one by hand names the ARN alone.
 */
export const statusChange = z.object({
  executionArn: z.string(),
  status: z.string().optional(),
  startDate: z.number().optional(),
  redriveCount: z.number().nullish(),
  input: z.string().nullish(),
});
export type StatusChange = z.infer<typeof statusChange>;

/** The row of a run that has started, or was redriven. Of a rerun it does not say of which run. */
export function startedRow({ executionArn, startDate = 0, redriveCount, input }: StatusChange): RunRow {
  const { id, name } = executionOfArn(executionArn);
  return {
    id,
    status: 'running',
    started_at: new Date(startDate).toISOString(),
    ended_at: null,
    redrive_count: redriveCount ?? 0,
    rerun_of: null,
    mended_by: null,
    workflow_version: null,
    trigger: triggerOf(name, input ?? undefined),
    input_preview: input == null ? null : givenInput(input),
    error: null,
    tokens: null,
    cost_usd: null,
  };
}

/**
 * The row of a run that has ended.
 * @param known what is known better than by its log: the start that its other row has, who started it
 */
export function endedRow(
  log: ExecutionLog,
  known: Partial<Pick<RunRow, 'started_at' | 'trigger'>> = {},
): RunRow {
  const {
    execution_id: id,
    status,
    started_at,
    ended_at,
    redrive_count,
    rerun_of,
    workflow_version,
    trigger,
    error,
  } = log;
  const input = inputText(log.input);
  return {
    id,
    status,
    started_at,
    ended_at,
    redrive_count,
    rerun_of,
    mended_by: null,
    workflow_version,
    trigger: trigger ?? triggerOf(executionOfId(id).name, input),
    input_preview: input,
    error,
    tokens: log.usage?.total_tokens ?? null,
    cost_usd: log.usage?.cost_usd ?? null,
    ...known,
  };
}

/** As log-values.ts writes a large value. */
const truncatedValue = z.strictObject({
  truncated: z.literal(true),
  size_bytes: z.int(),
  preview: z.string(),
});

function inputText(input: unknown): string {
  const cut = truncatedValue.safeParse(input);
  return cut.success ? cut.data.preview : JSON.stringify(input ?? null);
}
