// What OpenAI refuses of a chat's tools, and of messages that call them, in its own words.
import * as z from 'zod';
import { MAX_NAME, NAME, parametersProblem } from './rules/functions.ts';
import type { Refusal } from './rules/refusal.ts';

const tool = z.object({
  type: z.literal('function'),
  function: z.object({
    name: z.string(),
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
    strict: z.boolean().nullish(),
  }),
});

export function checkTools(given: unknown): Refusal | undefined {
  if (given === undefined || given === null) return undefined;
  const tools = z.array(tool).safeParse(given);
  if (!tools.success) {
    const { path = [], message = '' } = tools.error.issues[0] ?? {};
    const place = path.reduce<string>(
      (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`),
      'tools',
    );
    return [`Invalid type for '${place}': ${message}.`, place, 'invalid_type'];
  }
  if (tools.data.length === 0)
    return [
      "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      'tools',
      'empty_array',
    ];
  for (const [index, { function: offered }] of tools.data.entries()) {
    const at = `tools[${index}].function`;
    const { name, parameters = {}, strict } = offered;
    if (!NAME.test(name))
      return [
        `Invalid '${at}.name': string does not match pattern. Expected a string that matches the pattern '${NAME.source}'.`,
        `${at}.name`,
        'invalid_value',
      ];
    if (name.length > MAX_NAME)
      return [
        `Invalid '${at}.name': string too long. Expected a string with maximum length ${MAX_NAME}, but got a string with length ${name.length} instead.`,
        `${at}.name`,
        'string_above_max_length',
      ];
    const problem = parametersProblem(parameters, strict === true);
    if (problem !== undefined)
      return [
        `Invalid schema for function '${name}': ${problem}`,
        `${at}.parameters`,
        'invalid_function_parameters',
      ];
  }
  return undefined;
}

/** @param tools those of the request, once they are valid */
export function checkToolChoice(choice: unknown, tools: unknown): Refusal | undefined {
  if (choice === undefined || choice === null || choice === 'none') return undefined;
  const offered = z.array(tool).catch([]).parse(tools);
  if (offered.length === 0)
    return [
      "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
      'tool_choice',
      null,
    ];
  const named = z.object({ function: z.object({ name: z.string() }) }).safeParse(choice).data?.function.name;
  return named === undefined || offered.some((one) => one.function.name === named)
    ? undefined
    : [`Tool choice '${named}' not found in 'tools' parameter.`, 'tool_choice', null];
}

const messages = z.array(
  z.object({
    role: z.string(),
    tool_calls: z.array(z.object({ id: z.string(), function: z.object({ name: z.string() }) })).nullish(),
    tool_call_id: z.string().optional(),
  }),
);

/** Each call must be answered by a message right after the one with the call, and no other message is a tool's. */
export function checkToolMessages(given: unknown): Refusal | undefined {
  const parsed = messages.safeParse(given);
  if (!parsed.success) return undefined;
  let open: string[] = [];
  for (const [index, { role, tool_calls: calls, tool_call_id: id }] of parsed.data.entries()) {
    const at = `messages.[${index}].role`;
    if (role === 'tool') {
      if (id === undefined || !open.includes(id))
        return [
          "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
          at,
          null,
        ];
      open = open.filter((other) => other !== id);
      continue;
    }
    if (open.length > 0) return unanswered(open, at);
    open = calls?.map((call) => call.id) ?? [];
    const bad = calls?.findIndex(
      (call) => !NAME.test(call.function.name) || call.function.name.length > MAX_NAME,
    );
    if (bad !== undefined && bad !== -1) {
      const name = `messages[${index}].tool_calls[${bad}].function.name`;
      return [
        `Invalid '${name}': string does not match pattern. Expected a string that matches the pattern '${NAME.source}'.`,
        name,
        'invalid_value',
      ];
    }
  }
  return open.length > 0 ? unanswered(open, `messages.[${parsed.data.length - 1}].role`) : undefined;
}

function unanswered(ids: readonly string[], at: string): Refusal {
  return [
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${ids.join(', ')}`,
    at,
    null,
  ];
}
