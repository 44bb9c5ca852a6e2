// What a server of Chat Completions answered, read so that a call that was paid for is not lost for its form. OpenRouter,
// Ollama, vLLM, LiteLLM, Azure, Groq, LM Studio, llama.cpp and Gemini's compatible endpoint each leave out, empty or
// rename something that OpenAI's API reference has.
import * as z from 'zod';
import { wellFormed } from '../actions/invocation/well-formed.ts';
import { InvalidInput, ProviderUnavailable } from '../errors.ts';
import { exactValue } from '../exact-json.ts';
import { isObject } from '../json.ts';
import { afterThought, objectsIn, quoted } from './answer-text.ts';
import { bareError, errorIn, onlyOf, refusal } from './chat-refusal.ts';

/** The output of every action with a chat completion. */
export const completion = z.object({
  text: z.string().describe("The model's answer"),
  model: z.string().describe('The model that answered, with its version'),
  finish_reason: z
    .string()
    .optional()
    .describe('Why it ended: stop, or length when max_tokens cut it off, or content_filter'),
  usage: z
    .object({
      prompt_tokens: z.int().describe('Tokens of the input'),
      completion_tokens: z.int().describe('Tokens of the answer'),
      total_tokens: z.int().describe('Both together'),
    })
    .describe('What the call is billed by; 0 where the server does not say'),
});
export type Completion = z.output<typeof completion>;

export interface FunctionCall {
  readonly name: string;
  /** JSON, unless the model made a mistake. */
  readonly arguments: string;
}

export interface RequestedCall extends FunctionCall {
  /** As the server gave it: perhaps empty, or the same twice. */
  readonly id: string;
  /**
   * Gemini's, which has the signature of the thought behind a call. Without it the next request is refused
   * (https://ai.google.dev/gemini-api/docs/thought-signatures, langchain-ai/langchain#37347).
   */
  readonly extra_content?: Record<string, unknown>;
}

/** A model's answer: text, function calls, or both. */
export interface Reply {
  readonly completion: Completion;
  readonly toolCalls: readonly RequestedCall[];
  /**
   * What DeepSeek wants back with a message that called something, and refuses the next request without
   * (https://api-docs.deepseek.com/guides/thinking_mode#tool-calls, continuedev/continue#9606).
   */
  readonly reasoning_content?: string;
}

interface Asked {
  readonly model: string;
  /** Of the answer: an error within it may say there how long to wait. */
  readonly headers: Headers | undefined;
}

/**
 * Reads the body of an answer with a status of success.
 * @throws ProviderUnavailable and the other errors of a refusal when it holds an error instead of an answer;
 *   InvalidInput, which is not tried again, when the model refused, or the call was paid for and gave nothing
 */
export function readAnswer(text: string, asked: Asked): Reply {
  const body = bodyOf(text);
  const choice = firstChoice(body['choices']);
  const error = errorIn(body) ?? (choice || isPaidFor(body) ? undefined : bareError(body));
  if (error !== undefined) throw refusal(error, { headers: asked.headers });
  if (!choice) throw isPaidFor(body) ? withoutChoice(text) : unknownFormat();
  const finishReason = typeof choice['finish_reason'] === 'string' ? choice['finish_reason'] : '';
  const failure =
    errorIn(choice) ??
    (/^error$/i.test(finishReason) ? { message: 'the answer ended in an error' } : undefined);
  if (failure !== undefined) throw refusal(failure, { headers: asked.headers });

  // Some servers answer with the one piece of a stream that was not asked for.
  const message = [choice['message'], choice['delta']].find(isObject) ?? {};
  const written = contentOf(message['content'] ?? choice['text']);
  // A model that speaks has no content (API reference, "The chat completion object", audio).
  const audio = isObject(message['audio']) ? textOf(message['audio']['transcript']) : '';
  const said = written.text || written.refusal ? written : { text: audio, refusal: '' };
  const refusedWith = said.refusal || textOf(message['refusal']);
  if (refusedWith) throw new InvalidInput(`The model refused to answer: ${refusedWith}`);
  const reply: Reply = {
    completion: {
      text: said.text,
      model: textOf(body['model']) || asked.model,
      ...(finishReason && { finish_reason: finishReason.toWellFormed() }),
      usage: usageOf(body['usage']),
    },
    toolCalls: callsOf(message, finishReason, body['choices']),
    ...(typeof message['reasoning_content'] === 'string' && {
      reasoning_content: message['reasoning_content'].toWellFormed(),
    }),
  };
  if (reply.toolCalls.length === 0 && isBlank(said.text)) throwIfStopped(finishReason, message);
  return reply;
}

/** Whether a model's text holds nothing but what it thought. */
export function isBlank(text: string): boolean {
  return afterThought(text).trim() === '';
}

/** Whether the limit of tokens ended the answer. Servers in front of other providers pass on their words. */
export function isCut(finishReason: string | undefined): boolean {
  // Mistral's, Anthropic's and others'.
  return /^(length|max_tokens|max_output_tokens|model_length|model_context_window_exceeded)$/i.test(
    finishReason ?? '',
  );
}

/** Whether a filter ended the answer: OpenAI's word, Gemini's (`content_filter: RECITATION`), Zhipu's, Anthropic's, Bedrock's. */
export function isFiltered(finishReason: string | undefined): boolean {
  return /^(content_?filter(ed)?|safety|prohibited_content|recitation|blocklist|spii|sensitive|refusal|guardrail_intervened)\b/i.test(
    finishReason ?? '',
  );
}

function bodyOf(text: string): Record<string, unknown> {
  // Some servers stream whatever they are asked; what they stream was paid for.
  if (/^\s*(data|event): ?\S/.test(text))
    throw new InvalidInput(`OpenAI answered with a stream, which was not asked for: ${quoted(text)}`);
  // Exactly: the arguments of a call, and an answer as an object, are numbers of the model's.
  const value = exactValue(text.replace(/^\uFEFF/, ''));
  if (value === undefined) throw new ProviderUnavailable('OpenAI answered something that is not JSON');
  const body = onlyOf(value);
  if (isObject(body)) return body;
  throw unknownFormat();
}

/** The one with the lowest index: servers that ask several models at once list them as they end. */
function firstChoice(choices: unknown): Record<string, unknown> | undefined {
  const all = Array.isArray(choices) ? choices.filter(isObject) : [];
  const indexOf = ({ index }: Record<string, unknown>, at: number) =>
    typeof index === 'number' ? index : at;
  return all
    .map((choice, at) => ({ choice, index: indexOf(choice, at) }))
    .toSorted((a, b) => a.index - b.index)[0]?.choice;
}

/** An answer that has choices, or counts tokens, came from a model and was paid for: another one would be too. */
function isPaidFor({ choices, usage }: Record<string, unknown>): boolean {
  return Array.isArray(choices) || isObject(usage);
}

function withoutChoice(text: string): Error {
  return new InvalidInput(`OpenAI answered without a choice: ${quoted(text)}`);
}

/** Without its content: what is no answer of a model may be anything. */
function unknownFormat(): Error {
  return new ProviderUnavailable('OpenAI answered in an unknown format (unexpected: /choices)');
}

/** What an empty answer failed on, when its reason says so; one that just stopped is for the caller to judge. */
function throwIfStopped(finishReason: string, message: Record<string, unknown>): void {
  if (isFiltered(finishReason)) throw new InvalidInput("The model's content filter refused the answer");
  const thought = textOf(message['reasoning_content']) || textOf(message['reasoning']);
  const kept = thought ? `; its reasoning: ${quoted(thought)}` : '';
  if (isCut(finishReason))
    throw new InvalidInput(
      `The limit of tokens was used up, by reasoning perhaps, before the model answered anything; raise max_tokens or lower reasoning_effort${kept}`,
    );
  if (thought) throw new InvalidInput(`The model gave reasoning and no answer${kept}`);
}

interface Said {
  readonly text: string;
  readonly refusal: string;
}

/** Text, or its parts; whatever else a server gives (JSON mode as an object, say) as JSON. */
function contentOf(content: unknown): Said {
  const read = Array.isArray(content) ? content.map((part) => partOf(part, true)) : [partOf(content, false)];
  const joined = (of: keyof Said) =>
    read
      .map((part) => part[of])
      .join('')
      .toWellFormed();
  return { text: joined('text'), refusal: joined('refusal') };
}

function partOf(part: unknown, isListed: boolean): Said {
  if (part === null || part === undefined) return { text: '', refusal: '' };
  if (typeof part === 'string') return { text: part, refusal: '' };
  if (!isObject(part)) return { text: JSON.stringify(part), refusal: '' };
  const { type, refusal } = part;
  const text = textIn(part, isListed);
  if (text !== undefined) return { text, refusal: '' };
  if (typeof refusal === 'string') return { text: '', refusal };
  // A thought (Mistral), or a picture: not the answer's text.
  return { text: typeof type === 'string' && isListed ? '' : JSON.stringify(part), refusal: '' };
}

/**
 * The text of a part: `text`, whose own `value` it is in OpenAI's Assistants API; `delta` of a piece of a stream; `content`;
 * what a model said aloud (`transcript`).
 */
function textIn(part: Record<string, unknown>, isListed: boolean): string | undefined {
  const { text, type, delta, content, transcript } = part;
  if (typeof text === 'string') return text;
  if (isObject(text) && typeof text['value'] === 'string') return text['value'];
  if (typeof transcript === 'string') return transcript;
  // JSON mode as an object may have any fields: these are those of a part only where it says that it is one.
  if (!isListed || typeof type !== 'string' || /think|reason/i.test(type)) return undefined;
  return [delta, content].find((one) => typeof one === 'string');
}

/**
 * The calls of a message. Some gateways put what Claude says and what it calls into two choices
 * (SecretiveShell/MCP-Bridge#48): where the first ended to call something and has no call, those of the next one count.
 */
function callsOf(
  message: Record<string, unknown>,
  finishReason: string,
  choices: unknown,
): Reply['toolCalls'] {
  const own = callsIn(message);
  if (own.length > 0 || !/^(tool_calls|function_call|tool_use)$/i.test(finishReason)) return own;
  const others = Array.isArray(choices) ? choices.filter(isObject) : [];
  return (
    others
      .map((choice) => (isObject(choice['message']) ? callsIn(choice['message']) : []))
      .find((calls) => calls.length > 0) ?? []
  );
}

/**
 * The calls in the form of today, or the one call in the form before (`function_call`). Some servers leave `function` out
 * around the name and the arguments.
 */
function callsIn(message: Record<string, unknown>): Reply['toolCalls'] {
  const { tool_calls: calls, function_call: older } = message;
  const list = Array.isArray(calls) ? calls : isObject(calls) ? [calls] : [];
  const given = list.length > 0 ? list : isObject(older) ? [{ function: older }] : [];
  return given.filter(isObject).flatMap((call) => {
    const called = isObject(call['function']) ? call['function'] : call;
    const text = argumentsOf(called['arguments'] ?? called['parameters'] ?? called['input']);
    const several = exactValue(text) === undefined ? objectsIn(text) : [];
    return (several.length > 0 ? several : [text]).map((one, index) => ({
      id: index === 0 ? textOf(call['id']) : '',
      name: textOf(called['name']).trim(),
      arguments: one,
      ...(isObject(call['extra_content']) && { extra_content: call['extra_content'] }),
    }));
  });
}

/** Ollama gives an object where OpenAI gives its text, and servers leave out what is empty. */
function argumentsOf(given: unknown): string {
  if (given === null || given === undefined) return '';
  return typeof given === 'string' ? given.toWellFormed() : JSON.stringify(wellFormed(given));
}

function usageOf(given: unknown): Completion['usage'] {
  const usage = isObject(given) ? given : {};
  const prompt_tokens = count(usage['prompt_tokens'] ?? usage['input_tokens']);
  const completion_tokens = count(usage['completion_tokens'] ?? usage['output_tokens']);
  const total_tokens = count(usage['total_tokens']) || prompt_tokens + completion_tokens;
  return { prompt_tokens, completion_tokens, total_tokens };
}

function count(given: unknown): number {
  const number = typeof given === 'string' || typeof given === 'number' ? Math.floor(Number(given)) : 0;
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}

function textOf(given: unknown): string {
  return typeof given === 'string' ? given.toWellFormed() : typeof given === 'number' ? String(given) : '';
}
