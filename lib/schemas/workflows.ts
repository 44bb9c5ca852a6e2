// Schemas of workflows as the API takes and gives them.
import * as z from 'zod';
import { workflow } from '../workflow-format/workflow.ts';
import { documentFields, pageOf, requestProblem, workflowId } from './common.ts';

/** Only that it is an object is checked here: the compiler finds every other mistake, with its place. */
export const workflowBody = z.record(z.string(), z.unknown());

/** What a workflow that is sent looks like. The format of older workflows is accepted too, and upgraded. */
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

/** A saved workflow: the document itself and what the store knows of it, so that it can be edited and sent back. */
export const workflowAnswer = workflow.extend(documentFields).meta({ id: 'Workflow' });

const warnings = z.array(requestProblem).describe('What is allowed but perhaps not meant');
export const savedWorkflow = workflow
  .extend({ ...documentFields, warnings })
  .meta({ id: 'SavedWorkflow', description: 'The workflow as it was saved, in the current format' });

export const workflowPage = pageOf(
  z
    .object({
      id: workflowId,
      name: z.string().describe('The id when the workflow has no name'),
      description: z.string().nullable(),
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
          trigger: z.int().min(0).describe('Which of `triggers` it is, from 0'),
          next_times: z
            .array(z.iso.datetime())
            .describe('The next five times that it is due, were it saved now; fewer when it ends before'),
        }),
      )
      .describe('The schedules of a workflow without mistakes'),
  })
  .meta({ id: 'Validation' });

export const definition = z
  .looseObject({})
  .meta({ id: 'StateMachineDefinition', description: 'Amazon States Language' });
