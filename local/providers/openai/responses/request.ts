// A request of the Responses API, as far as the emulator reads it.
import * as z from 'zod';

const part = z.object({ type: z.string(), text: z.string().optional() });
const content = z.union([z.string(), z.array(part)]);

const item = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message'),
    role: z.enum(['user', 'assistant', 'system', 'developer']),
    content,
    phase: z.string().nullish(),
  }),
  z.object({
    type: z.literal('function_call'),
    id: z.string().optional(),
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
  z.object({ type: z.literal('function_call_output'), call_id: z.string(), output: content }),
  z.object({
    type: z.literal('reasoning'),
    id: z.string().optional(),
    summary: z.array(z.unknown()),
    encrypted_content: z.string().nullish(),
  }),
]);
export type Item = z.output<typeof item>;

/** A message may leave its type out. */
export const inputItem = z.preprocess(
  (given) => (typeof given === 'object' && given !== null ? { type: 'message', ...given } : given),
  item,
);

export const functionTool = z.object({
  type: z.literal('function'),
  name: z.string(),
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish(),
});

export const textFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({
    type: z.literal('json_schema'),
    name: z.string(),
    schema: z.record(z.string(), z.unknown()),
    strict: z.boolean().nullish(),
    description: z.string().optional(),
  }),
]);

export const responsesRequest = z.object({
  model: z.string(),
  input: z.union([z.string(), z.array(inputItem)]),
  instructions: z.string().nullish(),
  include: z.array(z.string()).nullish(),
  store: z.boolean().nullish(),
  background: z.boolean().nullish(),
  max_output_tokens: z.int().nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  reasoning: z.object({ effort: z.string().nullish() }).nullish(),
  text: z.object({ format: textFormat.optional(), verbosity: z.string().nullish() }).optional(),
  tools: z.array(functionTool).optional(),
  tool_choice: z
    .union([
      z.enum(['none', 'auto', 'required']),
      z.object({ type: z.literal('function'), name: z.string() }).transform(({ name }) => ({ name })),
    ])
    .optional(),
});
export type ResponsesRequest = z.output<typeof responsesRequest>;

export function itemsOf({ input }: Pick<ResponsesRequest, 'input'>): readonly Item[] {
  return typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : input;
}

/** What an item says, also in a call and its result. */
export function textOf(given: Item | undefined): string {
  if (given === undefined || given.type === 'reasoning') return '';
  if (given.type === 'function_call') return given.name + given.arguments;
  const said = given.type === 'message' ? given.content : given.output;
  return typeof said === 'string' ? said : said.map(({ text = '' }) => text).join('\n');
}
