// Schemas of an execution's steps, page by page, and of the iterations of its loops.
import * as z from 'zod';
import { decimal, documentFields, pageLimit, pageOf, pageQuery, workflowId } from './common.ts';
import { executionLog, loggedError, loopIterations, stepLog } from './execution-log.ts';

/** How much of an error's message a list shows, in characters. */
export const MAX_MESSAGE_IN_LIST = 300;
const MAX_STEPS = 500;
const MAX_ITERATIONS = 50;

const iterationStatus = z.enum(['succeeded', 'failed', 'caught', 'aborted', 'running', 'pending']);
export type IterationStatus = z.output<typeof iterationStatus>;

const loopStates = loopIterations
  .pick({ total: true, succeeded: true, failed: true, running: true, pending: true })
  .extend({
    total: z
      .int()
      .describe(
        'how many there are; in old logs, of a loop that runs within the execution, those that were begun',
      ),
    states: z
      .array(z.tuple([iterationStatus.nullable(), z.int()]))
      .describe(
        'the iterations by index, as runs of equal ones: `[["succeeded", 17], ["failed", 1]]`; null where the log does not tell. `caught`: an error in it was caught, `pending`: it has not begun, or was never reached',
      ),
  });
export type LoopStates = z.output<typeof loopStates>;

export const stepSummary = stepLog
  .omit({ input: true, output: true, turns: true, failed_attempts: true, iterations: true })
  .extend({
    error: loggedError.nullable().describe(`of a long message the first ${MAX_MESSAGE_IN_LIST} characters`),
    turns: z.int().optional().describe('of an agent: how many turns its model had'),
    iterations: loopStates.optional().describe('of a for_each'),
  })
  .meta({ id: 'StepSummary' });
export type StepSummary = z.output<typeof stepSummary>;

const indexPath = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})*$/, 'an index is `17`, or `2.17` in nested loops, the outermost first')
  .meta({ examples: ['17'] });
export const stepId = z
  .string()
  .max(80)
  .meta({ examples: ['issue'] });

const ofIteration = z
  .string()
  .regex(/^[\w-]{1,64}:[\w+.=@!'()-]{1,80}$/, 'an iteration is named as the list of iterations names it')
  .describe('An iteration of a distributed loop, as the list of iterations names it: only its steps');

export const stepsQuery = pageQuery.extend({
  limit: pageLimit(MAX_STEPS, 200),
  step: stepId.optional().describe('Only this step'),
  loop: stepId.optional().describe('Only the steps of this for_each’s iterations'),
  depth: z
    .preprocess(decimal, z.int().min(0).max(64))
    .optional()
    .describe('Only steps within so many loops: 0 for those that are in none'),
  index: indexPath.optional().describe('Only what ran in this iteration, or in loops within it'),
  status: stepLog.shape.status.optional().describe('Only steps with this status'),
  iteration: ofIteration.optional(),
});

export const stepQuery = z.object({
  index: indexPath.optional().describe('The iteration that it ran in'),
  iteration: ofIteration.optional(),
});

export const iterationsQuery = pageQuery.extend({
  limit: pageLimit(MAX_ITERATIONS, 25),
  loop: stepId.describe('The for_each'),
  index: indexPath.optional().describe('The iterations of the loops around it'),
  status: iterationStatus.optional().describe('Only iterations with this status'),
});

export const runFacts = executionLog.pick({
  status: true,
  started_at: true,
  ended_at: true,
  redrive_count: true,
  workflow_version: true,
  usage: true,
});

export const stepPage = pageOf(stepSummary)
  .extend({
    execution: runFacts.describe('The run, as it was when the steps were read'),
    total: z.int().describe('how many steps there are in all, of those asked for'),
  })
  .meta({ id: 'StepPage' });

export const iteration = z
  .object({
    index: z.int(),
    status: iterationStatus,
    started_at: z.iso.datetime(),
    ended_at: z.iso.datetime().nullable(),
    error: loggedError.nullable().describe('why it did not succeed, or what was caught in it'),
    iteration: z
      .string()
      .nullable()
      .describe('of a distributed loop: its name, by which its steps can be asked for; null for other loops'),
  })
  .meta({ id: 'Iteration' });
export type Iteration = z.output<typeof iteration>;
export const iterationPage = pageOf(iteration).meta({ id: 'IterationPage' });

export const recordedWorkflow = z
  .object({
    workflow_id: workflowId,
    workflow: z.record(z.string(), z.unknown()).describe('The workflow as it was saved'),
    version: documentFields.version,
    updated_at: documentFields.updated_at,
    updated_by: documentFields.updated_by,
    current_version: z
      .int()
      .nullable()
      .describe('The version that new runs run; null when the workflow was deleted'),
  })
  .meta({ id: 'RecordedWorkflow' });
