// Schemas of executions.
import * as z from 'zod';
import { DEFAULT_LIMIT, decimal, pageLimit, pageOf, pageQuery, workflowId } from './common.ts';
import { executionError } from './execution-log.ts';
import { runTrigger, triggerType } from './run-trigger.ts';

/**
 * `<workflow_id>.<name>`: a workflow id holds no dot, so the first one ends it. The name has the characters
 * that Step Functions allows in the name of an execution.
 */
export const executionId = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,47}\.[\w.+=@!'()-]{1,80}$/, 'an execution id is `<workflow_id>.<name>`')
  .meta({ examples: ['email_to_notion.5e1f7a3c-8f0e-4c8e-9d7a-0d6f0f5b1c2d-by-demo'] });

export const executionStatus = z.enum(['running', 'succeeded', 'failed', 'timed_out', 'aborted']);

const executionSummary = {
  id: executionId,
  workflow_id: workflowId,
  status: executionStatus,
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
};

export const execution = z
  .object({
    ...executionSummary,
    workflow_version: z.int().nullable().describe('The version that it runs; null when unknown'),
    redrive_count: z.int().describe('How often it was redriven'),
    rerun_of: z.string().nullable().describe('The execution that it is a rerun of'),
    reruns: z
      .array(z.string())
      .optional()
      .describe(
        'Its own reruns, by the second in which they began; where there are any, and one execution is asked for',
      ),
    trigger: runTrigger.nullable().describe('What started it; null when that is not known'),
    input: z.unknown(),
    output: z.unknown().describe('null until the execution has succeeded'),
    error: executionError.nullable().describe('Why it did not succeed'),
  })
  .meta({ id: 'Execution' });

export const executionRow = z
  .object({
    ...executionSummary,
    workflow_version: z
      .int()
      .nullable()
      .describe('The version that it ran; null while it runs, and when unknown'),
    duration_ms: z.int().nullable().describe('null while it runs'),
    redrive_count: z.int().describe('How often it was redriven'),
    rerun_of: z.string().nullable().describe('The execution that it is a rerun of'),
    mended_by: z
      .string()
      .nullable()
      .describe(
        'The rerun that has succeeded in its place: one of it, or a later one of the execution that both are reruns of',
      ),
    trigger: runTrigger.nullable().describe('What started it; null when that is not known'),
    input_preview: z
      .string()
      .nullable()
      .describe('The beginning of the input’s JSON text; it ends with … where it is cut'),
    error: executionError.nullable().describe('Why it did not succeed; its message may be cut'),
    tokens: z.int().nullable().describe('All tokens that its models used; null when none was asked'),
    cost_usd: z
      .number()
      .nullable()
      .describe(
        'What they cost by list prices, in USD; null when none was asked, or the price of one is not known',
      ),
  })
  .meta({ id: 'ExecutionSummary' });

export const executionPage = pageOf(executionRow).meta({ id: 'ExecutionPage' });

/** What a list is filtered by: those that somebody has to look at are one filter. */
export const statusFilter = z.enum([...executionStatus.options, 'failed_or_timed_out']);

/** S3 lists so many keys in one request. */
const MAX_EXECUTIONS = 1000;

export const executionsQuery = pageQuery.extend({
  limit: pageLimit(MAX_EXECUTIONS, DEFAULT_LIMIT),
  workflow_id: workflowId.optional().describe('Only executions of this workflow'),
  status: statusFilter.optional().describe('Only executions with this status'),
  since: z.iso.datetime().optional().describe('Only executions that started then or later'),
  until: z.iso.datetime().optional().describe('Only executions that started before then'),
  workflow_version: z
    .preprocess(decimal, z.int().min(1).optional())
    .describe('Only executions that have ended and ran this version; with `workflow_id`'),
  trigger: triggerType.optional().describe('Only executions that were started by this'),
  error: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('Only executions that failed with the error of this name'),
  step: z.string().min(1).max(80).optional().describe('Only executions that failed in this step'),
  id: z
    .string()
    .min(1)
    .max(130)
    .optional()
    .describe('Only executions whose id, or its part after the workflow’s, begins with this'),
});
export type ExecutionsQuery = z.output<typeof executionsQuery>;

export const runsSummaryQuery = z.object({
  since: z.iso
    .datetime()
    .optional()
    .describe('Only failures of executions that started then or later; a day ago when left out'),
});

const more = z.boolean().describe('Whether there are more than the latest thousand, which are counted');

export const runsSummary = z
  .object({
    since: z.iso.datetime(),
    failed: z
      .object({
        count: z.int(),
        more,
        mended: z
          .int()
          .describe('How many more did, and have a rerun that succeeded: they are counted nowhere else'),
        groups: z
          .array(
            z.object({
              error_name: z.string(),
              step_id: z.string().nullable(),
              count: z.int(),
              latest: z.object({
                id: executionId,
                workflow_id: workflowId,
                started_at: z.iso.datetime(),
                message: z.string().describe('It may be cut'),
              }),
            }),
          )
          .describe('By error and step, the group with the latest failure first'),
      })
      .describe('Those that failed or ran into their time limit'),
    running: z.object({
      count: z.int(),
      more,
      latest: z
        .array(z.object({ id: executionId, workflow_id: workflowId, started_at: z.iso.datetime() }))
        .describe('The five that began last'),
    }),
  })
  .meta({ id: 'RunsSummary' });

const idempotencyKey = z
  .string()
  .regex(/^[\x20-\x7e]{1,255}$/, 'an idempotency key has 1 to 255 printable ASCII characters')
  .optional();

const inputObject = z.record(z.string(), z.unknown());

export const startBody = z
  .strictObject({
    input: inputObject.default({}).describe('Values for the inputs that the workflow declares'),
  })
  .meta({ id: 'StartExecution', examples: [{ input: { query: 'is:unread' } }] });

export const executeBody = z
  .strictObject({
    workflow_id: workflowId,
    variables: inputObject
      .default({})
      .describe(
        'Values for the inputs that the workflow declares; `POST /workflows/{id}/executions` calls this `input`',
      ),
  })
  .meta({
    id: 'ExecuteWorkflow',
    examples: [{ workflow_id: 'simple_ai_completion', variables: { prompt: 'Hello' } }],
  });

export const startHeaders = z.object({
  prefer: z
    .string()
    .optional()
    .describe(
      '`wait=20` waits that many seconds, at most 25, for the execution to end (RFC 7240); an Express workflow is always waited for',
    ),
  'idempotency-key': idempotencyKey.describe(
    'One execution is started however often the user sends a request with this key for the workflow. Other workflows, and users, may use the same key. Express workflows do not accept one',
  ),
});

export const redriveHeaders = z.object({
  'idempotency-key': idempotencyKey.describe(
    'The execution is redriven once however often a request with this key is sent within 15 minutes',
  ),
});

export const rerunBody = z
  .strictObject({
    from: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe(
        'The step to go on at: what the steps before it have given is kept. `start` runs the whole workflow again. Where it is left out, the rerun goes on where the execution has failed or was stopped, as a redrive does',
      ),
    input: inputObject.optional().describe('In place of the execution’s own; with `"from": "start"` only'),
    workflow: z
      .enum(['recorded', 'current'])
      .default('recorded')
      .describe('The definition that the execution has run, or the one that is saved now'),
  })
  .meta({
    id: 'RerunExecution',
    examples: [{ from: 'create_issue', workflow: 'current' }, { from: 'start' }],
  });

export const rerunHeaders = z.object({
  'idempotency-key': idempotencyKey.describe(
    'One rerun of the execution is started however often a request with this key is sent',
  ),
});

export const stopBody = z
  .strictObject({
    reason: z.string().max(1000).optional().describe('Becomes part of the message of the execution’s error'),
  })
  .meta({ id: 'StopExecution' });
