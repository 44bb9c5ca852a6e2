// Schemas of the execution log: one JSON document an execution.
import * as z from 'zod';
import { tokenUsage } from '../token-usage.ts';
import { runTrigger } from './run-trigger.ts';

export const loggedError = z.object({
  name: z.string().meta({ examples: ['RateLimited'] }),
  message: z.string(),
});

/** Why an execution did not succeed. */
export const executionError = loggedError.extend({
  step_id: z
    .string()
    .nullable()
    .default(null)
    .describe(
      'The step that failed; null when none did (the execution was stopped, or ran into its own time limit), and where Step Functions does not tell, as of most errors of Express workflows',
    ),
});

const callLog = z.object({
  id: z.string().describe('the id that the model gave the call'),
  action: z.string().describe('the action that the model asked for'),
  status: z
    .enum(['succeeded', 'failed', 'refused', 'aborted', 'running'])
    .describe(
      '`refused`: the call was not made, since there is no such tool or its arguments do not fit; the model is told of this and of failures',
    ),
  attempts: z.int().describe('how often the action’s Lambda was called'),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
  input: z.unknown().describe('the model’s arguments, with the fixed parameters'),
  output: z.unknown(),
  error: loggedError.nullable(),
  usage: tokenUsage.nullable().describe('tokens used when the tool is a model itself'),
});
export type CallLog = z.infer<typeof callLog>;

export const turnLog = z.object({
  attempts: z.int().describe('how often the model was called'),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable().describe('when its calls ended'),
  text: z.string().nullable().describe('what the model said'),
  error: loggedError.nullable(),
  usage: tokenUsage.nullable(),
  calls: z.array(callLog),
});
export type TurnLog = z.infer<typeof turnLog>;

/** How many failed attempts of a step are listed: the last ones. */
export const MAX_FAILED_ATTEMPTS = 20;

/** How many failures of a distributed loop are listed. */
export const MAX_FAILURES = 100;

/** How many runs of further failures are kept: a loop of 10,000 items may fail at every second. */
export const MAX_FURTHER_FAILURES = 1000;

export const loopIterations = z.object({
  map_run_arn: z.string().describe('the Map Run of the iterations'),
  total: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  running: z.int().optional().describe('while the loop runs'),
  pending: z.int().optional().describe('those that have not begun, or were never reached'),
  failures: z
    .array(loggedError.extend({ index: z.int() }))
    .describe(`the first ${MAX_FAILURES} known ones, by index`),
  further_failures: z
    .array(z.tuple([z.int(), z.int()]))
    .optional()
    .describe(
      `where more are known: the indexes of the others, as \`[first, how many]\`; at most ${MAX_FURTHER_FAILURES} of these`,
    ),
  listed: z.int().describe('how many have their steps in this log; failed ones come first'),
});
export type LoopIterations = z.infer<typeof loopIterations>;

export const stepLog = z.object({
  id: z.string().describe('the step’s id in the workflow'),
  index: z
    .array(z.int())
    .optional()
    .describe(
      'of a step in a for_each: the index of the iteration, from 0; in nested loops the outermost first',
    ),
  loop: z.string().optional().describe('of a step in a for_each: the id of that for_each, the innermost one'),
  action: z
    .string()
    .nullable()
    .describe(
      'the action’s id, or the kind of the step (`set`, `for_each` …); null when the workflow has been deleted',
    ),
  status: z
    .enum(['succeeded', 'failed', 'skipped', 'caught', 'aborted', 'running'])
    .describe(
      '`skipped`: its `when` was not true; `caught`: it failed and the workflow continued; `aborted`: it was stopped with the run, or because another branch or iteration failed; `running`: it has not ended',
    ),
  attempts: z
    .int()
    .describe(
      'how often the action’s Lambda was called or the other workflow started; for an agent 1, and one more for each turn’s call of the model that was tried again; for a `set`, `transform`, `wait` or `switch` with `retry` or `on_error` how often it was attempted; 0 for other steps',
    ),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable().describe('null while it runs'),
  input: z.unknown().describe('the input of the action or of the other workflow; null for other steps'),
  output: z.unknown(),
  error: loggedError.nullable(),
  failed_attempts: z
    .array(loggedError.extend({ at: z.iso.datetime() }))
    .optional()
    .describe(
      `of a step that was attempted more than once: what its failed attempts met, at most the last ${MAX_FAILED_ATTEMPTS}`,
    ),
  rate_limit_waits: z
    .array(z.object({ started_at: z.iso.datetime(), ended_at: z.iso.datetime().nullable() }))
    .optional()
    .describe('the times that a provider told the step to wait'),
  execution_id: z
    .string()
    .optional()
    .describe(
      'the execution that a `workflow` step started, which has its own log; of several attempts the last one',
    ),
  usage: tokenUsage.nullable().describe('tokens used by a model, as the provider counted them'),
  turns: z.array(turnLog).optional().describe('of an agent: the turns of its model'),
  carried_from: z
    .string()
    .optional()
    .describe(
      'of a rerun: the execution that ran the step, whose result this one goes on with; its tokens are not part of this run’s usage',
    ),
  items: z.int().optional().describe('of a for_each that runs within the execution: how many items it has'),
  iterations: loopIterations
    .optional()
    .describe('of a distributed loop: its iterations, each an execution of its own'),
});
export type StepLog = z.infer<typeof stepLog>;

export const executionLog = z.object({
  execution_id: z.string(),
  workflow_id: z.string(),
  workflow_version: z.int().nullable(),
  status: z.enum(['running', 'succeeded', 'failed', 'timed_out', 'aborted']),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable().describe('null while it runs'),
  redrive_count: z.int().default(0).describe('how often it was redriven before it ended'),
  rerun_of: z.string().nullable().default(null).describe('the execution that it is a rerun of'),
  trigger: runTrigger.nullable().default(null).describe('what started it; null when that is not known'),
  input: z.unknown(),
  output: z.unknown(),
  error: executionError.nullable(),
  usage: tokenUsage.nullable().describe('the sum of the steps in this log; null for an Express workflow'),
  steps: z.array(stepLog).describe('empty for an Express workflow, whose executions have no history'),
});
export type ExecutionLog = z.infer<typeof executionLog>;
