// The model and its settings, as steps, templates and agents have them.
import * as z from 'zod';

/**
 * The model where nobody names one. Small, with no announced end (lib/model-end-dates.json); it does not reason unless it
 * is told to, so that it takes a temperature, and tools by Chat Completions.
 */
export const DEFAULT_MODEL = 'gpt-5.4-mini';

/** The values of Chat Completions; a model takes some of them. */
export const REASONING_EFFORT = z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']);

/**
 * The model's settings that every action with a chat completion takes. Null sends none, also where a template has one:
 * models that reason refuse a temperature (https://developers.openai.com/api/docs/guides/reasoning).
 */
export const modelSettings = {
  temperature: z
    .number()
    .min(0)
    .max(2)
    .nullable()
    .optional()
    .describe('0 (repeatable) to 2 (random); null sends none, and leaves the model its own default'),
  top_p: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .optional()
    .describe('The share of likely tokens to choose from, instead of a temperature; null sends none'),
  reasoning_effort: REASONING_EFFORT.nullable()
    .optional()
    .describe('How much a model that reasons does so before it answers; null sends none'),
  max_tokens: z
    .int()
    .min(1)
    .nullable()
    .optional()
    .describe('The most tokens to generate, those of reasoning included; null sends no limit'),
};

const settings = z.object(modelSettings);
export type ModelSettings = Readonly<z.output<typeof settings>>;
