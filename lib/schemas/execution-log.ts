// Schemas of the execution log: one JSON document an execution.
import * as z from 'zod';

export const loggedError = z.object({ name: z.string(), message: z.string() });

export const tokenUsage = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
});
export type TokenUsage = z.infer<typeof tokenUsage>;

const callLog = z.object({
  id: z.string().describe('the id that the model gave the call'),
  action: z.string().describe('the action that the model asked for'),
  status: z
    .enum(['succeeded', 'failed', 'refused', 'aborted', 'running'])
    .describe(
      '`refused`: it was not made, since there is no such tool or its arguments do not fit; of this and of a failure the model was told',
    ),
  attempts: z.int().describe('how often the action’s Lambda was called'),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
  input: z.unknown().describe('the model’s arguments, with the parameters that are fixed'),
  output: z.unknown(),
  error: loggedError.nullable(),
  usage: tokenUsage.nullable().describe('tokens used by a model that the tool is'),
});
export type CallLog = z.infer<typeof callLog>;

export const turnLog = z.object({
  attempts: z.int().describe('how often the model was asked'),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable().describe('when its calls had ended'),
  text: z.string().nullable().describe('what the model said'),
  error: loggedError.nullable(),
  usage: tokenUsage.nullable(),
  calls: z.array(callLog),
});
export type TurnLog = z.infer<typeof turnLog>;

/** So many failures of a distributed loop are listed. */
export const MAX_FAILURES = 100;

export const loopIterations = z.object({
  map_run_arn: z.string().describe('the Map Run that AWS knows them by'),
  total: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  failures: z
    .array(loggedError.extend({ index: z.int() }))
    .describe(`by index the first ${MAX_FAILURES} that are known`),
  listed: z.int().describe('how many have their steps in this log; those that failed go first'),
});
export type LoopIterations = z.infer<typeof loopIterations>;

export const stepLog = z.object({
  id: z.string().describe('the step’s id in the workflow'),
  index: z
    .array(z.int())
    .optional()
    .describe('of a step in a for_each: which iteration, from 0; in loops within loops the outermost first'),
  action: z
    .string()
    .nullable()
    .describe(
      'the action’s id, or the kind of the step (`set`, `for_each` …); null when the workflow was deleted meanwhile',
    ),
  status: z
    .enum(['succeeded', 'failed', 'skipped', 'caught', 'aborted', 'running'])
    .describe(
      '`skipped`: its `when` was not true; `caught`: it failed and the workflow went on; `aborted`: it was stopped with the run, or because another branch or iteration failed; `running`: it has not ended',
    ),
  attempts: z
    .int()
    .describe(
      'how often the action’s Lambda was called, or the other workflow started; of an agent how often its model was asked, in all turns; of a `set`, `transform`, `wait` or `switch` with `retry` or `on_error` how often it was tried; 0 of other steps',
    ),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable().describe('null while it runs'),
  input: z.unknown().describe('what the action or the other workflow got; null for other steps'),
  output: z.unknown(),
  error: loggedError.nullable(),
  execution_id: z
    .string()
    .optional()
    .describe(
      'the execution that a `workflow` step started, which has a log of its own; of several the last',
    ),
  usage: tokenUsage.nullable().describe('tokens used by a model, as the provider counted them'),
  turns: z.array(turnLog).optional().describe('of an agent: what its model said and called'),
  iterations: loopIterations
    .optional()
    .describe('of a distributed loop: its iterations, which are executions of their own'),
});
export type StepLog = z.infer<typeof stepLog>;

export const executionLog = z.object({
  execution_id: z.string(),
  workflow_id: z.string(),
  workflow_version: z.int().nullable(),
  status: z.enum(['running', 'succeeded', 'failed', 'timed_out', 'aborted']),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable().describe('null while it runs'),
  redrive_count: z.int().default(0).describe('how often it had been redriven when it ended'),
  input: z.unknown(),
  output: z.unknown(),
  error: loggedError.nullable(),
  usage: tokenUsage
    .nullable()
    .describe('the sum over the steps in this log, so far; null for an Express workflow'),
  steps: z
    .array(stepLog)
    .describe('empty for an Express workflow, of whose runs Step Functions keeps no history'),
});
export type ExecutionLog = z.infer<typeof executionLog>;
