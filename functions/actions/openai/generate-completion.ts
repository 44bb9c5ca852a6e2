// openai.generate_completion: answers one prompt.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import {
  choiceProblem,
  modelChoice,
  modelSettings,
  modelsOf,
  ONE_MODEL_CHOICE,
} from '../../../lib/model-settings.ts';
import { completion } from '../../../lib/providers/completion.ts';
import { complete, openai } from '../../../lib/providers/openai.ts';

export const handler = defineAction({
  title: 'Generate a completion',
  summary: 'Sends one prompt to a model and gives its answer.',
  connection: openai,
  effect: 'read',
  timeoutSeconds: 120,
  background: true,
  input: z
    .strictObject({
      prompt: z.string().min(1).describe('What the model is asked'),
      ...modelChoice,
      ...modelSettings,
      system_prompt: z.string().min(1).optional().describe('How the model is to act'),
    })
    .check(({ value, issues }) => {
      const message = choiceProblem(value);
      if (message !== undefined) issues.push({ code: 'custom', message, input: value });
    })
    .meta(ONE_MODEL_CHOICE),
  output: completion,
  example: {
    input: { prompt: 'Name three primary colours', temperature: 0, max_tokens: 50 },
    output: {
      text: 'Red, yellow and blue.',
      model: 'gpt-5.4-mini-2026-03-17',
      finish_reason: 'stop',
      usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18, cost_usd: 0.00003975 },
    },
  },
  async run({ prompt, system_prompt, model, models, ...settings }, context) {
    const system = system_prompt === undefined ? [] : [{ role: 'system' as const, content: system_prompt }];
    return complete(
      {
        ...settings,
        models: modelsOf({ model, models }),
        messages: [...system, { role: 'user', content: prompt }],
      },
      context,
    );
  },
});
