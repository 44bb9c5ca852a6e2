// The model and its settings, as steps, templates and agents have them.
import * as z from 'zod';

/**
 * The model where nobody names one. Small, with no announced end (lib/models.json); it does not reason unless it
 * is told to, so that it takes a temperature, and tools by Chat Completions.
 */
export const DEFAULT_MODEL = 'gpt-5.4-mini';

/** The values of OpenAI's APIs; a model takes some of them. */
export const REASONING_EFFORT = z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']);
export const VERBOSITY = z.enum(['low', 'medium', 'high']);

const LEFT_OUT = 'null sends none; what the model refuses is left out';

/**
 * The model's settings that every action with a chat completion takes. Null sends none, also where a template has one.
 * Models that reason refuse a temperature (https://developers.openai.com/api/docs/guides/reasoning), others an effort.
 */
export const modelSettings = {
  temperature: z
    .number()
    .min(0)
    .max(2)
    .nullable()
    .optional()
    .describe(
      `0 (repeatable) to 2 (random); ${LEFT_OUT}, as by one that reasons, which has its own default then`,
    ),
  top_p: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .optional()
    .describe(`The share of likely tokens to choose from, instead of a temperature; ${LEFT_OUT}`),
  reasoning_effort: REASONING_EFFORT.nullable()
    .optional()
    .describe(`How much a model that reasons does so before it answers; ${LEFT_OUT}`),
  verbosity: VERBOSITY.nullable().optional().describe(`How long the answer is to be; ${LEFT_OUT}`),
  max_tokens: z
    .int()
    .min(1)
    .nullable()
    .optional()
    .describe(
      'The most tokens to generate, those of reasoning included; null sends no limit. OpenAI takes no limit below 16: 16 is sent then',
    ),
};

export const MODELS = z.array(z.string().min(1)).min(1).max(5);

/** The model that is asked, or several; one of the two. */
export const modelChoice = {
  model: z.string().min(1).optional().describe(`The model; ${DEFAULT_MODEL} when left out`),
  models: MODELS.optional().describe(
    'Models in place of one: each is asked when the one before it is rate limited or unavailable; `model` of the output says which answered',
  ),
};

interface Choice {
  readonly model?: string | undefined;
  readonly models?: readonly string[] | undefined;
}

/** The JSON Schema's word for it: what is wrong is known when a workflow is saved. */
export const ONE_MODEL_CHOICE = { not: { required: ['model', 'models'] } };

/** @returns what is wrong with a choice */
export function choiceProblem({ model, models }: Choice): string | undefined {
  return model !== undefined && models !== undefined
    ? 'has both model and models; give one of them'
    : undefined;
}

/** The models to ask, in order. */
export function modelsOf({ model, models }: Choice, fallback = DEFAULT_MODEL): readonly string[] {
  return models ?? [model ?? fallback];
}

const settings = z.object(modelSettings);
export type ModelSettings = Readonly<z.output<typeof settings>>;
