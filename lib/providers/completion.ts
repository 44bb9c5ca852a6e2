// What a model answered, whichever API it was asked by: the output of the actions, and what their answers are judged by.
import * as z from 'zod';
import { InvalidInput } from '../errors.ts';
import { isObject } from '../json.ts';
import { costOf } from '../models.ts';
import { type TokenUsage, tokenUsage } from '../token-usage.ts';
import { afterThought, quoted } from './answer-text.ts';

/** The output of every action that asks a model. */
export const completion = z.object({
  text: z.string().describe("The model's answer"),
  model: z.string().describe('The model that answered, with its version'),
  finish_reason: z
    .string()
    .optional()
    .describe('Why it ended: stop, or length when max_tokens cut it off, or content_filter'),
  usage: tokenUsage.describe('What the call is billed by; 0 where the server does not say'),
});
export type Completion = z.output<typeof completion>;

export interface FunctionCall {
  readonly name: string;
  /** JSON, unless the model made a mistake. */
  readonly arguments: string;
}

/** What a model thought, encrypted by OpenAI for itself, in the order of its answer: the Responses API wants it back. */
export type EncryptedReasoning = string[];

export interface RequestedCall extends FunctionCall {
  /** As the server gave it: perhaps empty, or the same twice. */
  readonly id: string;
  /**
   * Gemini's, which has the signature of the thought behind a call. Without it the next request is refused
   * (https://ai.google.dev/gemini-api/docs/thought-signatures, langchain-ai/langchain#37347).
   */
  readonly extra_content?: Record<string, unknown>;
  /** What stands right before the call. */
  readonly reasoning?: EncryptedReasoning;
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
  /** What stands right before the text. */
  readonly reasoning?: EncryptedReasoning;
  /** Whether the text is the answer or what is said on the way; models want it back with the text (SDK, EasyInputMessage). */
  readonly phase?: 'commentary' | 'final_answer';
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

/**
 * What an empty answer failed on, when its reason says so; one that just stopped is for the caller to judge.
 * @param thought what the server shows of the model's reasoning
 * @throws InvalidInput
 */
export function throwIfStopped(finishReason: string, thought: string): void {
  if (isFiltered(finishReason)) throw new InvalidInput("The model's content filter refused the answer");
  const kept = thought ? `; its reasoning: ${quoted(thought)}` : '';
  if (isCut(finishReason))
    throw new InvalidInput(
      `The limit of tokens was used up, by reasoning perhaps, before the model answered anything; raise max_tokens or lower reasoning_effort${kept}`,
    );
  if (thought) throw new InvalidInput(`The model gave reasoning and no answer${kept}`);
}

/**
 * The counts of either API, and what they cost.
 * @param body the whole answer's
 * @param model that answered
 */
export function usageOf({ usage: given, service_tier: tier }: Body, model: string): TokenUsage {
  const usage = isObject(given) ? given : {};
  const prompt_tokens = count(usage['prompt_tokens'] ?? usage['input_tokens']);
  const completion_tokens = count(usage['completion_tokens'] ?? usage['output_tokens']);
  const total_tokens = count(usage['total_tokens']) || prompt_tokens + completion_tokens;
  const input = detailsOf(usage['prompt_tokens_details'] ?? usage['input_tokens_details']);
  const output = detailsOf(usage['completion_tokens_details'] ?? usage['output_tokens_details']);
  const counts = {
    ...{ prompt_tokens, completion_tokens, total_tokens },
    ...told('cached_tokens', input),
    ...told('cache_write_tokens', input),
    ...told('reasoning_tokens', output),
  };
  // Those with other prices (SDK, ServiceTier); an account's project chooses them.
  const isListed = typeof tier !== 'string' || /^(?:auto|default|standard)$/.test(tier);
  return { ...counts, cost_usd: isListed ? costOf(model, counts) : null };
}

interface Body {
  readonly [field: string]: unknown;
}

function detailsOf(given: unknown): Record<string, unknown> {
  return isObject(given) ? given : {};
}

function told<Name extends 'cached_tokens' | 'cache_write_tokens' | 'reasoning_tokens'>(
  name: Name,
  details: Readonly<Record<string, unknown>>,
): { [Detail in Name]?: number } {
  const counts: { [Detail in Name]?: number } = {};
  if (typeof details[name] === 'number') counts[name] = count(details[name]);
  return counts;
}

function count(given: unknown): number {
  const number = typeof given === 'string' || typeof given === 'number' ? Math.floor(Number(given)) : 0;
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}
