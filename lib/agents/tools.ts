// An agent's tools: how they are described to a model, which of its calls are valid, and how results are reported to it.
import * as z from 'zod';
import { jsonBytes } from '../actions/invocation/output-size.ts';
import { wellFormed } from '../actions/invocation/well-formed.ts';
import { hadNoEffect } from '../effect.ts';
import { exactValue, rounded } from '../exact-json.ts';
import { isObject } from '../json.ts';
import { mismatchWith } from '../json-schema/mismatch.ts';
import { jsonIn } from '../providers/answer-text.ts';
import type { Reply } from '../providers/completion.ts';
import type { ChatMessage, ChatTool } from '../providers/model-request.ts';
import { infiniteNumberIn, lostDigitsIn } from '../unkept-numbers.ts';
import type { Message } from './conversation.ts';
import { functionParameters, isStrict } from './strict-schema.ts';

export const tool = z.strictObject({
  name: z.string().min(1).describe('The id of the action'),
  description: z.string().describe('What the model is told of it'),
  parameters: z
    .record(z.string(), z.unknown())
    .describe('The JSON Schema of the arguments that the model gives'),
  writes: z.boolean().default(false).describe('Whether calling it twice does harm'),
});
export type Tool = z.output<typeof tool>;

export const toolCall = z.strictObject({
  id: z.string().describe('The id of the call, once in the conversation'),
  tool: z.string().describe('The id of the action to call'),
  arguments: z.record(z.string(), z.unknown()).describe('Its arguments, which fit its schema'),
});
export type ToolCall = z.output<typeof toolCall>;

export const refusedCall = z.strictObject({
  id: z.string().describe('The id that the model gave the call'),
  tool: z.string().describe('What it asked for'),
  problem: z.string().describe('Why it is not called, as the model is told'),
});
export type RefusedCall = z.output<typeof refusedCall>;

export const toolResult = z.strictObject({
  id: z.string().min(1).describe('The id of the call'),
  tool: z.string().min(1).describe('The id of the action'),
  content: z.string().optional().describe('What it gave: JSON, perhaps cut'),
  error: z
    .strictObject({ name: z.string().describe('Its name'), message: z.string().describe('What was wrong') })
    .optional()
    .describe('Why it failed'),
});
export type ToolResult = z.output<typeof toolResult>;

/** Further calls of one turn are refused, so that the results fit into one state. */
export const MAX_CALLS = 16;
/** The limit for the arguments of all calls of one turn, in bytes of JSON. */
export const MAX_ARGUMENTS_BYTES = 64_000;

/** OpenAI allows letters, digits, _ and -, at most 64: `github-add_comment`. No action's id has a hyphen. */
function functionName(tool: string): string {
  return tool.replaceAll(/[^\w-]/g, '-').slice(0, 64);
}

export function chatTools(tools: readonly Tool[]): ChatTool[] {
  return tools.map(({ name, description, parameters }) => ({
    name: functionName(name),
    description,
    parameters: functionParameters(parameters),
    strict: isStrict(parameters),
  }));
}

export function chatMessages(messages: readonly Message[]): ChatMessage[] {
  return messages.map((each): ChatMessage => {
    if (each.role === 'tool') return { role: 'tool', tool_call_id: each.id, content: each.content };
    if (each.role !== 'assistant') return { role: each.role, content: each.content };
    const { content, calls, reasoning, phase, reasoning_content } = each;
    return {
      role: 'assistant',
      content: content === '' && calls ? null : content,
      ...(phase && { phase }),
      ...(reasoning && { reasoning }),
      ...(reasoning_content !== undefined && { reasoning_content }),
      ...(calls && {
        tool_calls: calls.map(({ id, tool: called, arguments: written, ...rest }) => ({
          id,
          type: 'function',
          function: { name: functionName(called), arguments: written },
          ...(rest.extra_content && { extra_content: rest.extra_content }),
          ...(rest.reasoning && { reasoning: rest.reasoning }),
        })),
      }),
    };
  });
}

export interface SortedCalls {
  /** To be called. */
  readonly valid: ToolCall[];
  readonly refused: RefusedCall[];
  /** All of them, as the conversation keeps them. */
  readonly written: NonNullable<Extract<Message, { role: 'assistant' }>['calls']>;
}

/** What the calls of a turn are read with, beside the tools. */
export interface Turn {
  /** Its number, from 1. */
  readonly number: number;
  /** The conversation so far, whose ids do not come again. */
  readonly messages: readonly Message[];
  /** Whether the limit of tokens ended it: perhaps within its last call. */
  readonly cut: boolean;
}

/** Only listed tools whose arguments fit are called; for the others the model gets the reason. */
export function sortCalls(calls: Reply['toolCalls'], tools: readonly Tool[], turn: Turn): SortedCalls {
  const byFunction = new Map(tools.map((each) => [functionName(each.name), each]));
  const ids = uniqueIds(calls, turn);
  const valid: ToolCall[] = [];
  const refused: RefusedCall[] = [];
  const written: SortedCalls['written'] = [];
  let bytes = 0;
  calls.forEach(({ name, arguments: text, extra_content, reasoning }, index) => {
    const id = ids[index] ?? '';
    const known = namesOf(name)
      .map((one) => byFunction.get(one))
      .find((one) => one !== undefined);
    bytes += jsonBytes(text);
    const tooLarge = bytes > MAX_ARGUMENTS_BYTES;
    const called = known?.name ?? (name.slice(0, 64).toWellFormed() || 'unnamed');
    written.push({
      id,
      tool: called,
      arguments: tooLarge ? '{"cut":true}' : asJsonObject(text),
      ...(extra_content && { extra_content }),
      ...(reasoning && { reasoning: [...reasoning] }),
    });
    const read = tooLarge
      ? `The arguments of one turn's calls may have ${MAX_ARGUMENTS_BYTES} bytes together; these have more`
      : index >= MAX_CALLS
        ? `One turn can have at most ${MAX_CALLS} calls; ask for this one in the next turn`
        : !known
          ? `There is no tool ${JSON.stringify(called)}. Tools: ${[...byFunction.keys()].join(', ') || 'none'}`
          : turn.cut && index === calls.length - 1 && text.trim() === ''
            ? 'The limit of tokens was reached before the arguments'
            : readArguments(text, known);
    if (typeof read === 'string') refused.push({ id, tool: called, problem: read });
    else valid.push({ id, tool: called, arguments: read });
  });
  return { valid, refused, written };
}

/**
 * The function that a model may mean: as it is, the tool's own id, with the namespace in which it sees functions, or with
 * marks of its template behind it (openai/gpt-oss: `functions.f<|channel|>commentary`).
 */
function namesOf(name: string): string[] {
  const [bare = ''] = name.replace(/^functions[.:]/, '').split('<|');
  return [name, functionName(name), bare, functionName(bare)];
}

/**
 * The calls' ids, each once in the whole conversation: servers leave them out, give all the same, or begin anew in each
 * turn, and OpenAI refuses a conversation in which it is not clear which call a result belongs to. Own ids have the form
 * that the strictest server takes back (Mistral: nine letters and digits).
 */
function uniqueIds(calls: Reply['toolCalls'], { number, messages }: Turn): string[] {
  const taken = new Set(
    messages.flatMap((each) => (each.role === 'assistant' ? (each.calls ?? []) : [])).map(({ id }) => id),
  );
  let next = 0;
  return calls.map(({ id: given }) => {
    let id = given;
    while (id === '' || taken.has(id)) {
      id = `call${String(number).padStart(2, '0')}${String(next++).padStart(3, '0')}`;
    }
    taken.add(id);
    return id;
  });
}

/** The arguments as a text that every server takes back: some parse it, and refuse the conversation when it is no object. */
function asJsonObject(text: string): string {
  const value = argumentsIn(text);
  if (!isObject(rounded(value))) return JSON.stringify({ invalid_arguments: text });
  const whole = exactValue(text);
  return isObject(whole) && wellFormed(whole) === whole ? text : JSON.stringify(value);
}

/**
 * The value of a call's arguments, with large whole numbers as parseExactly has them; no text means none, and a model that
 * escapes twice means what is within.
 */
function argumentsIn(text: string): unknown {
  if (text.trim() === '') return {};
  const value = jsonIn(text);
  if (value === null) return {};
  const inner = typeof value === 'string' ? jsonIn(value) : undefined;
  return isObject(rounded(inner)) ? inner : value;
}

/** @returns the arguments, or what is wrong with them */
function readArguments(text: string, { parameters }: Tool): Record<string, unknown> | string {
  const exact = argumentsIn(text);
  if (exact === undefined) return 'The arguments are not JSON';
  const value = rounded(exact);
  if (!isObject(value)) return 'The arguments have to be a JSON object';
  const infinite = infiniteNumberIn(exact);
  if (infinite !== undefined) return `The arguments have a number that is larger than any, at ${infinite}`;
  // Lambda reads an event with JSON.parse: the action would be called with another number.
  const lost = lostDigitsIn(exact);
  if (lost !== undefined)
    return `The arguments have a number with more digits than a tool is given, at ${lost}; a text keeps them`;
  const required = parameters['required'];
  // A model in strict mode, and some others, send null for optional parameters.
  const given = Object.fromEntries(
    Object.entries(value).filter(
      ([key, member]) => member !== null || (Array.isArray(required) && required.includes(key)),
    ),
  );
  const problem = mismatchWith(parameters, 'they')(given);
  return problem === undefined ? given : `The arguments do not fit: ${problem}`;
}

export function resultMessage(
  { id, tool: called, content = '', error }: ToolResult,
  tools: readonly Tool[],
): Message {
  if (!error) return { role: 'tool', id, content };
  const isWrite = tools.some(({ name, writes }) => name === called && writes);
  const note =
    isWrite && !hadNoEffect(error) && error.name !== 'Lambda.TooManyRequestsException'
      ? { note: 'It may have taken effect all the same: find out before you call it again.' }
      : {};
  return { role: 'tool', id, content: JSON.stringify({ error: { ...error, ...note } }) };
}

export function refusalMessage({ id, problem }: RefusedCall): Message {
  return { role: 'tool', id, content: JSON.stringify({ error: { name: 'NotCalled', message: problem } }) };
}
