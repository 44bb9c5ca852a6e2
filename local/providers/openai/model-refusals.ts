// What OpenAI's models refuse of a chat's settings, in its own words. What each model takes:
// https://developers.openai.com/api/docs/guides/reasoning and /guides/latest-model ("parameter compatibility").
import { listed, reasoningOf } from './rules/reasoning.ts';
import type { Refusal } from './rules/refusal.ts';

/** @param fields those of the request */
export function checkSettings(fields: Readonly<Record<string, unknown>>): Refusal | undefined {
  const { model, reasoning_effort: effort, tools } = fields;
  const reasoning = reasoningOf(String(model));
  const given = (name: string) => fields[name] !== undefined && fields[name] !== null;
  if (!reasoning)
    return given('reasoning_effort') && /^(?:chat)?gpt-/.test(String(model))
      ? ['Unrecognized request argument supplied: reasoning_effort', null, null]
      : undefined;
  if (given('max_tokens'))
    return [
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      'max_tokens',
      'unsupported_parameter',
    ];
  if (given('reasoning_effort') && !reasoning.efforts.includes(String(effort)))
    return [
      `Unsupported value: 'reasoning_effort' does not support '${String(effort)}' with this model. Supported values are: ${listed(reasoning.efforts)}.`,
      'reasoning_effort',
      'unsupported_value',
    ];
  const reasons = (given('reasoning_effort') ? effort : reasoning.effort) !== 'none';
  if (reasons && !reasoning.callsWhileReasoning && Array.isArray(tools) && tools.length > 0)
    return [
      `Function tools with reasoning_effort are not supported for ${String(model)} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`,
      'reasoning_effort',
      null,
    ];
  if (!reasons && reasoning.samples) return undefined;
  const { temperature } = fields;
  if (given('temperature') && temperature !== 1)
    return [
      `Unsupported value: 'temperature' does not support ${String(temperature)} with this model. Only the default (1) value is supported.`,
      'temperature',
      'unsupported_value',
    ];
  if (given('top_p') && fields['top_p'] !== 1)
    return [
      "Unsupported parameter: 'top_p' is not supported with this model.",
      'top_p',
      'unsupported_parameter',
    ];
  return undefined;
}
