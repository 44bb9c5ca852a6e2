// Schemas of workflows in the API.
import * as z from 'zod';
import { workflow } from '../workflow-format/workflow.ts';
import { documentFields, pageOf, requestProblem, workflowId } from './common.ts';

/** Any object: the compiler finds every other mistake, with its place. */
export const workflowBody = z.record(z.string(), z.unknown());

/** A workflow as it is sent. The older format is accepted too, and upgraded. */
export const workflowInput = workflow.meta({
  id: 'WorkflowInput',
  examples: [
    {
      id: 'summarise',
      name: 'Summarise a text',
      inputs: { text: { type: 'string' } },
      steps: [
        { id: 'summary', action: 'openai.summarize', params: { text: '{{ inputs.text }}', max_length: 100 } },
      ],
      output: '{{ steps.summary }}',
    },
  ],
});

/** A saved workflow: the document itself and the store's fields, so that it can be edited and sent back. */
export const workflowAnswer = workflow.extend(documentFields).meta({ id: 'Workflow' });

const warnings = z.array(requestProblem).describe('What is allowed but probably not intended');
export const savedWorkflow = workflow
  .extend({ ...documentFields, warnings })
  .meta({ id: 'SavedWorkflow', description: 'The workflow as it was saved, in the current format' });

export const workflowPage = pageOf(
  z
    .object({
      id: workflowId,
      name: z.string().describe('The id when the workflow has no name'),
      description: z.string().nullable(),
      triggers: z
        .object({ schedules: z.int().min(0), webhooks: z.int().min(0) })
        .describe('How many of each kind it has, paused ones too'),
      templates: z
        .array(z.string())
        .describe('The prompt templates that its steps name; one that an expression gives is not among them'),
      ...documentFields,
    })
    .meta({ id: 'WorkflowSummary' }),
).meta({ id: 'WorkflowPage' });

export const validation = z
  .object({
    valid: z.boolean(),
    problems: z.array(requestProblem).describe('Mistakes: with any of them the workflow cannot be saved'),
    warnings,
    schedules: z
      .array(
        z.object({
          trigger: z.int().min(0).describe('The index in `triggers`, from 0'),
          next_times: z
            .array(z.iso.datetime())
            .describe('The next five due times if it were saved now; fewer when it ends before'),
        }),
      )
      .describe('The schedules of a workflow without mistakes'),
  })
  .meta({ id: 'Validation' });

export const definition = z
  .looseObject({})
  .meta({ id: 'StateMachineDefinition', description: 'Amazon States Language' });

export const deployment = z
  .object({
    function_arn_prefix: z.string().describe('Of the ARN of every action’s Lambda'),
    state_machine_arn_prefix: z.string().describe('Of the ARN of every workflow’s state machine'),
    api_url: z.string().describe('The address that people reach, without a slash at its end'),
  })
  .meta({ id: 'Deployment' });
