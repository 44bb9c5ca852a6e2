// Schemas of testing one step of a workflow.
import * as z from 'zod';
import { loggedError } from './execution-log.ts';
import { executionId } from './executions.ts';

const values = z.record(z.string(), z.unknown()).default({});

export const testStepBody = z
  .strictObject({
    workflow: z.record(z.string(), z.unknown()).describe('The draft, as it would be saved'),
    step: z.string().min(1).max(100).describe('The id of the step'),
    input: values.describe('The workflow’s input; what the step does not read may be left out'),
    outputs: values.describe('What earlier steps gave, by their ids'),
    vars: values.describe('What `set` steps have set'),
    item: z.unknown().optional().describe('Of a step in a loop: the item'),
    index: z.int().min(0).default(0).describe('Of a step in a loop: the index of the item'),
    error: z
      .looseObject({ name: z.string(), message: z.string().default('') })
      .optional()
      .describe('Of a step of `on_error` or `on_failure`: the error'),
    execution_id: executionId
      .optional()
      .describe('A run whose input and outputs are taken where they are not given here'),
    confirm_effects: z
      .boolean()
      .default(false)
      .describe('A step that writes at its provider does so, as in a run: true says that this is meant'),
  })
  .meta({
    id: 'TestStep',
    examples: [
      {
        workflow: {
          id: 'greet',
          inputs: { name: { type: 'string' } },
          steps: [{ id: 'text', transform: 'Hello {{ inputs.name }}' }],
        },
        step: 'text',
        input: { name: 'Ada' },
      },
    ],
  });
export type TestStepBody = z.output<typeof testStepBody>;

export const testStepAnswer = z
  .object({
    step: z.string(),
    status: z.enum(['succeeded', 'failed', 'skipped']).describe('`skipped`: its `when` was not true'),
    input: z.unknown().describe('What the action was sent; null for other steps'),
    output: z.unknown().describe('What it gave; null unless it succeeded'),
    next: z.string().nullable().describe('Of a switch: the step that would run next'),
    error: loggedError.nullable(),
    duration_ms: z.int().min(0),
  })
  .meta({ id: 'StepTest' });
export type StepTest = z.output<typeof testStepAnswer>;
