// openai.generate_sop: a standard operating procedure for a task.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { DEFAULT_MODEL } from '../../../lib/model-settings.ts';
import { completion } from '../../../lib/providers/completion.ts';
import { complete, openai } from '../../../lib/providers/openai.ts';

const instructions = `You write standard operating procedures. For the task that the user describes, write one in Markdown:
a title as a first-level heading, then the sections Purpose, Scope, Responsibilities, Prerequisites, Procedure
(numbered steps, each one action with its expected result), Quality checks, and Troubleshooting.
Write so that somebody new to the task can follow it. Where the description leaves something open, say what has to
be decided instead of inventing it. Answer with the document only.`;

export const handler = defineAction({
  title: 'Generate an SOP',
  summary: 'Writes a standard operating procedure for a task, as Markdown.',
  connection: openai,
  effect: 'read',
  timeoutSeconds: 180,
  background: true,
  input: z.strictObject({
    task_description: z.string().min(1).describe('The task, in a few words or at length'),
  }),
  output: completion,
  example: {
    input: { task_description: 'Onboarding a new customer' },
    output: {
      text: '# Onboarding a new customer\n\n## Purpose\n\nEvery customer can work on the first day.',
      model: 'gpt-5.4-mini-2026-03-17',
      finish_reason: 'stop',
      usage: { prompt_tokens: 120, completion_tokens: 22, total_tokens: 142, cost_usd: 0.000189 },
    },
  },
  async run({ task_description }, context) {
    return complete(
      {
        models: [DEFAULT_MODEL],
        messages: [
          { role: 'system', content: instructions },
          { role: 'user', content: task_description },
        ],
      },
      context,
    );
  },
});
