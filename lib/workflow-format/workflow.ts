// The workflow format: its schema and the types inferred from it.
import * as z from 'zod';
import { WORKFLOW_ID } from './names.ts';
import { seconds } from './seconds.ts';
import { step } from './steps.ts';
import { MAX_TRIGGERS, trigger } from './triggers.ts';

export const inputDeclaration = z
  .strictObject({
    type: z
      .enum(['string', 'number', 'integer', 'boolean', 'object', 'array'])
      .optional()
      .describe('What a run has to give; anything when left out'),
    description: z.string().optional().describe('For people'),
    default: z.unknown().optional().describe('Used when a run gives no value; never an expression'),
    required: z.boolean().optional().describe('True unless there is a default'),
  })
  .meta({ id: 'InputDeclaration' });
export type InputDeclaration = z.infer<typeof inputDeclaration>;

/** How Step Functions runs it; a state machine's type cannot be changed. */
export const workflowType = z.enum(['standard', 'express']);
export type WorkflowType = z.infer<typeof workflowType>;

export const concurrency = z.strictObject({
  limit: z.int().min(1).describe('How many runs there may be at the same time'),
  when_reached: z
    .enum(['queue', 'skip'])
    .optional()
    .describe('What becomes of a further one: it waits for its turn (also when left out), or is left out'),
});

/** The document without its steps, which are read one by one so that each mistake is told about its own step. */
export const workflowHead = z.strictObject({
  $schema: z.string().optional().describe('The address of the JSON Schema of workflows, for editors'),
  id: z.string().regex(WORKFLOW_ID).describe('The state machine is named after it'),
  name: z.string().min(1).max(200).optional().describe('The id when left out'),
  description: z.string().max(2000).optional().describe('For people'),
  inputs: z.record(z.string(), inputDeclaration).optional().describe('What a run is given, by name'),
  output: z.unknown().optional().describe("The last step's output when left out"),
  timeout_seconds: seconds.optional().describe('A run that takes longer ends as timed out'),
  type: workflowType
    .optional()
    .describe('`express`: whoever starts a run gets its result at once; `standard` when left out'),
  concurrency: concurrency
    .optional()
    .describe('How many runs there may be at the same time: kept with the workflow, and not acted on yet'),
});

export const workflow = workflowHead.extend({
  triggers: z.array(trigger).max(MAX_TRIGGERS).optional().describe('What starts it by itself'),
  steps: z.array(step).min(1).describe('Run one after the other'),
  on_failure: z.array(step).min(1).optional().describe('Run when the run has failed, which then still fails'),
});
export type Workflow = z.infer<typeof workflow>;

export function isExpress({ type }: Pick<Workflow, 'type'>): boolean {
  return type === 'express';
}
