// Requests of the Responses API that OpenAI refuses, in its own words (https://developers.openai.com/api/docs/guides/
// migrate-to-responses; the messages as clients have reported them).
import * as z from 'zod';
import { MAX_NAME, NAME, parametersProblem, strictSchemaProblem } from '../rules/functions.ts';
import { listed, reasoningOf } from '../rules/reasoning.ts';
import type { Refusal } from '../rules/refusal.ts';
import { checkItems } from './item-refusals.ts';
import {
  functionTool,
  itemsOf,
  type ResponsesRequest,
  responsesRequest,
  textFormat,
  textOf,
} from './request.ts';

/** SDK, ResponseCreateParamsBase. */
const FIELDS = [
  ...['access_programs', 'background', 'context_management', 'conversation', 'image', 'include', 'input'],
  ...['instructions', 'max_output_tokens', 'max_tool_calls', 'metadata', 'model', 'moderation'],
  ...['parallel_tool_calls', 'previous_response_id', 'prompt', 'prompt_cache_key', 'prompt_cache_options'],
  ...['prompt_cache_retention', 'reasoning', 'safety_identifier', 'service_tier', 'store', 'stream'],
  ...['stream_options', 'temperature', 'text', 'tool_choice', 'tools', 'top_logprobs', 'top_p', 'truncation'],
  'user',
];
/** Names of Chat Completions, and where they have gone. */
const MOVED: Readonly<Record<string, string>> = {
  messages: 'input',
  max_tokens: 'max_output_tokens',
  max_completion_tokens: 'max_output_tokens',
  response_format: 'text.format',
  reasoning_effort: 'reasoning.effort',
  verbosity: 'text.verbosity',
};
const MIN_OUTPUT_TOKENS = 16;

/** @param fields those of the request, which has a model and an input */
export function checkResponses(fields: Readonly<Record<string, unknown>>): Refusal | undefined {
  return (
    checkFields(fields) ??
    checkPrevious(fields['previous_response_id']) ??
    checkItems(fields['input'], fields['store'] !== false) ??
    checkTools(fields['tools']) ??
    checkFormat(fields['text']) ??
    checkRead(fields)
  );
}

function checkFields(fields: Readonly<Record<string, unknown>>): Refusal | undefined {
  const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name));
  if (unknown === undefined) return undefined;
  const place = MOVED[unknown];
  return place === undefined
    ? [`Unknown parameter: '${unknown}'.`, unknown, 'unknown_parameter']
    : [
        `Unsupported parameter: '${unknown}'. In the Responses API, this parameter has moved to '${place}'. Try again with the new parameter. See the API documentation for more information: https://platform.openai.com/docs/api-reference/responses/create.`,
        unknown,
        'unsupported_parameter',
      ];
}

/** Nothing is stored here, and so there is no response before. */
function checkPrevious(id: unknown): Refusal | undefined {
  return typeof id === 'string'
    ? [`Previous response with id '${id}' not found.`, 'previous_response_id', 'previous_response_not_found']
    : undefined;
}

function checkTools(given: unknown): Refusal | undefined {
  if (!Array.isArray(given)) return undefined;
  for (const [index, tool] of given.entries()) {
    const at = `tools[${index}]`;
    const read = functionTool.safeParse(tool);
    if (!read.success) return missingOrInvalid(at, read.error);
    const { name, parameters, strict } = read.data;
    if (!NAME.test(name) || name.length > MAX_NAME)
      return [
        `Invalid '${at}.name': string does not match pattern. Expected a string that matches the pattern '${NAME.source}'.`,
        `${at}.name`,
        'invalid_value',
      ];
    const problem = parametersProblem(parameters ?? {}, strict === true);
    if (problem !== undefined)
      return [
        `Invalid schema for function '${name}': ${problem}`,
        `${at}.parameters`,
        'invalid_function_parameters',
      ];
  }
  return undefined;
}

function checkFormat(text: unknown): Refusal | undefined {
  const given = z.object({ format: z.unknown() }).safeParse(text).data?.format;
  if (given === undefined) return undefined;
  const read = textFormat.safeParse(given);
  if (!read.success) return missingOrInvalid('text.format', read.error);
  if (read.data.type !== 'json_schema') return undefined;
  const { name, schema, strict } = read.data;
  const problem = strict === true ? strictSchemaProblem(schema, []) : undefined;
  return problem === undefined
    ? undefined
    : [
        `Invalid schema for response_format '${name}': ${problem}`,
        'text.format.schema',
        'invalid_json_schema',
      ];
}

/** What is wrong with a request of the right form. */
function checkRead(fields: Readonly<Record<string, unknown>>): Refusal | undefined {
  const read = responsesRequest.safeParse(fields);
  if (!read.success) return missingOrInvalid('', read.error);
  const { data } = read;
  const { max_output_tokens: limit, text } = data;
  if (typeof limit === 'number' && limit < MIN_OUTPUT_TOKENS)
    return [
      `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= ${MIN_OUTPUT_TOKENS}, but got ${limit} instead.`,
      'max_output_tokens',
      'integer_below_min_value',
    ];
  const words = [data.instructions ?? '', ...itemsOf(data).map(textOf)];
  if (text?.format?.type === 'json_object' && !words.some((said) => /json/i.test(said)))
    return [
      "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.",
      'input',
      null,
    ];
  return checkSettings(data);
}

/** What a model refuses of the settings. */
function checkSettings({ model, reasoning, include, text, ...given }: ResponsesRequest): Refusal | undefined {
  const known = reasoningOf(model);
  const effort = reasoning?.effort ?? undefined;
  const isOpenAis = /^(?:chat)?gpt-/.test(model);
  if (!known && isOpenAis) {
    if (effort !== undefined) return unsupported('reasoning.effort');
    if (include?.includes('reasoning.encrypted_content'))
      return ['Encrypted content is not supported with this model.', 'include', null];
    if (text?.verbosity && text.verbosity !== 'medium')
      return [
        `Unsupported value: '${text.verbosity}' is not supported with the '${model}' model. Supported values are: 'medium'.`,
        'text.verbosity',
        'unsupported_value',
      ];
  }
  if (!known) return undefined;
  if (effort !== undefined && !known.efforts.includes(effort))
    return [
      `Unsupported value: '${effort}' is not supported with the '${model}' model. Supported values are: ${listed(known.efforts)}.`,
      'reasoning.effort',
      'unsupported_value',
    ];
  if ((effort ?? known.effort) === 'none' && known.samples) return undefined;
  const sampled = (['temperature', 'top_p'] as const).find(
    (name) => typeof given[name] === 'number' && given[name] !== 1,
  );
  return sampled && unsupported(sampled);
}

function unsupported(name: string): Refusal {
  return [
    `Unsupported parameter: '${name}' is not supported with this model.`,
    name,
    'unsupported_parameter',
  ];
}

/** @param at where the value stands that was read */
function missingOrInvalid(at: string, { issues }: z.ZodError): Refusal {
  const { path = [], message = '', input } = issues[0] ?? {};
  const place = path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text && '.'}${String(key)}`),
    at,
  );
  return input === undefined && /received undefined/.test(message)
    ? [`Missing required parameter: '${place}'.`, place, 'missing_required_parameter']
    : [`Invalid type for '${place}': ${message}.`, place, 'invalid_type'];
}
