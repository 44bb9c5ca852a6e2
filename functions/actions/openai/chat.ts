// openai.chat: completes a chat from a stored template or from messages, with JSON of a given schema if asked.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { InvalidInput } from '../../../lib/errors.ts';
import { isObject } from '../../../lib/json.ts';
import { type Mismatch, mismatchWith } from '../../../lib/json-schema/mismatch.ts';
import {
  choiceProblem,
  DEFAULT_MODEL,
  modelChoice,
  modelSettings,
  modelsOf,
  ONE_MODEL_CHOICE,
} from '../../../lib/model-settings.ts';
import { completeJson } from '../../../lib/providers/complete-json.ts';
import { completion } from '../../../lib/providers/completion.ts';
import { complete, openai } from '../../../lib/providers/openai.ts';
import { type Prompt, render, templateId } from '../../../lib/template-format/template.ts';
import { templateReader } from '../../../lib/templates/read-template.ts';

const readTemplate = templateReader();

const message = z.strictObject({
  role: z.enum(['system', 'developer', 'user', 'assistant']).describe('Who says it'),
  content: z.string().describe('What is said'),
});

const responseFormat = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('json_schema').describe('JSON of a given schema'),
    json_schema: z
      .strictObject({
        name: z
          .string()
          .regex(/^[A-Za-z0-9_-]{1,64}$/, 'has letters, digits, _ and -, at most 64')
          .default('answer')
          .describe('A name for the schema'),
        schema: z.record(z.string(), z.unknown()).describe('The JSON Schema of the answer'),
        strict: z
          .boolean()
          .default(true)
          .describe(
            'Whether the answer must keep to the schema exactly: one that does not is an error. With false it passes as it is',
          ),
      })
      .describe('The schema, as in Chat Completions'),
  }),
  z.strictObject({
    type: z.literal('json_object').describe('Any JSON object; the prompt must ask for JSON'),
  }),
]);

const input = z
  .strictObject({
    template: templateId.optional().describe('The id of a stored template; instead of messages'),
    variables: z
      .record(z.string(), z.unknown())
      .optional()
      .describe("The template's variables; values that are not text go in as JSON"),
    messages: z.array(message).min(1).optional().describe('The chat so far; instead of a template'),
    model: modelChoice.model.describe(`The model; the template's, or ${DEFAULT_MODEL}, when left out`),
    models: modelChoice.models,
    ...modelSettings,
    response_format: responseFormat.optional().describe('Asks for JSON; the output then has json'),
  })
  .check(({ value, issues }) => {
    const problem =
      (value.template === undefined) === (value.messages === undefined)
        ? 'needs exactly one of template and messages'
        : value.messages !== undefined && value.variables !== undefined
          ? 'has variables, which only a template takes'
          : choiceProblem(value);
    if (problem) issues.push({ code: 'custom', message: problem, input: value });
  })
  .meta({ oneOf: [{ required: ['template'] }, { required: ['messages'] }], ...ONE_MODEL_CHOICE });

export const handler = defineAction({
  title: 'Chat',
  summary:
    'Completes a chat from a stored template or from messages; gives text, and JSON of a given schema if asked.',
  connection: openai,
  effect: 'read',
  timeoutSeconds: 180,
  background: true,
  readsTemplates: true,
  input,
  output: completion.extend({
    json: z.unknown().optional().meta({
      description: 'The parsed JSON, when response_format asked for it',
      // Its fields are known to the steps after it.
      'x-schema-from': '/response_format/json_schema/schema',
    }),
  }),
  example: {
    input: {
      messages: [{ role: 'user', content: 'Is "The printer is on fire!" urgent?' }],
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'triage',
          schema: {
            type: 'object',
            properties: { urgent: { type: 'boolean' } },
            required: ['urgent'],
            additionalProperties: false,
          },
        },
      },
    },
    output: {
      text: '{"urgent":true}',
      model: 'gpt-5.4-mini-2026-03-17',
      finish_reason: 'stop',
      usage: { prompt_tokens: 31, completion_tokens: 6, total_tokens: 37, cost_usd: 0.00005025 },
      json: { urgent: true },
    },
  },
  async run({ template, variables, messages, model, models, response_format, ...settings }, context) {
    // Before the model is called: an invalid schema costs nothing.
    const mismatch = response_format && mismatchOf(response_format);
    const prompt =
      template === undefined ? undefined : await rendered(template, variables ?? {}, context.signal);
    const { system_prompt, user_prompt, model: templateModel, ...templateSettings } = prompt ?? {};
    const question = {
      models: modelsOf({ model, models }, templateModel),
      messages: prompt ? promptMessages(prompt) : (messages ?? []),
      ...templateSettings,
      // The step's own, null included; what it leaves out is not in it.
      ...settings,
      response_format,
    };
    if (!mismatch) return complete(question, context);
    const { completion: result, json } = await completeJson(question, mismatch, context);
    return { ...result, json };
  },
});

/** OpenAI keeps to the format itself; Ollama, vLLM and other servers of Chat Completions may not. */
function mismatchOf(format: z.output<typeof responseFormat>): Mismatch {
  if (format.type === 'json_object') return (json) => (isObject(json) ? undefined : 'it must be an object');
  const { schema, strict } = format.json_schema;
  return strict ? mismatchWith(schema, 'it') : () => undefined;
}

async function rendered(
  id: string,
  variables: Record<string, unknown>,
  signal: AbortSignal,
): Promise<Prompt> {
  const result = render(await readTemplate(id, signal), variables);
  if (!result.ok) throw new InvalidInput(`${result.message} (/variables)`);
  return result.prompt;
}

function promptMessages({ system_prompt, user_prompt }: Prompt) {
  const user = { role: 'user' as const, content: user_prompt };
  return system_prompt === undefined ? [user] : [{ role: 'system' as const, content: system_prompt }, user];
}
